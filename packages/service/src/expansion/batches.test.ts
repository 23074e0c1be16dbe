import { expect, test } from 'vitest'
import { planBatches } from './batches.ts'

test.each([
  ['equal buildorders share a batch', { a: 0, b: 0 }, { a: 2, b: 2 }],
  ['a later buildorder opens the next batch', { a: 0, b: 10 }, { a: 2, b: 3 }],
  ['negative buildorders come first', { a: 0, b: -1 }, { a: 3, b: 2 }],
  ['no components, no batches', {}, {}],
])('%s', (_, orders, batches) => {
  expect(Object.fromEntries(planBatches(new Map(Object.entries(orders))))).toEqual(batches)
})
