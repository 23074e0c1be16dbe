import path from 'node:path'
import { UserError } from '../errors.ts'

/** Far below what the kernel takes for the arguments of one program (an eighth of a megabyte for the smallest stack). */
const bytesMax = 100_000

/**
 * Absolute paths in pieces that each fit into one command line. An absolute path is never read as an option.
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

/** Refuses a path that a program would read as something else; see {@link chunksOf}. */
export function requireSafePath(file: string): void {
  if (!path.isAbsolute(file)) throw new Error(`${file} is to be signed and is no absolute path`)
  // rpmsign expands macros in it, and one of them, %(…), runs a command.
  if (file.includes('%'))
    throw new UserError(422, `${file} cannot be signed: a % in a path is a macro to rpm`)
}
