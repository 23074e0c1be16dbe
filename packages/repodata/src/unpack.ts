import { execFileSync } from 'node:child_process'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'

/** How compressed files begin, and what unpacks them. */
const FORMATS: readonly {
  magic: readonly number[]
  unpack: (bytes: Uint8Array, bytesMax: number) => Buffer
}[] = [
  { magic: [0x1f, 0x8b], unpack: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }) },
  {
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    unpack: (bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }),
  },
  {
    magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
    unpack: (bytes, bytesMax) => unpackWith('xz', bytes, bytesMax),
  },
  { magic: [0x42, 0x5a, 0x68], unpack: (bytes, bytesMax) => unpackWith('bzip2', bytes, bytesMax) },
]

/**
 * What a file of a repository holds, compressed or not: gzip, zstd, xz and bzip2 are told by how they begin.
 *
 * @param bytesMax a small file can unpack to any size; this is as much as is taken
 * @throws Error when it cannot be unpacked, or is larger
 */
export function unpack(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const format = FORMATS.find(({ magic }) => magic.every((byte, i) => bytes[i] === byte))
  if (format !== undefined) return format.unpack(bytes, bytesMax)
  if (bytes.length > bytesMax) throw new Error(`it has more than ${bytesMax} bytes`)
  return bytes
}

function unpackWith(program: string, bytes: Uint8Array, maxBuffer: number): Buffer {
  return execFileSync(program, ['-dc'], { input: bytes, maxBuffer, stdio: ['pipe', 'pipe', 'ignore'] })
}
