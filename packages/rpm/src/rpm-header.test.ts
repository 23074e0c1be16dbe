import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type TestTag, emptyPackage, int32, rpmBytes, text } from '../test/header-bytes.ts'
import { buildRpms, hasRpmbuild } from '../test/rpm-tools.ts'
import { parseRpmHeader } from './rpm-header.ts'
import { RpmReadError } from './rpm-read-error.ts'

const without = (tag: number) => emptyPackage.filter((entry) => entry.tag !== tag)
const and = (...tags: TestTag[]) => [...emptyPackage, ...tags]

describe('small headers', () => {
  test('the least a package can say', () => {
    expect(parseRpmHeader(rpmBytes(emptyPackage))).toEqual({
      nevra: { name: 'demo', epoch: 0, version: '1', release: '2', arch: 'noarch' },
      isSource: false,
      sourceRpm: 'demo-1-2.src.rpm',
      summary: '',
      license: '',
      buildTime: 0,
      exclusiveArch: [],
      excludeArch: [],
      requires: [],
      provides: [],
      conflicts: [],
      obsoletes: [],
      files: [],
      headerSha256: 'ab',
      headerRange: [136, 265],
    })
  })

  test.for([
    ['a package without the name of its source is a source package', without(1044), { isSource: true }],
    [
      'Latin-1 is read where it is not UTF-8',
      and({ ...text(1004, ''), data: Buffer.from('e900', 'hex') }),
      { summary: 'é' },
    ],
    [
      'files without directory tokens',
      and(text(1027, '/a', '/b')),
      { files: [{ path: '/a' }, { path: '/b' }] },
    ],
    ['the first of a repeated tag counts', and(text(1014, 'one'), text(1014, 'two')), { license: 'one' }],
  ] as const)('%s', ([, tags, expected]) => {
    expect(parseRpmHeader(rpmBytes(tags))).toMatchObject(expected)
  })
})

test.each([
  ['license', text(1014, 'MI\x1bT')],
  ['packager', text(1015, 'sec\x08ond')],
  ['file names', text(1118, '/a\x01/')],
])('a character that XML cannot hold is found in its %s', (place, tag) => {
  expect(parseRpmHeader(rpmBytes([...emptyPackage, tag])).controlCharacterIn).toBe(place)
})

test('scripts may hold any character, and texts may have lines', () => {
  const more = [text(1004, 'one\ttwo\r\nthree'), text(1024, 'printf "\x1b[1m"')]
  const sorted = [...emptyPackage, ...more].toSorted((a, b) => a.tag - b.tag)
  expect(parseRpmHeader(rpmBytes(sorted)).controlCharacterIn).toBeUndefined()
})

describe('bad headers are refused with a reason', () => {
  const good = rpmBytes(emptyPackage)
  const patched = (at: number, value: number) => {
    const bytes = Buffer.from(good)
    bytes.writeUInt32BE(value, at)
    return bytes
  }
  // Lead 96, signature header 16 + 16 + 3 padded to 40: the main header's intro is at 136, its index at 152.
  test.for([
    ['nothing', Buffer.alloc(0), 'need 112 bytes'],
    ['no lead', patched(0, 0), 'not an RPM'],
    ['no signature magic', patched(96, 0), 'signature header does not begin'],
    ['too many signature tags', patched(104, 33), 'claims 33 tags'],
    ['no main magic', patched(136, 0), 'main header does not begin'],
    ['too many tags', patched(144, 0x10000), 'claims 65536 tags'],
    ['too much data', patched(148, 0x10000000), 'claims 268435456 bytes'],
    ['no tags', rpmBytes([]), 'has no tags'],
    ['truncated', good.subarray(0, -1), 'there are 264'],
    ['a region among the tags', patched(152 + 16, 61), 'the tag is not allowed here'],
    ['a type that does not exist', patched(152 + 4, 10), 'no type 10'],
    ['an offset outside the data', patched(152 + 8, 5000), 'outside the data'],
    ['no values', patched(152 + 12, 0), 'cannot have 0 values'],
    ['a string twice', patched(152 + 12, 2), 'a string cannot have 2'],
    ['an overlap', patched(152 + 16 + 8, 0), 'overlaps'],
    ['numbers past the end', rpmBytes(and({ ...int32(1003, 1), count: 9 })), 'ends outside the data'],
    ['numbers off their alignment', patched(152 + 16 + 4, 4), 'not aligned'],
    [
      'a string without end',
      rpmBytes(and({ ...text(1014, 'MIT'), data: Buffer.from('MIT') })),
      'not terminated',
    ],
    ['a number for a name', rpmBytes([int32(1000, 1), ...without(1000)]), 'should hold text'],
    ['a text for an epoch', rpmBytes(and(text(1003, 'one'))), 'should hold numbers'],
    ['no name', rpmBytes(without(1000)), 'has no name'],
    ['no architecture', rpmBytes(without(1022)), 'has no architecture'],
    ['requires without flags', rpmBytes(and(text(1049, 'a', 'b'))), 'lack a flag or a version'],
    [
      'a file in no directory',
      rpmBytes(and(text(1117, 'a'), text(1118, '/'), int32(1116, 7))),
      'has no directory',
    ],
    [
      'a path that Linux cannot have',
      rpmBytes(
        and(text(1117, 'a', 'b'), text(1118, `/${'d'.repeat(4095)}`), { ...int32(1116, 0, 0), count: 2 }),
      ),
      'has 4097 characters; at most 4095 are possible',
    ],
    [
      'a link to such a path',
      rpmBytes(and(text(1027, '/a'), text(1036, 'l'.repeat(4096)))),
      'has 4096 characters; at most 4095 are possible',
    ],
    ['times of more files than there are', rpmBytes(and(text(1027, '/a'), int32(1034, 1, 2))), '2 files'],
    [
      'a changelog of more times than names',
      rpmBytes(and(int32(1080, 1, 2), text(1081, 'a'), text(1082, 'b'))),
      '2, 1, 1',
    ],
    ['more modes than files', rpmBytes(and(text(1027, '/a'), int32(1030, 1, 2))), '2 times'],
  ] as const)('%s', ([, bytes, reason]) => {
    expect(() => parseRpmHeader(bytes)).toThrow(RpmReadError)
    expect(() => parseRpmHeader(bytes)).toThrow(new RegExp(reason))
  })
})

/** Reads damaged bytes. Any result except a header or an RpmReadError is a bug. */
function readsOrRefuses(bytes: Buffer): void {
  try {
    parseRpmHeader(bytes)
  } catch (error) {
    if (!(error instanceof RpmReadError)) throw error
  }
}

const damages = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255)),
  {
    minLength: 1,
    maxLength: 6,
  },
)

function staysQuietWhenDamaged(good: Buffer): void {
  fc.assert(
    fc.property(damages, fc.option(fc.double({ min: 0, max: 1, noNaN: true })), (flips, cut) => {
      const bytes = Buffer.from(good)
      for (const [where, value] of flips) bytes[Math.floor(where * bytes.length)] = value
      readsOrRefuses(cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length)))
    }),
    { numRuns: 5000 },
  )
}

describe('damaged bytes are read or refused, never more', () => {
  test('of a small header', () =>
    staysQuietWhenDamaged(rpmBytes(and(text(1027, '/a', '/b'), int32(1028, 1, 2)))))

  test.skipIf(!hasRpmbuild)('of a real package (needs rpmbuild)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mbs-rpm-'))
    const spec =
      'Name: demo\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\n%description\n%files\n%ghost /a/b\n'
    const [file = ''] = buildRpms(folder, spec)
    const bytes = readFileSync(file)
    rmSync(folder, { recursive: true })
    staysQuietWhenDamaged(bytes.subarray(0, parseRpmHeader(bytes).headerRange[1]))
  })
})
