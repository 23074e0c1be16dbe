import { spawn, type ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { stringify } from 'yaml'

const mbs = path.join(import.meta.dirname, '..', '..', '..', 'cli', 'bin', 'mbs')

/** A service in a process of its own, which a test can kill. */
export interface ServiceProcess {
  url: string
  child: ChildProcess
  /** Sends SIGKILL and waits for the end. */
  kill(): Promise<void>
  /** Sends SIGTERM and waits for the end. */
  stop(): Promise<void>
}

/** Starts `mbs serve` with this configuration, kept in `folder`. */
export async function startProcess(
  folder: string,
  config: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const file = path.join(folder, 'mbs.yaml')
  await writeFile(file, stringify(config))
  // The environment of the tests must not configure this service.
  const env = { ...process.env, DATABASE_URL: '', AMQP_URL: '', ...environment }
  const child = spawn(mbs, ['--config', file, 'serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    const lines: string[] = []
    child.once('exit', (code) =>
      reject(new Error(`the service ended with ${String(code)}: ${lines.join('\n')}`)),
    )
    createInterface(child.stderr).on('line', (line) => {
      lines.push(line)
      if (process.env['TEST_SHOW_SERVICE'] !== undefined) console.error(line)
      const found = /the service answers at (\S+);/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  return { url, child, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}
