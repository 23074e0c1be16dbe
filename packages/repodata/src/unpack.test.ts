import { execFileSync } from 'node:child_process'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { unpack } from './unpack.ts'

const text = Buffer.from('document: modulemd\n'.repeat(1000))

test('files are unpacked by how they begin, and no further than they may be', () => {
  const packed = {
    gzip: gzipSync(text),
    zstd: zstdCompressSync(text),
    xz: execFileSync('xz', ['-c'], { input: text }),
    bzip2: execFileSync('bzip2', ['-c'], { input: text }),
  }
  for (const [name, bytes] of Object.entries(packed)) {
    expect(Buffer.from(unpack(bytes, text.length)).equals(text), name).toBe(true)
    expect(() => unpack(bytes, 1000), name).toThrow(Error)
    expect(() => unpack(bytes.subarray(0, bytes.length / 2), text.length), name).toThrow(Error)
  }
  expect(unpack(text, text.length)).toBe(text)
  expect(() => unpack(text, 1)).toThrow('more than 1 bytes')
})
