import { spawn } from 'node:child_process'
import os from 'node:os'
import { InfraError } from '../errors.ts'

export interface ProgramOptions {
  timeoutMs: number
  env: Readonly<Record<string, string | undefined>>
  stdin?: string
}

export interface ProgramResult {
  code: number
  stdout: string
  /** The end of the output, where the reason is. */
  stderr: string
}

/** More than any expected output: a few keys. */
const stdoutLengthMax = 1024 * 1024

const stderrLengthMax = 2000

/**
 * Runs a program to its end. A failure of the program is a result, not an error.
 *
 * @throws InfraError when the program does not exist, takes longer than `timeoutMs` or prints without end; in the last
 *   two cases, this function kills the program's process group
 */
export async function runProgram(argv: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  const [program = '', ...args] = argv
  // The program has its own process group, so that a script's children are killed with it.
  const child = spawn(program, args, { cwd: '/', detached: true, env: options.env })
  const output = { stdout: '', stderr: '' }
  let fault: string | undefined
  const kill = (reason: string) => {
    fault ??= reason
    if (child.pid !== undefined) killGroup(child.pid)
    // A process that has left the group may keep the other ends open for ever.
    child.stdout.destroy()
    child.stderr.destroy()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
    if (output.stdout.length > stdoutLengthMax) kill('prints without end')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr = (output.stderr + text).slice(-stderrLengthMax)
  })
  child.stdin.on('error', () => undefined).end(options.stdin ?? '')
  const timer = setTimeout(
    () => kill(`took longer than ${options.timeoutMs / 60_000} min`),
    options.timeoutMs,
  )
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (status, signal) =>
        resolve(status ?? 128 + (os.constants.signals[signal ?? 'SIGKILL'] || 0)),
      )
    })
    if (fault === undefined) return { code, ...output }
  } catch (cause) {
    throw new InfraError('signing', `cannot run ${program}`, { cause })
  } finally {
    clearTimeout(timer)
  }
  throw failed(`${program} ${fault}`, output.stderr)
}

/** Returns the error for a program that did not do its work, with the program's own words. */
export function failed(what: string, stderr: string): InfraError {
  const reason = stderr.trim()
  return new InfraError('signing', reason === '' ? what : `${what}: ${reason}`)
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // The group has just ended.
  }
}
