import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { decodeModulemd } from '@mbs/modulemd'
import { CommandError, exitCodes } from './exit.ts'

/** No file of modules comes near; a small one can unpack to any size. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024

/** How compressed files begin, and what unpacks them. */
const FORMATS: readonly { magic: readonly number[]; unpack: (bytes: Buffer) => Buffer }[] = [
  { magic: [0x1f, 0x8b], unpack: (bytes) => gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }) },
  {
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    unpack: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }),
  },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], unpack: (bytes) => unpackWith('xz', bytes) },
  { magic: [0x42, 0x5a, 0x68], unpack: (bytes) => unpackWith('bzip2', bytes) },
]

/**
 * The text of a file, or of standard input for `-`; files may be compressed with gzip, zstd, xz or bzip2, as
 * repositories have them.
 *
 * @throws {CommandError} for a file that cannot be read or unpacked
 * @throws {ModulemdError} for bytes that are no text
 */
export function readInput(file: string): string {
  const bytes = readBytes(file)
  const format = FORMATS.find(({ magic }) => magic.every((byte, i) => bytes[i] === byte))
  return decodeModulemd(format === undefined ? bytes : unpacked(file, () => format.unpack(bytes)))
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new CommandError(exitCodes.failed, `${file} cannot be read: ${reasonOf(error)}`)
  }
}

function unpacked(file: string, unpack: () => Buffer): Buffer {
  try {
    return unpack()
  } catch (error) {
    throw new CommandError(exitCodes.failed, `${file} cannot be unpacked: ${reasonOf(error)}`)
  }
}

function unpackWith(program: string, bytes: Buffer): Buffer {
  return execFileSync(program, ['-dc'], {
    input: bytes,
    maxBuffer: UNPACKED_BYTES_MAX,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
