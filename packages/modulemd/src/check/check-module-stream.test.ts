import { describe, expect, test } from 'vitest'
import { leastStream } from '../../test/documents.ts'
import type { ModuleStream, RpmComponent } from '../module-stream.ts'
import { checkModuleStream } from './check-module-stream.ts'

const component = (more: Partial<RpmComponent>): RpmComponent => ({
  buildorder: 0,
  buildafter: [],
  buildonly: false,
  buildroot: false,
  srpmBuildroot: false,
  arches: [],
  multilib: [],
  ...more,
})

const components = (rpms: Record<string, Partial<RpmComponent>>): ModuleStream['components'] => ({
  rpms: new Map(Object.entries(rpms).map(([name, more]) => [name, component(more)])),
  modules: new Map(),
})

describe('streams that keep the rules', () => {
  test.for([
    ['the least one', {}],
    ['a static context without a context', { staticContext: true }],
    ['a static context of a scratch build', { staticContext: true, context: 'abcdefghij_12' }],
    ['any context that is not static', { context: 'not - a / context' }],
    ['order by numbers', { components: components({ a: { buildorder: 1 }, b: { buildorder: -1 } }) }],
    [
      'order by names',
      { components: components({ a: {}, b: { buildafter: ['a'] }, c: { buildafter: ['a', 'b'] } }) },
    ],
    ['cycles, which nobody looks for', { components: components({ a: { buildafter: ['a'] } }) }],
    ['architectures without those of the module', { components: components({ a: { arches: ['x'] } }) }],
    [
      'multilib, which is not compared',
      { buildopts: { whitelist: [], arches: ['x'] }, components: components({ a: { multilib: ['y'] } }) },
    ],
    [
      'negative streams',
      { dependencies: [{ requires: new Map([['a', ['-b', '-c']]]), buildrequires: new Map() }] },
    ],
  ] as [string, Partial<ModuleStream>][])('%s', ([, more]) => {
    expect(checkModuleStream({ ...leastStream, ...more })).toEqual([])
  })
})

describe('streams that break a rule', () => {
  test.for([
    ['an empty static context', { staticContext: true, context: '' }, ['data.context']],
    ['no license', { license: { module: [], content: ['MIT'] } }, ['data.license.module']],
    [
      'both orders in one component',
      { components: components({ a: {}, b: { buildorder: 1, buildafter: ['a'] } }) },
      ['data.components.rpms.b.buildafter'],
    ],
    [
      'both orders in one module',
      { components: components({ a: { buildorder: 1 }, b: { buildafter: ['a'] } }) },
      ['data.components.rpms.b.buildafter'],
    ],
    [
      'an unknown component',
      { components: components({ b: { buildafter: ['a', 'c'] } }) },
      ['data.components.rpms.b.buildafter', 'data.components.rpms.b.buildafter'],
    ],
    [
      'another architecture',
      { buildopts: { whitelist: [], arches: ['x'] }, components: components({ a: { arches: ['x', 'y'] } }) },
      ['data.components.rpms.a.arches'],
    ],
    ['a bad artifact', { artifacts: ['a-0:1-1.noarch', 'a'] }, ['data.artifacts.rpms']],
    [
      'mixed streams',
      { dependencies: [{ requires: new Map(), buildrequires: new Map([['a', ['-b', 'c']]]) }] },
      ['data.dependencies.0.buildrequires.a'],
    ],
  ] as [string, Partial<ModuleStream>, string[]][])('%s', ([, more, paths]) => {
    const problems = checkModuleStream({ ...leastStream, ...more })
    expect(problems.map(({ path }) => path)).toEqual(paths)
    expect(problems[0]).toMatchObject({ line: 0, column: 0 })
  })
})
