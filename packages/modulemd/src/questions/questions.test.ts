import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  defaultsText,
  leastStream,
  obsoletesText,
  streamText,
  translationsText,
} from '../../test/documents.ts'
import type { ModuleDefaults } from '../module-defaults.ts'
import type { ModuleObsoletes } from '../module-obsoletes.ts'
import type { ModuleStream } from '../module-stream.ts'
import type { ModuleTranslations } from '../module-translations.ts'
import { readModulemd } from '../read/read-modulemd.ts'
import { defaultProfilesOf, defaultStreamOf } from './default-stream.ts'
import { buildDependsOn, dependsOn } from './depends-on.ts'
import { matchesGlob } from './glob.ts'
import { localise } from './localise.ts'
import { obsoletesOf } from './obsoletes.ts'

const documentsOf = (...texts: string[]) => readModulemd(texts.join('')).documents

describe('whether a stream depends on another', () => {
  const [stream] = documentsOf(
    streamText(
      'dependencies:',
      '  - requires: {a: [x, y], b: [-x, -y], c: []}',
      '    buildrequires: {d: [x]}',
      '  - requires: {a: [z]}',
    ),
  ) as [ModuleStream]
  test.for([
    ['a', 'x', true],
    ['a', 'z', true],
    ['a', 'q', false],
    ['b', 'x', false],
    ['b', 'q', true],
    // The list contains the text itself.
    ['b', '-x', true],
    ['c', 'anything', true],
    ['d', 'x', false],
    ['e', 'x', false],
  ] as const)('%s:%s', ([module, name, expected]) => {
    expect(dependsOn(stream, module, name)).toBe(expected)
  })

  test('to be built', () => {
    expect([buildDependsOn(stream, 'd', 'x'), buildDependsOn(stream, 'a', 'x')]).toEqual([true, false])
  })

  test('in version 1 by the very name', () => {
    const dependencies = { requires: new Map([['a', '-x']]), buildrequires: new Map() }
    const old = { ...leastStream, kind: 'modulemd-v1' as const, dependencies }
    expect([dependsOn(old, 'a', '-x'), dependsOn(old, 'a', 'y')]).toEqual([true, false])
  })
})

describe('what obsoletes a stream', () => {
  const at = (day: string, ...lines: string[]) => obsoletesText(`modified: 2024-01-${day}T00:00Z`, ...lines)
  test.for([
    ['the newest', [at('01', 'message: a'), at('02', 'message: b')], 'b'],
    ['in any order', [at('02', 'message: b'), at('01', 'message: a')], 'b'],
    ['of equally new ones the last', [at('01', 'message: a'), at('01', 'message: b')], 'b'],
    ['or the one for the context', [at('01', 'message: a', 'context: c'), at('01', 'message: b')], 'a'],
    ['none for another context', [at('01', 'message: a', 'context: d')], undefined],
    ['none for another stream', [at('01', 'message: a', 'stream: t')], undefined],
    ['none that is not in force yet', [at('01', 'message: a', 'eol_date: 2024-06-01T00:01Z')], undefined],
    ['one that has just come into force', [at('01', 'message: a', 'eol_date: 2024-06-01T00:00Z')], 'a'],
    ['none that was taken back', [at('01', 'message: a'), at('02', 'reset: true')], undefined],
    ['but one that came after', [at('01', 'reset: true'), at('02', 'message: a')], 'a'],
  ] as const)('%s', ([, texts, message]) => {
    const obsoletes = documentsOf(...texts) as ModuleObsoletes[]
    expect(obsoletesOf({ stream: 's', context: 'c' }, obsoletes, '2024-06-01T00:00Z')?.message).toBe(message)
  })
})

describe('defaults', () => {
  const [defaults] = documentsOf(
    defaultsText(
      'stream: a',
      'profiles: {a: [p], b: []}',
      'intents: {i: {stream: b, profiles: {a: [q]}}, none: {stream: ""}, other: {profiles: {}}}',
    ),
  ) as [ModuleDefaults]
  test.for([
    [undefined, 'a'],
    ['i', 'b'],
    ['none', undefined],
    ['other', 'a'],
    ['unknown', 'a'],
  ] as const)('stream for the intent %s', ([intent, stream]) => {
    expect(defaultStreamOf(defaults, intent)).toBe(stream)
  })

  test.for([
    ['a', undefined, ['p']],
    ['b', undefined, []],
    ['c', undefined, undefined],
    ['a', 'i', ['q']],
    ['b', 'i', []],
  ] as const)('profiles of %s for the intent %s', ([stream, intent, profiles]) => {
    expect(defaultProfilesOf(defaults, stream, intent)).toEqual(profiles)
  })
})

test('texts in a language, each as it was where it is not translated', () => {
  const [stream, translations] = documentsOf(
    streamText('profiles: {p: {description: "in English"}, q: {rpms: [x]}}'),
    translationsText('translations: {nl: {summary: "een", profiles: {p: "in het Nederlands"}}}'),
  ) as [ModuleStream, ModuleTranslations]
  const english = {
    summary: 's',
    description: 'd',
    profiles: new Map([
      ['p', 'in English'],
      ['q', undefined],
    ]),
  }
  for (const locale of [undefined, 'C', 'nl_BE']) {
    expect(localise(stream, translations, locale)).toEqual(english)
  }
  const dutch = {
    ...english,
    summary: 'een',
    profiles: new Map([...english.profiles, ['p', 'in het Nederlands']]),
  }
  expect(localise(stream, translations, 'nl')).toEqual(dutch)
})

describe('patterns', () => {
  test.for([
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*c', 'abbc', true],
    ['a*c*d', 'acbd', true],
    ['a*c', 'abcd', false],
    ['?', 'é', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[]]', ']', true],
    ['[a', '[a', true],
    ['[a-]', '-', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['[[:digit:]x]', '7', true],
    ['[![:digit:]x]', 'x', false],
    ['*:1.[0-9]*', 'perl:1.10:x', true],
  ] as const)('%s and %s', ([pattern, text, expected]) => {
    expect(matchesGlob(pattern, text)).toBe(expected)
  })

  test('match as the fnmatch of the shell does', () => {
    const part = fc.constantFrom('a', 'b', '-', '*', '?', '[', ']', '[ab]', '[!a]', '[a-c]')
    const pattern = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''))
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '-', '[', ']'), { maxLength: 4 })
      .map((parts) => parts.join(''))
    const pairs = fc.sample(fc.tuple(pattern, text), { numRuns: 400, seed: 1 })
    const script =
      'while IFS= read -r p && IFS= read -r t; do case "$t" in $p) echo 1;; *) echo 0;; esac; done'
    const input = pairs.map(([one, other]) => `${one}\n${other}\n`).join('')
    const answers = execFileSync('dash', ['-c', script], { input, encoding: 'utf8' }).trim().split('\n')
    expect(pairs.map((pair) => [...pair, matchesGlob(...pair) ? '1' : '0'])).toEqual(
      pairs.map((pair, i) => [...pair, answers[i]]),
    )
  })

  test('hostile ones take no time', () => {
    expect(matchesGlob('*a'.repeat(1000), 'a'.repeat(2000) + 'b')).toBe(false)
  })
})
