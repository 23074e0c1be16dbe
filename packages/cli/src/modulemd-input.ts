import { readFileSync } from 'node:fs'
import { decodeModulemd } from '@mbs/modulemd'
import { unpack } from '@mbs/repodata'
import { CommandError, exitCodes } from './exit.ts'

/** No file of modules comes near; a small one can unpack to any size. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024

/**
 * The text of a file, or of standard input for `-`; files may be compressed with gzip, zstd, xz or bzip2, as
 * repositories have them.
 *
 * @throws {CommandError} for a file that cannot be read or unpacked
 * @throws {ModulemdError} for bytes that are no text
 */
export function readInput(file: string): string {
  const bytes = readBytes(file)
  return decodeModulemd(unpacked(file, bytes))
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new CommandError(exitCodes.failed, `${file} cannot be read: ${reasonOf(error)}`)
  }
}

function unpacked(file: string, bytes: Uint8Array): Uint8Array {
  try {
    return unpack(bytes, UNPACKED_BYTES_MAX)
  } catch (error) {
    throw new CommandError(exitCodes.failed, `${file} cannot be unpacked: ${reasonOf(error)}`)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
