import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** The command of this checkout. */
export const mbs = path.join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'mbs')

/** `mbs serve` in a process of its own. */
export interface ServiceProcess {
  url: string
  pid: number
  /** Resolves when the process has ended, for any reason. */
  ended: Promise<void>
  /** Sends SIGTERM or another signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<void>
}

/**
 * Starts the service with a configuration file.
 *
 * @param print receives each line of the service's output
 * @param environment variables in addition to this process's own
 * @throws Error when the service ends before it answers
 */
export async function startService(
  config: string,
  print: (line: string) => void,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const child = spawn(mbs, ['--config', config, 'serve'], {
    stdio: ['ignore', 'inherit', 'pipe'],
    detached: true,
    env: { ...process.env, ...environment },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    let last = ''
    child.once('error', reject)
    // The last line of its output has arrived when the output is closed, which may be after the process's end.
    child.once('close', (code) => reject(new Error(`the service ended with ${String(code)}: ${last}`)))
    createInterface(child.stderr).on('line', (line) => {
      print(line)
      last = line
      const found = /the service answers at (\S+);/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return {
    url,
    pid: child.pid ?? 0,
    ended,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal)
      await ended
    },
  }
}
