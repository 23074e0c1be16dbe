import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasRpm, rpmVercmp } from '../test/rpm-tools.ts'
import { type Evr, type Order, compareEvr, compareVersions } from './version-order.ts'

const cases: readonly (readonly [string, string, Order])[] = [
  ['1.0', '1.0', 0],
  ['1.0', '2.0', -1],
  ['1.9', '1.10', -1],
  ['1.0', '1.0.1', -1],
  ['1.0a', '1.0', 1],
  ['1.0a', '1.0.1', -1],
  ['10xyz', '10.1xyz', -1],
  ['xyz.4', '8', -1],
  ['5.5p1', '5.5p10', -1],
  ['007', '7', 0],
  ['1.0', '1_0', 0],
  ['1.', '1', 0],
  ['', '', 0],
  ['', 'a', -1],
  ['1.0~rc1', '1.0', -1],
  ['1.0~rc1', '1.0~rc2', -1],
  ['1.0~~', '1.0~', -1],
  ['1.0^', '1.0', 1],
  ['1.0^git1', '1.0.1', -1],
  ['1.0~rc1^git1', '1.0~rc1', 1],
  ['1.0^git1~pre', '1.0^git1', -1],
  ['20200101000000000000000001', '20200101000000000000000002', -1],
  ['1.0é', '1.0', 0],
]

describe('version order', () => {
  test.for(cases)('%s against %s is %i', ([a, b, order]) => {
    expect(compareVersions(a, b)).toBe(order)
    expect(compareVersions(b, a)).toBe(order === 0 ? 0 : -order)
  })

  test('a million digits are compared at once', () => {
    const long = '9'.repeat(1_000_000)
    expect(compareVersions(long, long + '0')).toBe(-1)
  })
})

describe('epoch, version and release', () => {
  const evr = (epoch: number, version: string, release: string) => ({ epoch, version, release })
  test.for([
    ['the epoch decides first', evr(1, '1', '1'), evr(0, '9', '9'), 1],
    ['then the version', evr(0, '1', '9'), evr(0, '2', '1'), -1],
    ['then the release', evr(0, '1', '9'), evr(0, '1', '10'), -1],
    ['all the same', evr(2, '1', '1'), evr(2, '1', '1'), 0],
  ] as const)('%s', ([, a, b, order]) => {
    expect(compareEvr(a, b)).toBe(order)
  })
})

describe.skipIf(!hasRpm)('agreement with rpm (needs rpm)', () => {
  const piece = fc.constantFrom('0', '00', '1', '2', '10', '9999999999999999999', 'a', 'b', 'rc', 'Z')
  const mark = fc.constantFrom('', '.', '..', '_', '+', '~', '^', '~^', '^~')
  const version = fc
    .array(fc.tuple(mark, piece, mark), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.flat().join(''))
  const evr = fc.record({ epoch: fc.nat(2), version, release: version })
  const pairsOf = <T>(item: fc.Arbitrary<T>) =>
    fc.array(fc.tuple(item, item), { minLength: 1, maxLength: 300 })

  test('on the table above', () => {
    // rpm refuses to compare an empty version.
    const known = cases.filter(([a, b]) => a !== '' && b !== '')
    expect(rpmVercmp(known.map(([a, b]) => [a, b]))).toEqual(known.map(([, , order]) => order))
  })

  test('on generated versions', () => {
    fc.assert(
      fc.property(pairsOf(version), (pairs) => {
        expect(pairs.map(([a, b]) => compareVersions(a, b))).toEqual(rpmVercmp(pairs))
      }),
      { numRuns: 25 },
    )
  })

  test('on generated epochs, versions and releases', () => {
    const write = ({ epoch, version: v, release }: Evr) => `${epoch}:${v}-${release}`
    fc.assert(
      fc.property(pairsOf(evr), (pairs) => {
        const expected = rpmVercmp(pairs.map(([a, b]) => [write(a), write(b)]))
        expect(pairs.map(([a, b]) => compareEvr(a, b))).toEqual(expected)
      }),
      { numRuns: 25 },
    )
  })
})
