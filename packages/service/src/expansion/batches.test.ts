import { expect, test } from 'vitest'
import { planBatches, type OrderedComponents } from './batches.ts'

const ordered = (
  rpms: Record<string, number | string[]>,
  modules: Record<string, { buildorder: number; components: OrderedComponents }> = {},
): OrderedComponents => ({
  rpms: new Map(
    Object.entries(rpms).map(([name, order]) => [
      name,
      typeof order === 'number'
        ? { buildorder: order, buildafter: [] }
        : { buildorder: 0, buildafter: order },
    ]),
  ),
  modules: new Map(Object.entries(modules)),
})

test.each([
  ['equal buildorders share a batch', { a: 0, b: 0 }, { a: 2, b: 2 }],
  ['a later buildorder opens the next batch', { a: 0, b: 10 }, { a: 2, b: 3 }],
  ['negative buildorders come first', { a: 0, b: -1 }, { a: 3, b: 2 }],
  ['no components, no batches', {}, {}],
])('%s', (_, orders, batches) => {
  expect(Object.fromEntries(planBatches(ordered(orders)))).toEqual(batches)
})

test('what an included module has begins where its entry stands, and what follows waits for all of it', () => {
  const included = ordered({ 'perl-List-Compare': 0, 'perl-Tangerine': 0, tangerine: 10 })
  const components = ordered({ foo: 0, file: 20 }, { testmodule: { buildorder: 0, components: included } })
  expect(Object.fromEntries(planBatches(components))).toEqual({
    foo: 2,
    'perl-List-Compare': 2,
    'perl-Tangerine': 2,
    tangerine: 3,
    file: 4,
  })
})

test('an included module without components leaves the numbers alone', () => {
  const components = ordered({ a: 0, b: 10 }, { empty: { buildorder: 5, components: ordered({}) } })
  expect(planBatches(components).get('a')).toBe(2)
  expect(planBatches(components).get('b')).toBe(4)
})

test('a component is built after the last of those that it names', () => {
  const components = ordered({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'], e: [] })
  expect(Object.fromEntries(planBatches(components))).toEqual({ a: 2, b: 3, c: 3, d: 4, e: 2 })
})

test('components that wait for each other are named', () => {
  expect(() => planBatches(ordered({ a: ['c'], b: ['a'], c: ['b'], d: [] }))).toThrow(
    'the components a, c, b form a circle: each is built after the next',
  )
})

test('a component of two modules is refused', () => {
  const components = ordered({ a: 0 }, { other: { buildorder: 0, components: ordered({ a: 0 }) } })
  expect(() => planBatches(components)).toThrow('the component a is there twice')
})
