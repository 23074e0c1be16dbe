import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { gather } from './gather.ts'
import { GroupCommit } from './group-commit.ts'

const soon = () => new Promise((resolve) => setTimeout(resolve, 10))

test('items that come while a group is being committed are the next group, and each gets its result', async () => {
  const groups: string[][] = []
  const begun = Promise.withResolvers<undefined>()
  const commits = new GroupCommit(systemClock, async (items: readonly string[]) => {
    groups.push([...items])
    begun.resolve(undefined)
    await soon()
    return items.map((item) => item.toUpperCase())
  })
  const first = commits.add('a')
  await begun.promise
  expect(commits.isIdle).toBe(false)
  expect(await Promise.all([first, commits.add('b'), commits.add('c')])).toEqual(['A', 'B', 'C'])
  expect(groups).toEqual([['a'], ['b', 'c']])
  expect(commits.isIdle).toBe(true)
  expect(await commits.add('d')).toBe('D')
})

test('an item that cannot be committed keeps no other from it', async () => {
  const committed: string[] = []
  const commits = new GroupCommit(systemClock, async (items: readonly string[]) => {
    await soon()
    if (items.includes('wrong')) throw new Error('wrong')
    committed.push(...items)
    return items
  })
  const results = await Promise.allSettled(['a', 'wrong', 'b'].map((item) => commits.add(item)))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(committed).toEqual(['a', 'b'])
})

test('reads of one moment are one read, and a failure is told to all of its callers', async () => {
  const reads: number[][] = []
  const read = gather(async (ids) => {
    reads.push([...ids])
    await soon()
    if (ids.includes(13)) throw new Error('away')
    return ids.filter((id) => id < 10).map((id) => ({ id }))
  })
  expect(await Promise.all([read(1), read(2), read(1), read(99)])).toEqual([
    { id: 1 },
    { id: 2 },
    { id: 1 },
    undefined,
  ])
  const results = await Promise.allSettled([read(13), read(3)])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await read(3)).toEqual({ id: 3 })
  expect(reads).toEqual([[1, 2, 99], [13, 3], [3]])
})
