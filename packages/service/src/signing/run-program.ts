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
  /** Its end: the reason stands last. */
  stderr: string
}

/** More than any answer that is expected here: a few keys. */
const stdoutLengthMax = 1024 * 1024

const stderrLengthMax = 2000

/**
 * Runs a program to its end. One that fails is a result.
 *
 * @throws InfraError when there is no such program, when it takes longer than `timeoutMs` or prints without end; all
 *   that it has started is killed then
 */
export async function runProgram(argv: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  const [program = '', ...args] = argv
  // A process group of its own, so that a script's children are killed with it.
  const child = spawn(program, args, { cwd: '/', detached: true, env: options.env })
  const output = { stdout: '', stderr: '' }
  let fault: string | undefined
  const kill = (reason: string) => {
    fault ??= reason
    if (child.pid !== undefined) killGroup(child.pid)
    // Whoever left the group may hold the other ends for ever.
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

/** What is told of a program that did not do its work, with its own words. */
export function failed(what: string, stderr: string): InfraError {
  const reason = stderr.trim()
  return new InfraError('signing', reason === '' ? what : `${what}: ${reason}`)
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
