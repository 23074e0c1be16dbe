import { spawnSync } from 'node:child_process'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'

/** Unpacks the beginning of a file and returns the number of bytes that it read. */
type Unpacker = (bytes: Uint8Array, bytesMax: number) => { content: Buffer; end: number }

/** The first bytes of compressed files, in hexadecimal, and the function that unpacks the format. */
const formats: readonly [begin: RegExp, unpack: Unpacker][] = [
  [/^1f8b/, (bytes, bytesMax) => withEnd(gunzipSync, bytes, bytesMax)],
  // The second pattern is a frame that readers skip.
  [/^28b52ffd|^5.2a4d18/, unpackZstd],
  [/^fd377a585a00/, unpackWith('xz')],
  [/^425a68/, unpackWith('bzip2')],
]

/**
 * Largest number of frames. Programs put megabytes into a frame. Each frame takes time, and an empty one has
 * only nine bytes.
 */
const framesMax = 20_000

/**
 * Returns the content of a repository file, compressed or not. It recognises gzip, zstd, xz and bzip2 by their
 * first bytes. It unpacks the whole file: a compressed file may consist of several compressed files, one after
 * the other.
 *
 * @param bytesMax largest content that the function accepts, because a small file can unpack to any size
 * @throws Error when the file cannot be unpacked to its end, or is larger
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
    // zlib stops at zeros, which fill up the last block of a tape.
    if (bytes.subarray(end).every((byte) => byte === 0)) return content
    throw new Error(`the bytes after the first ${end} cannot be unpacked`)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    throw ['ERR_BUFFER_TOO_LARGE', 'ENOBUFS'].includes(code) ? tooLarge(bytesMax) : error
  }
}

function tooLarge(bytesMax: number): Error {
  return new Error(`it has more than ${bytesMax} bytes`)
}

/** Unpacks all frames, one after the other (RFC 8878, 3). Node's own function stops after the first. */
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
  // Node accepts no limit of 0. Its types do not describe the result with `info`.
  const { buffer, engine } = unpackBytes(bytes, {
    maxOutputLength: Math.max(bytesMax, 1),
    info: true,
  }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
  return { content: buffer, end: engine.bytesWritten }
}

/**
 * Returns an unpacker that runs a program. These programs accept several streams. bzip2 skips data that is not
 * a stream: it only prints a message on its error stream.
 */
function unpackWith(program: 'xz' | 'bzip2'): Unpacker {
  return (bytes, maxBuffer) => {
    const { status, stdout, stderr, error } = spawnSync(program, ['-dc'], {
      input: bytes,
      maxBuffer,
      // The bytes come from outside; the caller's environment may have secrets.
      env: { PATH: process.env['PATH'] },
    })
    if (error !== undefined) throw error
    if (status !== 0 || stderr.length > 0) throw new Error(`${program} cannot unpack all of it`)
    return { content: stdout, end: bytes.length }
  }
}
