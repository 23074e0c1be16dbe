import { readFileSync } from 'node:fs'
import { decodeModulemd, formatProblem, ModulemdError, type Problem } from '@mbs/modulemd'
import { unpack } from '@mbs/repodata'
import { CommandError, exitCodes, messageOf } from './exit.ts'

/** No real file of modules is nearly as large. A small file can unpack to any size. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024

/**
 * Returns the text of a file, or of standard input for `-`. The file may be compressed with gzip, zstd, xz or
 * bzip2, as in repositories.
 *
 * @throws {CommandError} that names the file, when it cannot be read or unpacked, or is not text
 */
export function readInput(file: string): string {
  const { text, problem } = tryInput(file)
  if (problem !== undefined) throw new CommandError(exitCodes.failed, `${file}: ${formatProblem(problem)}`)
  return text
}

/**
 * Does the same for one of several files. It returns the problem, so that the caller can still report the other
 * files.
 */
export function tryInput(
  file: string,
): { text: string; problem?: undefined } | { text?: undefined; problem: Problem } {
  try {
    const bytes = attempt('read', 'name a file that can be read', () => readFileSync(file === '-' ? 0 : file))
    const content = attempt('unpacked', 'pack it again, or fetch it again', () =>
      unpack(bytes, UNPACKED_BYTES_MAX),
    )
    return { text: decodeModulemd(content) }
  } catch (error) {
    const [problem] = error instanceof ModulemdError ? error.problems : []
    if (problem === undefined) throw error
    return { problem }
  }
}

function attempt<T>(what: string, remedy: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const message = `it cannot be ${what}: ${messageOf(error)}`
    throw new ModulemdError([{ code: 'syntax', message, remedy, line: 0, column: 0, path: '' }])
  }
}
