import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { environmentForPrograms } from './environment.ts'

/**
 * Runs `work` while holding an exclusive lock on `file` against every process of this machine.
 *
 * The kernel keeps the lock: flock(1) holds it for as long as this process's end of its pipe is open. The lock ends
 * with this process, however the process dies, so a stale lock cannot exist.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true })
  const holder = spawn('flock', ['--exclusive', '--no-fork', file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environmentForPrograms(),
    // A terminal sends Ctrl-C to the whole process group; the lock must stay until this process releases it.
    detached: true,
  })
  const ended = new Promise<void>((resolve) => holder.once('close', () => resolve()))
  try {
    await new Promise<void>((resolve, reject) => {
      holder.once('error', reject)
      holder.stdout.once('data', () => resolve())
      holder.once('exit', (code) => reject(new Error(`flock ${file} ended with ${String(code)}`)))
    })
    return await work()
  } finally {
    holder.stdin.end()
    await ended
  }
}
