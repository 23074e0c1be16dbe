import { describe, expect, test } from 'vitest'
import { dependencyNames } from './dependency-names.ts'
import { needsOf, nextInOrder, type OrderedComponent } from './dependency-order.ts'

type Named = OrderedComponent & { name: string }

let ids = 0
/** A component that provides its own name, and `provides`. */
const component = (
  name: string,
  changes: Partial<OrderedComponent> & {
    buildRequires?: string[]
    requires?: string[]
    provides?: string[]
  } = {},
): Named => {
  const { buildRequires = [], requires = [], provides = [], ...more } = changes
  return {
    id: ++ids,
    name,
    state: null,
    dependencies: { buildRequires, requires, provides: [name, ...provides] },
    missingAfter: null,
    ...more,
  }
}

const names = (list: readonly Named[] | undefined) => list?.map(({ name }) => name)

function next(components: Named[], offered: string[] = []) {
  const { start, offer } = nextInOrder(components, ({ name }) => offered.includes(name))
  return { start: names(start), offer: names(offer) }
}

describe('what a component needs of its batch', () => {
  test('is what provides its BuildRequires, and what that needs to be installed', () => {
    const tool = component('tool', { provides: ['/usr/bin/tool'], requires: ['libtool.so.1()(64bit)'] })
    const lib = component('lib', { provides: ['libtool.so.1()(64bit)'], requires: ['glibc'] })
    const app = component('app', { buildRequires: ['/usr/bin/tool', 'gcc'] })
    const needs = needsOf([app, tool, lib])
    expect(names(needs.get(app.id))).toEqual(['tool', 'lib'])
    expect(names(needs.get(tool.id))).toEqual([])
  })

  test('is not itself, and none that needs it in turn', () => {
    const self = component('self', { buildRequires: ['self'] })
    const a = component('a', { buildRequires: ['c'] })
    const b = component('b', { buildRequires: ['a'] })
    const c = component('c', { buildRequires: ['b'] })
    const after = component('after', { buildRequires: ['c'] })
    const needs = needsOf([self, a, b, c, after])
    expect([self, a, b, c].map(({ id }) => names(needs.get(id)))).toEqual([[], [], [], []])
    expect(names(needs.get(after.id))).toEqual(['c'])
  })

  test('is found in a moment, for any names', () => {
    const words = Array.from({ length: 20_000 }, (_, index) => `name${index}`)
    const all = { provides: words, requires: words, buildRequires: words }
    const many = Array.from({ length: 50 }, (_, index) => component(`c${index}`, index === 0 ? {} : all))
    const began = performance.now()
    expect(names(needsOf(many).get(many[1]?.id ?? 0))).toEqual([])
    expect(dependencyNames(`(a${')'.repeat(1_000_000)}`)).toEqual(['a'])
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  test('is nothing known where nobody could look', () => {
    const unknown = component('unknown', { dependencies: null })
    expect(names(needsOf([unknown, component('other')]).get(unknown.id))).toEqual([])
  })
})

describe('of a batch in order', () => {
  test('those that need nothing begin, then those whose needs are in the build root', () => {
    const lib = component('lib')
    const other = component('other')
    const app = component('app', { buildRequires: ['lib'] })
    expect(next([lib, other, app])).toEqual({ start: ['lib', 'other'], offer: [] })
    const built = { ...lib, state: 'complete' } as const
    const busy = { ...other, state: 'building' } as const
    expect(next([built, busy, app])).toEqual({ start: [], offer: ['lib'] })
    expect(next([built, busy, app], ['lib'])).toEqual({ start: ['app'], offer: [] })
  })

  test('what nobody could look at may be needed by all: it comes into the build root first, and where it has failed none begins', () => {
    const unknown = component('unknown', { dependencies: null, state: 'complete' })
    const app = component('app')
    expect(next([unknown, app])).toEqual({ start: [], offer: ['unknown'] })
    expect(next([unknown, app], ['unknown'])).toEqual({ start: ['app'], offer: [] })
    expect(next([{ ...unknown, state: 'failed' }, app])).toEqual({ start: [], offer: [] })
  })

  test('one whose needs have failed never begins, and ends nothing else', () => {
    const lib = component('lib', { state: 'failed' })
    const app = component('app', { buildRequires: ['lib'] })
    expect(next([lib, app])).toEqual({ start: [], offer: [] })
    expect(next([lib, app, component('free')])).toEqual({ start: ['free'], offer: [] })
  })

  test('one whose BuildRequires were not there is tried again with what was built meanwhile, and only then', () => {
    const late = component('late', { state: 'failed', missingAfter: 0 })
    const lib = component('lib', { state: 'building' })
    expect(next([late, lib])).toEqual({ start: [], offer: [] })
    const built = { ...lib, state: 'complete' } as const
    expect(next([late, built])).toEqual({ start: [], offer: ['lib'] })
    expect(next([late, built], ['lib'])).toEqual({ start: ['late'], offer: [] })
    expect(next([{ ...late, missingAfter: 1 }, built], ['lib'])).toEqual({ start: [], offer: [] })
    expect(next([{ ...late, missingAfter: null }, built], ['lib'])).toEqual({ start: [], offer: [] })
  })
})

test.each([
  ['gcc', ['gcc']],
  ['perl(Foo::Bar) >= 1.2', ['perl(Foo::Bar)']],
  ['(a >= 1 if b)', ['a', 'b']],
  ['((perl(A) and perl(B)) or c)', ['perl(A)', 'perl(B)', 'c']],
  ['python3dist(x[y])', ['python3dist(x[y])']],
  ['libx.so.1()(64bit)', ['libx.so.1()(64bit)']],
  ['(libx.so.1()(64bit) with y < 2)', ['libx.so.1()(64bit)', 'y']],
])('%s names %j', (dependency, expected) => expect(dependencyNames(dependency)).toEqual(expected))
