import path from 'node:path'
import { UserError } from '../errors.ts'

/**
 * Maximum length of the paths of one command line, in bytes: far below the kernel's limit for the arguments of one
 * program (an eighth of a megabyte for the smallest stack).
 */
const bytesMax = 100_000

/**
 * Divides absolute paths into chunks that each fit into one command line. No program reads an absolute path as an
 * option.
 *
 * @throws Error for a path that is not absolute: a bug of the caller
 * @throws UserError for a path with a percent sign
 */
export function chunksOf(files: readonly string[]): string[][] {
  const chunks: string[][] = []
  let bytes = Infinity
  for (const file of files) {
    requireSafePath(file)
    bytes += Buffer.byteLength(file) + 1
    if (bytes > bytesMax) {
      chunks.push([])
      bytes = Buffer.byteLength(file) + 1
    }
    chunks.at(-1)?.push(file)
  }
  return chunks
}

/** Refuses a path that a program would not read as a path; see {@link chunksOf}. */
export function requireSafePath(file: string): void {
  if (!path.isAbsolute(file)) throw new Error(`${file} is not an absolute path and cannot be signed`)
  // rpmsign expands macros in a path, and the macro %(…) runs a command.
  if (file.includes('%'))
    throw new UserError(422, `${file} cannot be signed: a % in a path is a macro to rpm`)
}
