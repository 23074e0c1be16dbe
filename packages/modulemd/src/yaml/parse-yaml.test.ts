import { describe, expect, test } from 'vitest'
import { parseYaml } from './parse-yaml.ts'
import type { YamlNode } from './tree.ts'

/** Returns a tree as plain values, without its positions. */
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
    ['the merge key is a key', '<<: {a: b}', { '<<': { a: 'b' } }],
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
    ['and only a marker begins a second', 'a\n...\nb\n--- c\n', ['a', undefined, 'c']],
    ['more end markers end nothing', 'a\n...\n...\n# c\n...\n---\nb\n', ['a', 'b']],
    ['before the first there is nothing to end', '...\n--- a\n', [undefined, 'a']],
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
    ['a key that is a list', '? [a]\n: b\n', 'a key must be a text, not a list', 2],
    ['a value of a value', 'a: b: c\n', 'a value of a map cannot begin here', 4],
    ['a key without colon', 'a: b\nc\nd: e\n', 'a key is expected here, and no colon follows', 5],
    ['a key that is not above', '  a: b\n c: d\n', 'this belongs to no document', 8],
    ['a key that is in no map', 'a:\n  b: c\n d: e\n', 'this belongs to no key of the map above', 11],
    ['an item that is in no list', 'a:\n  - b\n  c: d\n', 'this belongs to no item of the list above', 11],
    ['an item behind a key', 'a: - b\n', 'an item of a list cannot begin here', 3],
    [
      'a quote that never ends',
      'a: "b\n',
      'the quote that opens here is not closed before the end of the text',
      3,
    ],
    ['a quote that a document ends', 'a: "b\n---\nc"\n', 'is not closed before a document marker', 3],
    ['a bracket that never ends', 'a: [b\n', 'the list that opens here is not closed', 3],
    ['a brace that never ends', 'a: {b: c\n', 'the map that opens here is not closed', 3],
    ['a missing comma', 'a: ["b" c]\n', 'a list in brackets continues here without a comma', 8],
    ['a missing value', 'a: [,b]\n', 'a value is expected here, not a mark', 4],
    ['a colon before a bracket', 'a: [b:]\n', 'a colon ends in a mark here', 5],
    ['a tab for indentation', 'a:\n\t- b\n', 'no value can begin with a tab', 3],
    ['a tab in a folded text', 'a:\n  b\n\tc\n', 'the indentation contains a tab', 7],
    ['a tab in a block', 'a: |\n\tb\n', 'the indentation of a block contains a tab', 5],
    ['a mark that means nothing', 'a: @b\n', 'no value can begin with @', 3],
    ['a block that begins on its line', 'a: | b\n', 'the text of a block begins on the line below', 5],
    ['a block without indentation', 'a: |0\n b\n', 'a block cannot be indented by 0', 3],
    ['an unknown escape', 'a: "\\y"\n', 'there is no escape \\y', 4],
    ['half an escape', 'a: "\\x1"\n', '2 hexadecimal digits must follow \\x', 4],
    ['an escaped half character', 'a: "\\ud800"', 'there is no character \\ud800', 4],
    ['an escaped zero', 'a: "\\0"', 'the character U+0000 is not allowed', 3],
    ['an alias without a name', 'a: *\n', 'an alias (*) needs a name', 3],
    ['a tag with an unknown handle', 'a: !b!c d\n', 'the handle !b! of a tag is not known', 3],
    ['half a tag', 'a: !!\n', 'this is not a tag', 3],
    ['a version of YAML that is to come', '%YAML 2.0\n--- a\n', 'YAML 2.0 is not read', 0],
    ['a version twice', '%YAML 1.1\n%YAML 1.1\n--- a\n', 'the version of YAML is given twice', 10],
    ['an unknown directive', '%X\n--- a\n', 'this is not a YAML directive', 0],
    ['a control character', 'a: b\u0007\n', 'the character U+0007 is not allowed', 4],
    ['half a character', 'a: b\ud800\n', 'the character U+D800 is not allowed', 4],
  ] as const)('%s', ([, text, message, at]) => {
    const [fault] = faultsOf(text)
    expect(fault?.message).toContain(message)
    expect(fault?.at).toBe(at)
    expect(fault?.remedy).not.toBe('')
  })

  test('documents before a control character are good', () => {
    expect(valuesOf('--- a\n--- b\u0007\n')).toEqual(['a', undefined])
  })
})

/** A parser without limits needs minutes or gigabytes for each of these texts. */
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
    ['commas', () => `[a${repeat(',a')}`, 'more than 1000000 values'],
    ['lines', () => repeat('a: b\n'), 'more than 1000000 values'],
    ['end markers', () => repeat('...\n'), 'a value is missing here'],
    ['documents', () => `${repeat('---\n')}*`, 'an alias (*) needs a name'],
    ['one long text', () => `a: ${repeat('word ')}`, 'larger than 10 MB'],
    ['one long quoted text', () => `a: "${repeat('word\n')}"`, 'larger than 10 MB'],
    ['an alias bomb', () => `a0: &a0 b\n${bomb}`, 'alias *a0'],
  ] as const)('%s', ([, make, message]) => {
    const messages = faultsOf(make()).map((fault) => fault.message)
    expect(messages.find((text) => text.includes(message))).toBeDefined()
  })
})
