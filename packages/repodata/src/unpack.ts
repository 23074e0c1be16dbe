import { spawnSync } from 'node:child_process'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'

/** Unpacks what a file begins with, and tells how many of its bytes that were. */
type Unpacker = (bytes: Uint8Array, bytesMax: number) => { content: Buffer; end: number }

/** How compressed files begin, in hexadecimal, and what unpacks them. */
const formats: readonly [begin: RegExp, unpack: Unpacker][] = [
  [/^1f8b/, (bytes, bytesMax) => withEnd(gunzipSync, bytes, bytesMax)],
  // The second is a frame that readers skip.
  [/^28b52ffd|^5.2a4d18/, unpackZstd],
  [/^fd377a585a00/, unpackWith('xz')],
  [/^425a68/, unpackWith('bzip2')],
]

/** Programs put megabytes into a frame. Each takes its time, and one that holds nothing has nine bytes. */
const framesMax = 20_000

/**
 * What a file of a repository holds, compressed or not: gzip, zstd, xz and bzip2 are told by how they begin. All of it:
 * a compressed file may consist of several, one behind the other.
 *
 * @param bytesMax a small file can unpack to any size; this is as much as is taken
 * @throws Error when it cannot be unpacked to its end, or is larger
 */
export function unpack(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const begin = Buffer.from(bytes.subarray(0, 6)).toString('hex')
  const unpackAll = formats.find(([pattern]) => pattern.test(begin))?.[1]
  const content = unpackAll === undefined ? bytes : allOf(unpackAll, bytes, bytesMax)
  if (content.length > bytesMax) throw tooLarge(bytesMax)
  return content
}

function allOf(unpackAll: Unpacker, bytes: Uint8Array, bytesMax: number): Uint8Array {
  try {
    const { content, end } = unpackAll(bytes, bytesMax)
    // zlib ends at zeros, which fill up the last block of a tape.
    if (bytes.subarray(end).every((byte) => byte === 0)) return content
    throw new Error(`what follows its first ${end} bytes cannot be unpacked`)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    throw ['ERR_BUFFER_TOO_LARGE', 'ENOBUFS'].includes(code) ? tooLarge(bytesMax) : error
  }
}

function tooLarge(bytesMax: number): Error {
  return new Error(`it has more than ${bytesMax} bytes`)
}

/** All frames, one after the other (RFC 8878, 3): Node's own function ends behind the first. */
function unpackZstd(bytes: Uint8Array, bytesMax: number): ReturnType<Unpacker> {
  const contents: Buffer[] = []
  let size = 0
  let end = 0
  while (end < bytes.length) {
    if (contents.length === framesMax) throw new Error(`it has more than ${framesMax} frames`)
    const frame = withEnd(zstdDecompressSync, bytes.subarray(end), bytesMax - size)
    contents.push(frame.content)
    size += frame.content.length
    end += frame.end
  }
  const [first, ...others] = contents
  return { content: first !== undefined && others.length === 0 ? first : Buffer.concat(contents), end }
}

function withEnd(
  unpackBytes: typeof gunzipSync | typeof zstdDecompressSync,
  bytes: Uint8Array,
  bytesMax: number,
): ReturnType<Unpacker> {
  // Node takes no bound of 0. What comes of `info` its types do not say.
  const { buffer, engine } = unpackBytes(bytes, {
    maxOutputLength: Math.max(bytesMax, 1),
    info: true,
  }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
  return { content: buffer, end: engine.bytesWritten }
}

/** Programs that take several streams. bzip2 leaves out what is none, with a word on its error stream and no more. */
function unpackWith(program: 'xz' | 'bzip2'): Unpacker {
  return (bytes, maxBuffer) => {
    const { status, stdout, stderr, error } = spawnSync(program, ['-dc'], { input: bytes, maxBuffer })
    if (error !== undefined) throw error
    if (status !== 0 || stderr.length > 0) throw new Error(`${program} cannot unpack all of it`)
    return { content: stdout, end: bytes.length }
  }
}
