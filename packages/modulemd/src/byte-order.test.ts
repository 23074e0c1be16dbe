import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes, sortedMap, sortedSet } from './byte-order.ts'

describe('the order of UTF-8 bytes', () => {
  test.for([
    ['B', 'a'],
    ['a', 'aa'],
    ['1.10', '1.9'],
    ['z', 'é'],
    ['\uffff', '😀'],
    ['\ue000', '😀'],
  ] as const)('%j before %j', ([a, b]) => {
    expect(compareBytes(a, b)).toBeLessThan(0)
    expect(compareBytes(b, a)).toBeGreaterThan(0)
  })

  test('is that of the bytes themselves', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })

  test('sets are unique, maps keep their values', () => {
    expect(sortedSet(['b', 'a', 'b', 'B'])).toEqual(['B', 'a', 'b'])
    expect([
      ...sortedMap(
        new Map([
          ['b', 1],
          ['a', 2],
        ]),
      ),
    ]).toEqual([
      ['a', 2],
      ['b', 1],
    ])
  })
})
