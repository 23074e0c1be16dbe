import { describe, expect, test } from 'vitest'
import {
  defaultsText,
  leastStream,
  obsoletesText,
  streamText,
  translationsText,
} from '../../test/documents.ts'
import { ModulemdError } from '../modulemd-error.ts'
import { nsvca } from '../nsvc.ts'
import { ModuleIndex } from './module-index.ts'
import { readDrafts, readIndex } from './read-index.ts'

/** Returns a stream of the module m by the rest of its name, `stream:version:context:arch`. */
function named(nsvca: string, ...lines: string[]): string {
  const [stream = '', version = '', context = '', arch = ''] = nsvca.split(':')
  return streamText(
    'name: m',
    `stream: "${stream}"`,
    ...(version === '' ? [] : [`version: ${version}`]),
    ...(context === '' ? [] : [`context: "${context}"`]),
    ...(arch === '' ? [] : [`arch: ${arch}`]),
    ...lines,
  )
}

const v1 = (text: string) => text.replace('version: 2', 'version: 1')
const problemsOf = (text: string) => readIndex(text, { strict: true }).problems.map(({ message }) => message)

/** Returns the streams of the module m, and the versions of their documents. */
function streamsOf(text: string): string[] {
  const streams = readIndex(text).index.module('m')?.streams ?? []
  return streams.map((stream) => `${nsvca(stream)}${stream.kind === 'modulemd-v1' ? ' v1' : ''}`)
}

describe('streams beside each other', () => {
  test.for([
    ['of different versions', named('s:1') + named('s:2'), ['m:s:1', 'm:s:2']],
    [
      'equal ones are one, at the place of the last',
      named('s:1') + named('s:2') + named('s:1'),
      ['m:s:2', 'm:s:1'],
    ],
    ['open parts may be anything', named('s:1:a') + named('s'), ['m:s:1:a']],
    ['but nothing is not something', named('s:1') + named('s:1:a'), ['m:s:1', 'm:s:1:a']],
    ['names are patterns', named('s1:1') + named('s*:1'), ['m:s1:1']],
  ] as const)('%s', ([, text, streams]) => {
    expect(streamsOf(text)).toEqual(streams)
  })

  test.for([
    [
      'other content under the same name',
      named('s:1:c:x') + named('s:1:c:x', 'api: {rpms: [a]}'),
      'came before with other content',
    ],
    [
      'one that could be either of two',
      named('s:1') + named('s:2') + named('s'),
      'may be any of several streams',
    ],
    ['the same in another version', v1(named('s:1')) + named('s:1'), 'came before with other content'],
    ['no name', streamText('stream: s'), 'needs the names'],
    ['no stream', streamText('name: m'), 'needs the names'],
    [
      "a packager's document",
      'document: modulemd-packager\nversion: 3\ndata: {}\n',
      'cannot be part of an index',
    ],
  ] as const)('refused is %s', ([, text, message]) => {
    expect(problemsOf(text).join()).toContain(message)
  })

  test('a refused one is told with its place', () => {
    const { problems } = readIndex(named('s:1') + named('s:1', 'api: {rpms: [a]}'))
    expect(problems).toMatchObject([{ code: 'conflict', line: 13, column: 1, path: 'data' }])
  })
})

describe('the versions of documents', () => {
  test.for([
    ['of version 1 they stay', v1(named('s:1')), ['m:s:1 v1']],
    ['with one of version 2 all are', v1(named('s:1')) + named('t:1'), ['m:s:1', 'm:t:1']],
    ['and those that follow', named('t:1') + v1(named('s:1')), ['m:t:1', 'm:s:1']],
    ['obsoletes make it so too', v1(named('s:1')) + obsoletesText(), ['m:s:1']],
  ] as const)('%s', ([, text, streams]) => {
    expect(streamsOf(text)).toEqual(streams)
  })

  test('a stream of version 1 is not the same as one of version 2', () => {
    const index = new ModuleIndex()
    index.add({ ...leastStream, name: 'm', stream: 's' })
    expect(() => index.add({ ...leastStream, name: 'm', stream: 's', api: ['a'] })).toThrow(ModulemdError)
  })
})

describe('what is said of streams', () => {
  test('the last defaults and translations count, and obsoletes of the same minute', () => {
    const { index } = readIndex(
      [
        defaultsText('stream: a'),
        defaultsText('stream: b'),
        translationsText('translations: {nl: {summary: a}}'),
        translationsText('translations: {nl: {summary: b}}'),
        obsoletesText('message: a'),
        obsoletesText('message: b'),
        obsoletesText('context: c', 'message: c'),
      ].join(''),
    )
    const module = index.module('m')
    expect(module?.defaults?.stream).toBe('b')
    expect(module?.translations.get('s')?.translations.get('nl')?.summary).toBe('b')
    expect(module?.obsoletes.map(({ message }) => message)).toEqual(['b', 'c'])
  })

  test('everything is written in its order', () => {
    const parts = [defaultsText(), obsoletesText(), translationsText(), named('s:1'), named('t:1')]
    const { index } = readIndex(parts.toReversed().join(''))
    const kinds = index.documents.map(({ kind }) => kind)
    expect(kinds).toEqual([
      'modulemd-defaults',
      'modulemd-obsoletes',
      'modulemd-translations',
      'modulemd',
      'modulemd',
    ])
    expect(readIndex(index.write()).index.write()).toBe(index.write())
  })
})

describe('search', () => {
  const { index } = readIndex(
    ['s:1:a:x86_64', 's:3:a', 's:2:b', 't:1', 's:2:a'].map((one) => named(one)).join(''),
  )
  test.for([
    [{}, ['m:s:3:a', 'm:s:2:a', 'm:s:2:b', 'm:s:1:a:x86_64', 'm:t:1']],
    [{ name: 'm', stream: 's', version: '2' }, ['m:s:2:a', 'm:s:2:b']],
    [{ stream: '[st]', context: '?' }, ['m:s:3:a', 'm:s:2:a', 'm:s:2:b', 'm:s:1:a:x86_64']],
    [{ arch: '*' }, ['m:s:1:a:x86_64']],
    [{ name: 'n*' }, []],
  ] as const)('%j', ([pattern, names]) => {
    expect(index.search(pattern).map(nsvca)).toEqual(names)
  })
})

test('drafts stand beside the index', () => {
  const { index, drafts, problems } = readDrafts(
    streamText() +
      streamText('stream: s') +
      named('s:1') +
      streamText().replace('modulemd\n', 'modulemd-packager\n'),
  )
  expect(problems).toEqual([])
  expect(drafts.map(({ kind }) => kind)).toEqual(['modulemd', 'modulemd', 'modulemd'])
  expect(index.documents).toHaveLength(1)
})
