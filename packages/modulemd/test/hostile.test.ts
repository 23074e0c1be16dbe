import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  checkModuleStream,
  computeContexts,
  lintModulemd,
  ModuleIndex,
  ModulemdError,
  type ModuleObsoletes,
  type ModulePackager,
  type ModuleStream,
  packagerToStreams,
  readModulemd,
  readStream,
  type RpmComponent,
} from '../src/index.ts'
import { namesInCircles } from '../src/lint/circles.ts'
import { nsvca } from '../src/nsvc.ts'
import { matchesGlob } from '../src/questions/glob.ts'
import { locate } from '../src/read/locate.ts'
import { parseYaml } from '../src/yaml/parse-yaml.ts'
import type { YamlNode } from '../src/yaml/tree.ts'
import { leastStream, streamText } from './documents.ts'

/** Work that grows with the square of the size takes several times as long. */
const SECONDS_MAX = 5

/** Measures the processor's time, which is the same on a busy machine. */
function inTime<T>(act: () => T): T {
  const begin = process.threadCpuUsage()
  const result = act()
  expect(process.threadCpuUsage(begin).user / 1e6).toBeLessThan(SECONDS_MAX)
  return result
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

const component: RpmComponent = {
  buildorder: 0,
  buildafter: [],
  buildonly: false,
  buildroot: false,
  srpmBuildroot: false,
  arches: [],
  multilib: [],
}

const componentsOf = (count: number, parts: Partial<RpmComponent>) => ({
  rpms: new Map(numbers(count).map((i) => [`c${i}`, { ...component, ...parts }])),
  modules: new Map(),
})

const packagerOf = (parts: Partial<ModulePackager>): ModulePackager => ({
  kind: 'modulemd-packager',
  name: 'm',
  stream: 's',
  summary: 's',
  description: 'd',
  license: [],
  configurations: [],
  profiles: new Map(),
  api: [],
  filter: [],
  demodularized: [],
  components: { rpms: new Map(), modules: new Map() },
  ...parts,
})

const configurationsOf = (count: number, archesOf: (i: number) => string[]) =>
  numbers(count).map((i) => ({
    context: `c${i}`,
    platform: 'f42',
    buildrequires: new Map<string, string>(),
    requires: new Map<string, string>(),
    buildopts: { whitelist: [], arches: archesOf(i) },
  }))

function problemsOf(act: () => unknown) {
  try {
    act()
  } catch (error) {
    if (error instanceof ModulemdError) return error.problems
    throw error
  }
  return []
}

/** A list that is cut says so at its end. */
function expectCut(problems: readonly { message: string }[]): void {
  expect(problems).toHaveLength(1001)
  expect(problems.at(-1)?.message).toBe('there are more problems than listed')
}

test('faults of the YAML are as many as a report takes, and have short paths', () => {
  const text = `a:\n  ? ${'k'.repeat(40_000)}\n  : [${'*x,'.repeat(3000)}]\n`
  const [document] = [...parseYaml(text)]
  expect(document?.faults).toHaveLength(1001)
  expect(document?.faults[0]?.path).toBe(`a.${'k'.repeat(200)}….0`)
  expectCut(readModulemd(text).problems)
})

test('an error tells the first problems, and the number of the others', () => {
  const { problems } = readModulemd(
    streamText(`? ${'k'.repeat(40_000)}`, ...numbers(500).map((i) => `x${i}: a`)),
    {
      strict: true,
    },
  )
  expect(problems).toHaveLength(501)
  expect(problems[0]?.path).toHaveLength('data.'.length + 201)
  const lines = new ModulemdError(problems).message.split('\n')
  expect(lines).toHaveLength(21)
  expect(lines[0]).toContain('(and 500 more problems)')
  expect(lines[20]).toBe('and 481 more')
})

test('faults of components are cut, and do not repeat a long list', () => {
  const stream = {
    ...leastStream,
    buildopts: { whitelist: [], arches: numbers(1000).map(String) },
    components: componentsOf(2000, { arches: ['x'] }),
  }
  const problems = checkModuleStream(stream)
  expectCut(problems)
  expect(problems[0]?.remedy.length).toBeLessThan(300)
  expectCut(checkModuleStream({ ...leastStream, components: componentsOf(2000, { buildafter: ['x'] }) }))
})

test('configurations share the check of the components', () => {
  const components = componentsOf(5000, { arches: ['x'], buildafter: ['c'] })
  const bad = packagerOf({ components, configurations: configurationsOf(1000, (i) => [`a${i}`]) })
  expectCut(inTime(() => problemsOf(() => packagerToStreams(bad))))
  const good = packagerOf({
    components: componentsOf(20_000, { arches: ['x'] }),
    configurations: configurationsOf(20_000, (i) => ['x', `a${i}`]),
  })
  expect(inTime(() => packagerToStreams(good))).toHaveLength(20_000)
})

test('a repeated digest of the package map', () => {
  const packages = numbers(10_000).map((i) => `sha256: {p${i}: {}}`)
  expectCut(
    inTime(() =>
      readModulemd(streamText('artifacts:', '  rpm-map:', ...packages.map((line) => `    ${line}`))),
    ).problems,
  )
})

test('configurations with different contexts', () => {
  const lines = numbers(50_000).map((i) => `  - {context: c${i}, platform: p}\n`)
  const text = `document: modulemd-packager\nversion: 3\ndata:\n  summary: s\n  description: d\n  configurations:\n${lines.join('')}`
  expect(inTime(() => readStream(text)).problems).toEqual([])
})

test('brackets of a pattern that are never closed', () => {
  expect(inTime(() => matchesGlob('['.repeat(100_000), '['.repeat(100_000)))).toBe(true)
  // The first set has no end; the second one, which begins within it, has.
  expect(matchesGlob('[[:alpha:]', '[a')).toBe(true)
})

test('colons within a name', () => {
  const stream = `${':'.repeat(200_000)}s`
  expect(inTime(() => nsvca({ ...leastStream, name: 'm', stream }))).toBe(`m:${stream}`)
})

const obsoletes: ModuleObsoletes = {
  kind: 'modulemd-obsoletes',
  modified: '',
  isReset: false,
  module: 'm',
  stream: 's',
  message: 'x',
}

test('many streams and obsoletes of one module', () => {
  const index = new ModuleIndex()
  const add = (parts: Partial<ModuleStream>) =>
    index.offer({ ...leastStream, name: 'm', stream: 's', ...parts })
  const versions = numbers(10_000).map((i) => BigInt(i + 1))
  const complaints = inTime(() => {
    for (const context of ['a', 'b', 'a'])
      for (const version of versions) add({ version, context, arch: 'x' })
    for (const i of numbers(60_000)) index.add({ ...obsoletes, modified: String(i) })
    return versions.map((version) => add({ version })?.code)
  })
  expect(new Set(complaints)).toEqual(new Set(['conflict']))
  const module = index.module('m')
  expect(module?.streams.map(nsvca).slice(9999, 10_001)).toEqual(['m:s:10000:b:x', 'm:s:1:a:x'])
  expect(module?.streams).toHaveLength(20_000)
  expect(module?.obsoletes).toHaveLength(60_000)
})

test('many streams whose names are patterns', () => {
  const index = new ModuleIndex()
  const complaints = inTime(() =>
    numbers(2000).map((i) => index.offer({ ...leastStream, name: 'm', stream: `${'*a'.repeat(200)}${i}` })),
  )
  expect(complaints[10]).toBeUndefined()
  expect(complaints.at(-1)?.code).toBe('limit')
})

test('many bad documents', () => {
  const text = `${'---\n*\n'.repeat(20_000)}# ${'x'.repeat(10_000_000)}\n`
  expect(inTime(() => [...parseYaml(text)])).toHaveLength(20_000)
})

test('many places in one list or map', () => {
  const items = numbers(100_000).map((at): YamlNode => ({ kind: 'text', text: String(at), at, end: at }))
  const list: YamlNode = { kind: 'list', items, at: 0 }
  const map: YamlNode = {
    kind: 'map',
    entries: items.map((value) => ({ key: `k${value.at}`, keyAt: value.at, value })),
    at: 0,
  }
  inTime(() => {
    for (const i of numbers(100_000)) {
      if (locate(list, [], String(i)) !== i || locate(map, [`k${i}`]) !== i)
        throw new Error(`${i} is elsewhere`)
    }
  })
})

test('many alternatives with the same module', () => {
  const requires = numbers(20_000).map((i) => new Map([['m', [`s${i}`]]]))
  const all = new Map([['m', numbers(20_000).map((i) => `s${i}`)]])
  const contextOf = (alternatives: typeof requires) =>
    computeContexts({ buildrequires: new Map(), requires: alternatives }).runtimeContext
  expect(inTime(() => contextOf(requires))).toBe(contextOf([all]))
})

test('a review of many components in a circle', () => {
  const lines = numbers(8000).map((i) => `    c${i}: {name: n${i}, buildafter: [c${(i + 1) % 8000}], ref: a}`)
  const findings = inTime(() =>
    lintModulemd(streamText('components:', '  rpms:', ...lines), { today: '2026-01-01' }),
  )
  expect(findings.filter(({ rule }) => rule === 'order-circular')).toHaveLength(8000)
})

test('names in circles are those that lead back to themselves', () => {
  const graph = fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 10 })
  fc.assert(
    fc.property(graph, (targets) => {
      const targetsOf = (name: string) => targets[Number(name)]?.map(String) ?? []
      const reachable = (name: string) => {
        const seen = new Set(targetsOf(name))
        for (const one of seen) for (const next of targetsOf(one)) seen.add(next)
        return seen
      }
      const names = [...targets.keys()].map(String)
      const circular = namesInCircles(names, targetsOf)
      expect(names.filter((name) => circular.has(name))).toEqual(
        names.filter((name) => reachable(name).has(name)),
      )
    }),
  )
})

test('blanks and digits of words in a review', () => {
  const license = `a${' '.repeat(200_000)}b`
  const filter = `${'1'.repeat(200_000)}a`
  const text = streamText(`filter: {rpms: [${filter}]}`, 'components: {rpms: {a: {}, b: {}, c: {}}}').replace(
    '[MIT]',
    `["${license}"]`,
  )
  expect(inTime(() => lintModulemd(text, { today: '2026-01-01' })).length).toBeGreaterThan(0)
})
