import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { computeContexts } from './contexts.ts'

const contextsOf = (buildrequires: Record<string, string>, requires: Record<string, string[]>) =>
  computeContexts({
    buildrequires: new Map(Object.entries(buildrequires)),
    requires: [new Map(Object.entries(requires))],
  })

describe('contexts as the Module Build Service computes them', () => {
  test.for([
    [{}, {}, '6a6c3e52'],
    [{ platform: 'f28' }, { platform: ['f28'] }, '9c690d0e'],
    [{ platform: 'f29' }, { platform: ['f29'] }, '6c81f848'],
    [{ platform: 'f28' }, { platform: ['f28', 'f29'] }, 'a7901809'],
    [{ platform: 'f28' }, { platform: ['f29', 'f28', 'f29'] }, 'a7901809'],
    [{ platform: 'f28' }, { platform: [] }, '90da547c'],
    [{ platform: 'f28', gtk: '1' }, { gtk: ['1'] }, 'e1e005fb'],
    [{ platform: 'f28', gtk: '2' }, { gtk: ['2'] }, 'ce132a1e'],
    [{ platform: 'f28', gtk: '1' }, { gtk: [] }, '2bc054d2'],
    [{ platform: 'f28', gtk: '1' }, { gtk: ['1', '2'] }, 'e6475530'],
    [{ platform: 'f29', app: '1' }, {}, 'a6551637'],
    [{ platform: 'f28', café: 'é' }, { platform: ['f28'] }, 'e4e3b57c'],
    // 389-ds:1.4 in Rocky Linux 8.4
    [{ nodejs: '10', platform: 'el8.4.0' }, { platform: ['el8'] }, '866effaa'],
  ] as [Record<string, string>, Record<string, string[]>, string][])(
    '%j and %j give %s',
    ([build, run, context]) => {
      expect(contextsOf(build, run).context).toBe(context)
    },
  )

  test('the parts of a context', () => {
    expect(contextsOf({ platform: 'f28' }, { platform: ['f28'] })).toEqual({
      buildContext: 'f4bfd8304625d3f2835a5176ee910f50e86cc201',
      buildContextNoBms: 'bf21a9e8fbc5a3846fb05b4fa0859e0917b2202f',
      runtimeContext: '3a484dfa1afb31e4a0df5d6bce64aa4cce13cab9',
      context: '9c690d0e',
    })
  })

  test('alternatives are united', () => {
    const united = computeContexts({
      buildrequires: new Map([['platform', 'f28']]),
      requires: [new Map([['platform', ['f29']]]), new Map([['platform', ['f28']]])],
    })
    expect(united.context).toBe('a7901809')
  })

  test('other modules can be the base', () => {
    const buildrequires = new Map([
      ['rhel', '9'],
      ['gtk', '1'],
    ])
    const one = computeContexts({ buildrequires, requires: [], baseModules: ['rhel'] })
    const other = computeContexts({ buildrequires: new Map([['gtk', '1']]), requires: [] })
    expect(one.buildContextNoBms).toBe(other.buildContext)
  })
})

interface Recorded {
  cases: {
    id: string
    buildrequires: Record<string, string>
    dependencies: { requires: Record<string, string[]> }[]
    expected: {
      build_context: string
      runtime_context: string
      context: string
      build_context_no_bms: string
    }
  }[]
}

const file = new URL('../fixtures/contexts.json', import.meta.url)
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded

describe('contexts that its own code gave', () => {
  test.for(recorded.cases)('$id', ({ buildrequires, dependencies, expected }) => {
    const contexts = computeContexts({
      buildrequires: new Map(Object.entries(buildrequires)),
      requires: dependencies.map(({ requires }) => new Map(Object.entries(requires))),
    })
    expect(contexts).toEqual({
      buildContext: expected.build_context,
      buildContextNoBms: expected.build_context_no_bms,
      runtimeContext: expected.runtime_context,
      context: expected.context,
    })
  })
})

describe('contexts of modules that were shipped', () => {
  test.for([
    [
      'rust-toolset:rhel8 of RHEL 8.0, built with an earlier build of itself',
      { 'llvm-toolset': 'rhel8', platform: 'el8', 'rust-toolset': 'rhel8' },
      { 'llvm-toolset': ['rhel8'], platform: ['el8'] },
      'b09eea91',
    ],
    [
      'virt:rhel and llvm-toolset:rhel8 of RHEL 8.0, built on the platform alone',
      { platform: 'el8' },
      { platform: ['el8'] },
      '9edba152',
    ],
  ] as const)('%s', ([, buildrequires, requires, context]) => {
    const contexts = computeContexts({
      buildrequires: new Map(Object.entries(buildrequires)),
      requires: [new Map(Object.entries(requires).map(([name, streams]) => [name, [...streams]]))],
    })
    expect(contexts.context).toBe(context)
  })
})
