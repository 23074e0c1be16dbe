import { describe, expect, test } from 'vitest'
import { defaultsText, obsoletesText, streamText, translationsText } from '../../test/documents.ts'
import type { ModuleDefaults } from '../module-defaults.ts'
import { mergeIndexes } from './merge-indexes.ts'
import { readIndex } from './read-index.ts'

const indexOf = (...texts: string[]) => readIndex(texts.join('')).index

/**
 * Returns the index entry of module m after the texts are merged. The priority is the same unless a text has
 * its own.
 */
function merged(texts: readonly (string | readonly [text: string, priority: number])[], strict = false) {
  const layers = texts.map((one) =>
    typeof one === 'string' ? { index: indexOf(one) } : { index: indexOf(one[0]), priority: one[1] },
  )
  const { index, problems } = mergeIndexes(layers, { strictDefaultStreams: strict })
  return { module: index.module('m'), problems }
}

const defaultsOf = (...texts: Parameters<typeof merged>[0]): ModuleDefaults | undefined =>
  merged(texts).module?.defaults

describe('defaults of one priority', () => {
  const old = (...lines: string[]) => defaultsText('modified: 1', ...lines)
  const recent = (...lines: string[]) => defaultsText('modified: 2', ...lines)
  test.for([
    ['one side decides', [old('stream: a'), recent()], { stream: 'a', modified: 2n }],
    ['the same is the same', [old('stream: a'), old('stream: a')], { stream: 'a', modified: 1n }],
    ['the newer one is right', [recent('stream: b'), old('stream: a')], { stream: 'b', modified: 2n }],
    ['in any order', [old('stream: a'), recent('stream: b')], { stream: 'b', modified: 2n }],
    ['of equally new ones none is', [old('stream: a'), old('stream: b')], { modified: 1n }],
    // libmodulemd forgets the conflict, so a third document decides again.
    ['until there is a third', [old('stream: a'), old('stream: b'), old('stream: a')], { stream: 'a' }],
    [
      'profiles come together',
      [old('profiles: {a: [x]}'), old('profiles: {b: [y]}')],
      {
        profiles: new Map([
          ['a', ['x']],
          ['b', ['y']],
        ]),
      },
    ],
    [
      'newer profiles replace older ones',
      [recent('profiles: {a: [x]}'), old('profiles: {a: [y]}')],
      { profiles: new Map([['a', ['x']]]) },
    ],
    [
      'intents come together',
      [
        old('intents: {i: {stream: a}}'),
        recent('intents: {i: {stream: b, profiles: {a: [x]}}, j: {stream: c}}'),
      ],
      {
        intents: new Map([
          ['i', { stream: 'b', profiles: new Map([['a', ['x']]]) }],
          ['j', { stream: 'c' }],
        ]),
      },
    ],
  ] as const)('%s', ([, texts, expected]) => {
    const defaults = defaultsOf(...texts)
    expect(defaults).toMatchObject(expected)
    if (!('stream' in expected)) expect(defaults?.stream).toBeUndefined()
  })

  test.for([
    [
      'profiles',
      [old('profiles: {a: [x]}'), old('profiles: {a: [y]}')],
      false,
      'the default profiles of "a"',
    ],
    [
      'intents',
      [old('intents: {i: {stream: a}}'), old('intents: {i: {stream: b}}')],
      false,
      'the intent "i"',
    ],
    [
      'profiles of intents',
      [old('intents: {i: {profiles: {a: [x]}}}'), old('intents: {i: {profiles: {a: [y]}}}')],
      false,
      'the default profiles of "a"',
    ],
    ['streams, in strict merging', [old('stream: a'), old('stream: b')], true, 'both "a" and "b"'],
  ] as const)('that are equally new may not differ in %s', ([, texts, strict, message]) => {
    expect(() => merged(texts, strict)).toThrow(message)
  })
})

describe('priorities', () => {
  test('defaults of a higher one replace those below', () => {
    const defaults = defaultsOf([defaultsText('stream: b'), 1000], defaultsText('modified: 7', 'stream: a'))
    expect(defaults).toEqual({ kind: 'modulemd-defaults', module: 'm', stream: 'b', profiles: new Map() })
  })

  test('streams of the lowest stay, and what is left out is told', () => {
    const stream = (summary: string) =>
      streamText('name: m', 'stream: s', 'version: 1').replace('summary: s', `summary: ${summary}`)
    const { module, problems } = merged([[stream('high'), 5], stream('low'), stream('second')])
    expect(module?.streams.map(({ summary }) => summary)).toEqual(['low'])
    expect(problems.map(({ code }) => code)).toEqual(['conflict', 'conflict'])
  })
})

test('translations are replaced by newer ones only, obsoletes come together', () => {
  const texts = [
    translationsText('modified: 2', 'translations: {nl: {summary: b}}') + obsoletesText('message: a'),
    translationsText('modified: 1', 'translations: {nl: {summary: a}}') +
      obsoletesText('modified: 2025-01-01T00:00Z', 'message: b'),
  ]
  const { module } = merged(texts)
  expect(module?.translations.get('s')?.modified).toBe(2n)
  expect(module?.obsoletes.map(({ message }) => message)).toEqual(['a', 'b'])
})
