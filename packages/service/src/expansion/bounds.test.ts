import { expect, test } from 'vitest'
import { requireBounded } from './bounds.ts'
import { expand, streamVersion, type KnownBuild } from './index.ts'
import { applyOverrides } from './overrides.ts'
import { Universe } from './universe.ts'

type Requirements = Record<string, string[]>
const block = (buildrequires: Requirements, requires: Requirements = {}) => ({
  buildrequires: new Map(Object.entries(buildrequires)),
  requires: new Map(Object.entries(requires)),
})
const named = (count: number, prefix = 'm', streams: string[] = []): Requirements =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, streams]))

const build = (name: string, stream: string, requires: Requirements[] = []): KnownBuild => ({
  name,
  stream,
  version: 1n,
  context: 'c',
  state: 'ready',
  requires: requires.map((one) => new Map(Object.entries(one))),
  builtOn: name === 'platform' ? [] : ['platform:el9:1:c'],
  baseStreams: new Map(name === 'platform' ? [] : [['platform', 'el9']]),
  virtualStreams: [],
  ref: '',
  kojiTag: null,
})

test.each([
  ['blocks', Array.from({ length: 101 }, () => block({})), 'have 101 blocks; at most 100'],
  ['modules', [block(named(5001))], 'name 5001 modules and streams; at most 5000'],
  ['streams', [block({ m: Array.from({ length: 5000 }, String) })], 'name 5001 modules and streams'],
  ['characters', [block({ m: ['s'.repeat(202)] })], 'longer than 200 characters'],
  [
    'alternatives',
    [block({}, named(400, 'a')), block({}, named(300, 'b'))],
    'stand for too many alternatives',
  ],
])('dependencies with too many %s are refused', (_, blocks, message) => {
  expect(() => requireBounded(blocks)).toThrow(message)
})

test('dependencies that are large and possible are solved in a moment', () => {
  const began = performance.now()
  const blocks = Array.from({ length: 100 }, (_, index) =>
    block({ platform: ['el9'] }, { [`m${index}`]: [], [`n${index}`]: [] }),
  )
  // A hundred blocks with two modules each stand for too many alternatives.
  expect(() => requireBounded(blocks)).toThrow('alternatives')
  const possible = blocks.map((_, index) => block({ platform: ['el9'] }, { [`m${index}`]: [] }))
  requireBounded(possible)
  expect(expand(possible, new Universe([build('platform', 'el9')])).expansions).toHaveLength(100)
  const overrides = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`x${index}`, []]))
  const many = Array.from({ length: 80_000 }, () => block({}))
  expect(() => applyOverrides(many, { requires: overrides })).toThrow("aren't applicable")
  expect(streamVersion(`el1${'.'.repeat(1_000_000)}x`)).toBe(1)
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('blocks that differ in a few streams are solved, however many they are', () => {
  const streams = Array.from({ length: 5 }, (_, index) => `s${index}`)
  const stored = streams.flatMap((a) =>
    streams.map((b): Requirements => ({ platform: ['el9'], perl: [a], ruby: [b] })),
  )
  requireBounded(stored.map((requires) => block({ platform: ['el9'] }, requires)))
  const universe = new Universe([
    build('platform', 'el9'),
    ...streams.flatMap((stream) => [build('perl', stream), build('ruby', stream)]),
    build('lib', '1', stored),
  ])
  const [made, ...others] = expand([block({ platform: ['el9'], lib: ['1'] })], universe).expansions
  expect(others).toEqual([])
  expect(made?.modules.map(({ name }) => name)).toEqual(['lib', 'perl', 'platform', 'ruby'])
})

test('a stored module that leaves too many choices is named', () => {
  const universe = new Universe([
    build('platform', 'el9'),
    build(
      'lib',
      '1',
      ['a', 'b', 'c'].map((prefix) => named(200, prefix, ['1'])),
    ),
    ...['a', 'b', 'c'].flatMap((prefix) => Object.keys(named(200, prefix)).map((name) => build(name, '1'))),
  ])
  expect(() => expand([block({ platform: ['el9'], lib: ['1'] })], universe)).toThrow(
    'lib:1 leaves too many choices; name the streams to build against',
  )
})

test('the limit of builds holds for all blocks of a document together', () => {
  const streams = Array.from({ length: 6 }, (_, index) => `s${index}`)
  const universe = new Universe([
    build('platform', 'el9'),
    ...streams.map((stream) => build('lib', stream, [{ platform: ['el9'] }])),
  ])
  const blocks = ['a', 'b'].map((name) => block({ platform: ['el9'], lib: streams }, { [name]: [] }))
  expect(expand(blocks, universe, { buildsMax: 12 }).expansions).toHaveLength(12)
  expect(() => expand(blocks, universe, { buildsMax: 11 })).toThrow(
    'the requirements stand for more than 11 builds; name the streams',
  )
})
