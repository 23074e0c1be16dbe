import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyDocuments, anyStream, anyText } from '../../test/arbitrary-documents.ts'
import { defaultsText, leastStream } from '../../test/documents.ts'
import type { ModuleDefaults } from '../module-defaults.ts'
import type { ModuleStream } from '../module-stream.ts'
import { ModulemdError } from '../modulemd-error.ts'
import { readModulemd } from '../read/read-modulemd.ts'
import { writeModulemd } from './write-modulemd.ts'

const rewrite = (text: string) => writeModulemd(readModulemd(text, { strict: true }).documents)

test('every key of a stream has its place and style', () => {
  const example = readFileSync(new URL('../../fixtures/stream.yaml', import.meta.url), 'utf8')
  expect(rewrite(example)).toBe(example.slice(example.indexOf('---')))
})

test('every key of defaults', () => {
  const text = defaultsText(
    'stream: 1.10',
    'modified: 7',
    'profiles: {b: [d, c], 1.0: []}',
    'intents: {i: {stream: x}}',
  )
  expect(rewrite(text)).toBe(`---
document: modulemd-defaults
version: 1
data:
  module: m
  modified: 7
  stream: "1.10"
  profiles:
    "1.0": []
    b: [c, d]
  intents:
    i:
      stream: "x"
...
`)
})

describe('the style of a text', () => {
  /**
   * Returns how a text is written as summary and as description. A summary is any text; a description is a
   * folded block if possible.
   */
  const written = (text: string) => {
    const lines = writeModulemd([{ ...leastStream, summary: text, description: text }]).split('\n')
    const [summary, description, end] = ['summary:', 'description:', 'license:'].map((key) =>
      lines.findIndex((line) => line.trimStart().startsWith(key)),
    )
    return [lines.slice(summary, description).join('\n'), lines.slice(description, end).join('\n')]
  }
  const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ')

  test.for([
    ['a', '  summary: a', '  description: >-\n    a'],
    ['', '  summary: ""', '  description: ""'],
    ['1.10', '  summary: "1.10"', '  description: >-\n    1.10'],
    ['true', '  summary: true', '  description: >-\n    true'],
    ['~', '  summary: ~', '  description: >-\n    ~'],
    ['<<', '  summary: <<', '  description: >-\n    <<'],
    ['a: b', "  summary: 'a: b'", '  description: >-\n    a: b'],
    ['a:b', '  summary: a:b', '  description: >-\n    a:b'],
    ['a:', "  summary: 'a:'", '  description: >-\n    a:'],
    ['a #b', "  summary: 'a #b'", '  description: >-\n    a #b'],
    ['a#b', '  summary: a#b', '  description: >-\n    a#b'],
    ["it's", "  summary: it's", "  description: >-\n    it's"],
    ["'it's'", "  summary: '''it''s'''", "  description: >-\n    'it's'"],
    ['- a', "  summary: '- a'", '  description: >-\n    - a'],
    ['-a', '  summary: -a', '  description: >-\n    -a'],
    ['---', "  summary: '---'", '  description: >-\n    ---'],
    [' a', "  summary: ' a'", '  description: >2-\n     a'],
    ['a ', "  summary: 'a '", '  description: "a "'],
    ['a\tb', '  summary: "a\\tb"', '  description: "a\\tb"'],
    ['a\n', "  summary: 'a\n\n    '", '  description: >\n    a'],
    ['a\n\n', "  summary: 'a\n\n\n    '", '  description: >+\n    a\n'],
    ['a\nb', "  summary: 'a\n\n    b'", '  description: >-\n    a\n\n    b'],
    ['a\n b', '  summary: "a\\n b"', '  description: >-\n    a\n     b'],
    ['a \nb', '  summary: "a \\nb"', '  description: "a \\nb"'],
    ['é', '  summary: é', '  description: >-\n    é'],
    ['😀', '  summary: "\\U0001F600"', '  description: "\\U0001F600"'],
    ['\u0085\u00a0\u0007', '  summary: "\\N\u00a0\\a"', '  description: "\\N\u00a0\\a"'],
    ['\u2028', '  summary: "\\L"', '  description: "\\L"'],
    [
      words(18),
      `  summary: ${words(15)}\n    ${words(3)}`,
      `  description: >-\n    ${words(16)}\n    ${words(2)}`,
    ],
    [
      `"${words(18)}`,
      `  summary: '"${words(14)}\n    ${words(4)}'`,
      `  description: >-\n    "${words(16)}\n    ${words(2)}`,
    ],
    [
      `\t${words(18)}`,
      `  summary: "\\t${words(14)}\n    ${words(4)}"`,
      `  description: "\\t${words(13)}\n    ${words(5)}"`,
    ],
    [` ${words(18)}`, `  summary: ' ${words(14)}\n    ${words(4)}'`, `  description: >2-\n     ${words(18)}`],
  ] as const)('%j', ([text, summary, description]) => {
    expect(written(text)).toEqual([summary, description])
    const [stream] = readModulemd(
      writeModulemd([{ ...leastStream, summary: text, description: text }]),
    ).documents
    expect(stream).toEqual({ ...leastStream, summary: text, description: text })
  })

  test('a long key or one with breaks is written with a question mark', () => {
    const profiles = new Map([
      ['x'.repeat(129), { rpms: ['a'] }],
      ['a\nb', { rpms: [] }],
    ])
    expect(writeModulemd([{ ...leastStream, profiles }])).toContain(
      `  profiles:\n    ? 'a\n\n      b'\n    : {}\n    ? ${'x'.repeat(129)}\n    : rpms:\n      - a\n`,
    )
  })

  test('a flow list is broken behind column 80', () => {
    const arches = Array.from({ length: 20 }, (_, i) => `arch-${i + 10}`)
    const lines = writeModulemd([{ ...leastStream, buildopts: { whitelist: [], arches } }]).split('\n')
    const at = lines.findIndex((line) => line.startsWith('    arches:'))
    expect(lines.slice(at, at + 3)).toEqual([
      `    arches: [${arches.slice(0, 8).join(', ')},`,
      `      ${arches.slice(8, 17).join(', ')},`,
      `      ${arches.slice(17).join(', ')}]`,
    ])
  })
})

describe('documents', () => {
  const stream = (name: string, more: Partial<ModuleStream> = {}): ModuleStream => ({
    ...leastStream,
    name,
    ...more,
  })
  const defaults = (module: string): ModuleDefaults => ({
    kind: 'modulemd-defaults',
    module,
    profiles: new Map(),
  })

  test('stand by module, defaults first, streams by their names', () => {
    const text = writeModulemd([
      stream('b', { stream: 's', version: 2n }),
      stream('b', { stream: 's', version: 10n }),
      stream('a', { stream: 'z' }),
      defaults('b'),
      stream('a', { stream: '1', context: 'x' }),
    ])
    const order = readModulemd(text).documents.map((document) =>
      document.kind === 'modulemd'
        ? [document.name, document.stream, document.version].join(':')
        : 'module' in document && document.module,
    )
    expect(order).toEqual(['a:1:', 'a:z:', 'b', 'b:s:10', 'b:s:2'])
  })

  test('none are an empty text', () => {
    expect(writeModulemd([])).toBe('')
  })

  test('that break a rule are not written', () => {
    const bad = stream('a', { license: { module: [], content: [] }, artifacts: ['x'] })
    expect(() => writeModulemd([defaults('b'), bad])).toThrow(ModulemdError)
    expect(() => writeModulemd([bad])).toThrow('the license of the module is missing')
  })

  test('equal sets make equal texts', () => {
    const one = stream('a', { api: ['b', 'a', 'b'] })
    expect(writeModulemd([one])).toBe(writeModulemd([stream('a', { api: ['a', 'b'] })]))
  })
})

describe('what is written is read back', () => {
  test('a stream with any texts', () => {
    fc.assert(
      fc.property(anyStream, (stream) => {
        expect(readModulemd(writeModulemd([stream]), { strict: true })).toEqual({
          documents: [stream],
          problems: [],
        })
      }),
      { numRuns: 500 },
    )
  })

  test('and written again it is the same text', () => {
    fc.assert(
      fc.property(anyDocuments, (documents) => {
        const text = writeModulemd(documents)
        expect(rewrite(text)).toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  test('any text as any kind of text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const stream: ModuleStream = {
          ...leastStream,
          stream: text,
          summary: text,
          description: text,
          api: [text],
          xmd: new Map([[text, [text, [text]]]]),
          buildopts: { macros: text, whitelist: [], arches: [text] },
          profiles: new Map([[text, { description: text, rpms: [text] }]]),
        }
        fc.pre(text !== 'TRUE' && text !== 'FALSE')
        expect(readModulemd(writeModulemd([stream]), { strict: true })).toEqual({
          documents: [stream],
          problems: [],
        })
      }),
      { numRuns: 2000 },
    )
  })
})
