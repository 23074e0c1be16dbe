import { expect, test } from 'vitest'
import type { Tx } from './connect.ts'
import { together } from './together.ts'

/** Nothing in these tests asks a database. */
const transaction = () => ({}) as unknown as Tx

function recording() {
  const writes: string[][] = []
  const write = together<string, string>(
    (_tx, items) => {
      writes.push([...items])
      return Promise.resolve(items.map((item) => item.toUpperCase()))
    },
    (item) => item[0],
  )
  return { writes, write }
}

test('items that come in one moment are one write, step by step', async () => {
  const { writes, write } = recording()
  const tx = transaction()
  const steps = async (name: string, detour: number) => {
    const first = await write(tx, name)
    for (let turn = 0; turn < detour; turn++) await Promise.resolve()
    return [first, await write(tx, `${name}2`)]
  }
  expect(await Promise.all([steps('a', 0), steps('b', 5), steps('c', 1)])).toEqual([
    ['A', 'A2'],
    ['B', 'B2'],
    ['C', 'C2'],
  ])
  expect(writes).toEqual([
    ['a', 'b', 'c'],
    ['a2', 'c2', 'b2'],
  ])
})

test('two items of one key, and items of two transactions, are never in one write', async () => {
  const { writes, write } = recording()
  const [tx, other] = [transaction(), transaction()]
  expect(await Promise.all([write(tx, 'a1'), write(tx, 'a2'), write(other, 'a3'), write(tx, 'b')])).toEqual([
    'A1',
    'A2',
    'A3',
    'B',
  ])
  expect(writes).toEqual([['a1', 'b'], ['a3'], ['a2']])
})

test('a write that fails, fails for all of its items and for those that wait for it', async () => {
  let count = 0
  const write = together<string, string>(
    () => {
      count++
      return Promise.reject(new Error('no'))
    },
    (item) => item[0],
  )
  const tx = transaction()
  const ends = await Promise.allSettled([write(tx, 'a'), write(tx, 'b'), write(tx, 'a2')])
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(count).toBe(1)
})
