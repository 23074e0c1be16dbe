import { execFileSync } from 'node:child_process'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { unpack } from './unpack.ts'

const text = Buffer.from('document: modulemd\n'.repeat(1000))

/** The function that compresses, by the name of the format. */
const packers: [string, (content: Uint8Array) => Buffer][] = [
  ['gzip', (content) => gzipSync(content)],
  ['zstd', (content) => zstdCompressSync(content)],
  ['xz', (content) => execFileSync('xz', ['-c'], { input: content })],
  ['bzip2', (content) => execFileSync('bzip2', ['-c'], { input: content })],
]

/** Returns a frame of zstd that readers skip. */
function skippable(size: number, said = size): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt32LE(0x184d2a50 + (size % 16))
  header.writeUInt32LE(said, 4)
  return Buffer.concat([header, Buffer.alloc(size, 'x')])
}

test.for(packers)('%s is unpacked by how it begins, and no further than it may be', ([, pack]) => {
  const bytes = pack(text)
  expect(Buffer.from(unpack(bytes, text.length)).equals(text)).toBe(true)
  expect(() => unpack(bytes, text.length - 1)).toThrow('it has more than 18999 bytes')
  expect(() => unpack(bytes.subarray(0, bytes.length / 2), text.length)).toThrow(Error)
})

test('what is not compressed is left as it is', () => {
  expect(unpack(text, text.length)).toBe(text)
  expect(() => unpack(text, 1)).toThrow('more than 1 bytes')
  expect(unpack(Buffer.alloc(0), 1)).toHaveLength(0)
})

test.for(packers)('%s of several files in one loses none of them', ([, pack]) => {
  const parts = ['first\n', '', 'second\n', 'third\n'].map((part) => pack(Buffer.from(part)))
  const bytes = Buffer.concat(parts)
  const content = 'first\nsecond\nthird\n'
  expect(Buffer.from(unpack(bytes, content.length)).toString()).toBe(content)
  expect(() => unpack(bytes, content.length - 1)).toThrow('it has more than 18 bytes')
  expect(() => unpack(bytes, 'first\n'.length)).toThrow('it has more than 6 bytes')
  // Every cut is detected, except one between two files.
  const start = bytes.length - (parts.at(-1)?.length ?? 0)
  for (let end = start + 1; end < bytes.length; end++)
    expect(() => unpack(bytes.subarray(0, end), 1000), `cut at ${end} of ${bytes.length}`).toThrow(Error)
  expect(() => unpack(Buffer.concat([bytes, text]), 100_000)).toThrow(Error)
})

test('gzip behind zeros is refused, and zeros at the end are not', () => {
  const [first, second, zeros] = [gzipSync('first\n'), gzipSync('second\n'), Buffer.alloc(512)]
  expect(Buffer.from(unpack(Buffer.concat([first, zeros]), 100)).toString()).toBe('first\n')
  expect(() => unpack(Buffer.concat([first, zeros, second]), 100)).toThrow(
    `the bytes after the first ${first.length} cannot be unpacked`,
  )
})

test('frames of zstd that readers skip may stand anywhere', () => {
  const [first, second] = [
    zstdCompressSync(Buffer.from('first\n')),
    zstdCompressSync(Buffer.from('second\n')),
  ]
  const bytes = Buffer.concat([skippable(4), skippable(0), first, skippable(15), second, skippable(200_000)])
  expect(Buffer.from(unpack(bytes, 13)).toString()).toBe('first\nsecond\n')
  expect(unpack(skippable(3), 1)).toHaveLength(0)
  for (const cut of [
    bytes.subarray(0, -1),
    bytes.subarray(0, 7),
    Buffer.concat([first, skippable(4, 2 ** 32 - 1)]),
  ])
    expect(() => unpack(cut, 13)).toThrow(Error)
})

test('frames of zstd without end are refused', () => {
  const bytes = Buffer.concat(Array.from({ length: 20_001 }, () => skippable(0)))
  expect(() => unpack(bytes, 1)).toThrow('it has more than 20000 frames')
})
