import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Pool } from './pool.ts'

test('no more than so many run at a time, each in its turn, and a place of one that fails is free again', async () => {
  const pool = new Pool(3)
  let running = 0
  let most = 0
  const began: number[] = []
  const works = Array.from({ length: 20 }, (_, number) =>
    pool.run(async () => {
      began.push(number)
      most = Math.max(most, ++running)
      await sleep(1)
      running--
      if (number % 5 === 0) throw new Error(`work ${number}`)
      return number
    }),
  )
  const ends = await Promise.allSettled(works)
  expect(most).toBe(3)
  expect(began).toEqual(Array.from({ length: 20 }, (_, number) => number))
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(4)
  expect(await pool.run(() => Promise.resolve('again'))).toBe('again')
})
