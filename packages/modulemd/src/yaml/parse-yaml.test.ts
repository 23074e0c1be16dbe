import { describe, expect, test } from 'vitest'
import { parseYaml } from './parse-yaml.ts'
import type { YamlNode } from './tree.ts'

/** A tree as plain values, without its places. */
function valueOf(node: YamlNode | undefined): unknown {
  if (node === undefined || node.kind === 'unreadable') return node?.kind
  if (node.kind === 'text') return node.text
  if (node.kind === 'list') return node.items.map(valueOf)
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, valueOf(value)]))
}

const valuesOf = (text: string) => [...parseYaml(text)].map(({ root }) => valueOf(root))
const faultsOf = (text: string) => [...parseYaml(text)].flatMap(({ faults }) => faults)

describe('every scalar is its text', () => {
  test.for([
    '1.10',
    '8e2',
    '010',
    '0x1F',
    '1_000',
    '.5',
    'yes',
    'no',
    'on',
    'true',
    'True',
    'null',
    '~',
    '.nan',
    '2020-01-01',
    '12:30',
    '=',
  ])('%s', (text) => {
    expect(valuesOf(`a: ${text}\n`)).toEqual([{ a: text }])
  })

  test.for([
    ['a tag means nothing', 'a: !!int 1.10', { a: '1.10' }],
    ['a tag that nobody knows neither', 'a: !x y', { a: 'y' }],
    ['an anchor is harmless', 'a: &b c', { a: 'c' }],
    ['nothing is the empty text', 'a:\nb: ""', { a: '', b: '' }],
    ['so is nothing in a list', 'a:\n-\n- b', { a: ['', 'b'] }],
    ['a key of a flow map needs no value', 'a: {b, c: d}', { a: { b: '', c: 'd' } }],
    ['quoted, the merge key is a key', '"<<": a', { '<<': 'a' }],
    ['folded text', 'a: >\n  b\n  c\n\n  d\n', { a: 'b c\nd\n' }],
    ['literal text', 'a: |-\n  b\n   c\n', { a: 'b\n c' }],
    ['escapes', 'a: "\\t\\u00e9\\L"', { a: '\té\u2028' }],
  ] as const)('%s', ([, text, value]) => {
    expect(valuesOf(text)).toEqual([value])
  })
})

describe('what libyaml takes, though YAML would not', () => {
  test.for([
    ['a closing quote in the first column', "a:\n  b: 'c\n\n\n'\n  d: e", { a: { b: 'c\n\n', d: 'e' } }],
    ['a quoted line in the first column', 'a:\n  b: "c\nd"\n', { a: { b: 'c d' } }],
    ['a flow list in the first column', 'a:\n  b: [c,\nd\n]\n  e: f', { a: { b: ['c', 'd'], e: 'f' } }],
    ['a flow map in the first column', 'a:\n  b: {c: d,\n"e": f}\n', { a: { b: { c: 'd', e: 'f' } } }],
  ] as const)('%s', ([, text, value]) => {
    expect(valuesOf(text)).toEqual([value])
    expect(faultsOf(text)).toEqual([])
  })
})

describe('documents', () => {
  test.for([
    ['of an empty text there are none', '', []],
    ['nor of comments', '# a\n\n# b\n', []],
    ['a marker begins one', '--- a\n---\nb\n', ['a', 'b']],
    ['a marker ends one', 'a\n...\nb\n', ['a', 'b']],
    ['more end markers end nothing', 'a\n...\n...\n# c\n...\n---\nb\n', ['a', 'b']],
    ['nothing between markers is the empty text', '---\n---\na\n', ['', 'a']],
    ['directives', '%YAML 1.1\n--- a\n', ['a']],
    ['a byte order mark', '\ufeffa: b\n', [{ a: 'b' }]],
    ['a bad one does not end the others', 'a: b: c\n---\nd\n', [undefined, 'd']],
  ] as const)('%s', ([, text, values]) => {
    expect(valuesOf(text)).toEqual(values)
  })
})

describe('faults and where they are', () => {
  test.for([
    ['an alias', 'a: &x b\nc: *x\n', 'the alias *x is not read', 11],
    ['a merge key', 'a: b\n<<: c\n', 'the merge key << is not read', 5],
    ['a key that is a list', '? [a]\n: b\n', 'a key must be a text, not a list', 2],
    ['nested maps on one line', 'a: b: c\n', 'not YAML: Nested mappings', 3],
    ['a quote that never ends', 'a: "b\n', 'not YAML: Missing closing', 6],
    ['a quote that a document ends', 'a: "b\n---\nc"\n', 'not YAML: Missing closing', 5],
    ['a bracket that never ends', 'a: [b\n', 'not YAML: Flow sequence', 6],
    ['a tab for indentation', 'a:\n\t- b\n', 'not YAML: Tabs', 3],
    ['a control character', 'a: b\u0007\n', 'the character U+0007 cannot', 4],
    ['half a character', 'a: b\ud800\n', 'the character U+D800 cannot', 4],
    ['a byte order mark in the middle', 'a: b\ufeff\n', 'the character U+FEFF cannot', 4],
    ['an escaped zero', 'a: "\\0"\n', 'the character U+0000 cannot', 3],
    ['an escaped half character', 'a: "\\ud800"\n', 'the character U+D800 to U+DFFF cannot', 3],
  ] as const)('%s', ([, text, message, at]) => {
    const [fault] = faultsOf(text)
    expect(fault?.message).toContain(message)
    expect(fault?.at).toBe(at)
  })
})

/** Every one of these costs a parser without bounds minutes or gigabytes. */
describe('hostile texts of ten megabytes are refused in seconds', () => {
  const repeat = (text: string) => text.repeat(Math.floor(10_500_000 / text.length))
  const bomb = Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i},*a${i},*a${i}]`).join('\n')
  test.for([
    ['nested brackets', () => repeat('['), 'deeper than 100 levels'],
    ['nested dashes', () => repeat('- '), 'deeper than 100 levels'],
    [
      'nested indentation',
      () => Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'deeper than 100',
    ],
    ['commas', () => `[${repeat(',')}`, 'more than 1000000 words'],
    ['lines', () => repeat('a: b\n'), 'more than 1000000 words'],
    ['end markers', () => repeat('...\n'), 'more than 1000000 words'],
    ['one long text', () => `a: ${repeat('word ')}`, 'larger than 10 MB'],
    ['one long quoted text', () => `a: "${repeat('word\n')}"`, 'larger than 10 MB'],
    ['an alias bomb', () => `a0: &a0 b\n${bomb}`, 'alias *a0'],
  ] as const)('%s', ([, make, message]) => {
    const messages = faultsOf(make()).map((fault) => fault.message)
    expect(messages.find((text) => text.includes(message))).toBeDefined()
  })
})
