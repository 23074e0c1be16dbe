import { createHash } from 'node:crypto'
import type { Artifacts } from '../../../artifacts/index.ts'
import type { UploadedFile } from './new-build.ts'

/** Puts a file of an import into the artifact store, and computes the digests by which metadata may name it. */
export async function storeUpload(
  artifacts: Artifacts,
  content: AsyncIterable<Uint8Array>,
): Promise<UploadedFile> {
  const md5 = createHash('md5')
  let adler = 1
  async function* watched(): AsyncIterable<Uint8Array> {
    for await (const chunk of content) {
      md5.update(chunk)
      adler = adler32(chunk, adler)
      yield chunk
    }
  }
  const stored = await artifacts.put(watched())
  return { ...stored, md5: md5.digest('hex'), adler32: adler.toString(16).padStart(8, '0') }
}

const modulus = 65_521
/** Number of bytes that can be added before the sums must be reduced. */
const runLength = 5552

/** Computes zlib's checksum, continuing from an earlier value. The value for no bytes is 1. */
export function adler32(bytes: Uint8Array, before = 1): number {
  let low = before & 0xffff
  let high = before >>> 16
  for (let start = 0; start < bytes.length; start += runLength) {
    const end = Math.min(start + runLength, bytes.length)
    for (let index = start; index < end; index++) {
      low += bytes[index] ?? 0
      high += low
    }
    low %= modulus
    high %= modulus
  }
  return ((high << 16) | low) >>> 0
}
