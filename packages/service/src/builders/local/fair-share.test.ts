import { describe, expect, test } from 'vitest'
import { expectedStarts, fairOrder, type Claim } from './fair-share.ts'

const claim = (id: number, owner: string, module: string, seconds: number | null = 10): Claim => ({
  id,
  owner,
  module,
  seconds,
})
const ids = (claims: readonly Claim[]) => claims.map(({ id }) => id)

describe('the order', () => {
  test('alternates between users, whoever came first', () => {
    const queued = [1, 2, 3, 4]
      .map((id) => claim(id, 'ada', 'm1'))
      .concat([claim(5, 'bob', 'm2'), claim(6, 'bob', 'm2')])
    expect(ids(fairOrder(queued, []))).toEqual([1, 5, 2, 6, 3, 4])
  })

  test('alternates between the modules of a user', () => {
    const queued = [
      claim(1, 'ada', 'm1'),
      claim(2, 'ada', 'm1'),
      claim(3, 'ada', 'm2'),
      claim(4, 'ada', 'm3'),
    ]
    expect(ids(fairOrder(queued, []))).toEqual([1, 3, 4, 2])
  })

  test('counts what runs', () => {
    const running = [claim(1, 'ada', 'm1'), claim(2, 'ada', 'm2')]
    const queued = [
      claim(3, 'ada', 'm1'),
      claim(4, 'bob', 'm3'),
      claim(5, 'bob', 'm3'),
      claim(6, 'bob', 'm3'),
    ]
    expect(ids(fairOrder(queued, running))).toEqual([4, 5, 3, 6])
  })

  test('leaves nobody out, and gives every user a place after as many as there are users', () => {
    const queued = Array.from({ length: 60 }, (_, id) => claim(id, `u${id % 7}`, `m${id % 13}`))
    const order = fairOrder(queued, [])
    expect(new Set(ids(order)).size).toBe(60)
    expect(new Set(order.slice(0, 7).map(({ owner }) => owner)).size).toBe(7)
  })
})

describe('the expected start', () => {
  test('is when a place is free', () => {
    const running = [{ ...claim(1, 'a', 'm', 100), since: 40_000 }]
    const order = [claim(2, 'a', 'm', 30), claim(3, 'a', 'm', 20), claim(4, 'a', 'm', 5)]
    // The running attempt has 40 s left.
    expect(expectedStarts(order, running, 2, 100_000)).toEqual([0, 30, 40])
  })

  test('is unknown behind what nobody knows of', () => {
    const running = [{ ...claim(1, 'a', 'm', null), since: 0 }]
    const order = [claim(2, 'a', 'm', 30), claim(3, 'a', 'm', null), claim(4, 'a', 'm', 5)]
    expect(expectedStarts(order, running, 2, 0)).toEqual([0, 30, undefined])
  })

  test('of what takes longer than expected is at once', () => {
    expect(
      expectedStarts([claim(2, 'a', 'm')], [{ ...claim(1, 'a', 'm', 10), since: 0 }], 1, 60_000),
    ).toEqual([0])
  })
})
