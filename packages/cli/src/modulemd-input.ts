import { readFileSync } from 'node:fs'
import { decodeModulemd, formatProblem, ModulemdError, type Problem } from '@mbs/modulemd'
import { unpack } from '@mbs/repodata'
import { CommandError, exitCodes } from './exit.ts'

/** No file of modules comes near; a small one can unpack to any size. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024

/**
 * The text of a file, or of standard input for `-`; files may be compressed with gzip, zstd, xz or bzip2, as
 * repositories have them.
 *
 * @throws {CommandError} that names the file, when it cannot be read or unpacked, or is no text
 */
export function readInput(file: string): string {
  const { text, problem } = tryInput(file)
  if (problem !== undefined) throw new CommandError(exitCodes.failed, `${file}: ${formatProblem(problem)}`)
  return text
}

/** The same for one of several files: what is wrong with it is no reason to be silent about the others. */
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
    const message = `it cannot be ${what}: ${error instanceof Error ? error.message : String(error)}`
    throw new ModulemdError([{ code: 'syntax', message, remedy, line: 0, column: 0, path: '' }])
  }
}
