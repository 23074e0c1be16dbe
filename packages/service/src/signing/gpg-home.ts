import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InfraError } from '../errors.ts'
import { readIfPresent, writeFileAtomically } from '../files.ts'
import { withFileLock } from '../flock.ts'
import { runtimeFolder } from '../runtime-folder.ts'
import { environmentOf } from './gpg.ts'
import { runProgram } from './run-program.ts'

/** All sockets of an agent in a home. */
const sockets = ['S.gpg-agent', 'S.gpg-agent.extra', 'S.gpg-agent.browser', 'S.gpg-agent.ssh']

/** The kernel's limit on the path of a socket, in bytes. */
const socketPathMax = 107

/**
 * A folder of secret keys. Only one process at a time uses it, so that no process ends the agent while another one
 * signs.
 */
export class GpgHome {
  readonly folder: string

  constructor(folder: string) {
    this.folder = path.resolve(folder)
  }

  /**
   * Runs `work` while no other process uses the home. The home then exists and is accessible only to the service's
   * user.
   *
   * @throws InfraError when the folder belongs to another user
   */
  async use<T>(work: (home: string) => Promise<T>): Promise<T> {
    await this.make()
    return withFileLock(path.join(this.folder, 'service.lock'), async () => {
      await this.redirectSockets()
      return work(this.folder)
    })
  }

  /** Ends the agent that gpg has left in the background. */
  async endAgent(): Promise<void> {
    if (!(await this.exists())) return
    await this.use(async (home) => {
      const options = { timeoutMs: 10_000, env: environmentOf(home) }
      await runProgram(['gpgconf', '--homedir', home, '--kill', 'gpg-agent'], options)
      // The command returns before the agent has ended, and the next caller must not meet the old agent.
      const ask = ['gpg-connect-agent', '--homedir', home, '--no-autostart', 'GETINFO pid', '/bye']
      for (let looks = 0; looks < 100; looks++) {
        if ((await runProgram(ask, options)).stdout === '') break
        await sleep(50)
      }
      if (this.needsRedirection()) await rm(await this.socketFolder(), { recursive: true, force: true })
    })
  }

  private async make(): Promise<void> {
    await mkdir(path.dirname(this.folder), { recursive: true })
    await mkdir(this.folder, { mode: 0o700 }).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    })
    const found = await lstat(this.folder)
    if (!found.isDirectory() || found.uid !== process.getuid?.())
      throw new InfraError(
        'signing',
        `${this.folder} contains the keys and must be a folder of the service's user`,
      )
    if ((found.mode & 0o077) !== 0) await chmod(this.folder, 0o700)
  }

  private async exists(): Promise<boolean> {
    return (await lstat(this.folder).catch(() => undefined)) !== undefined
  }

  private needsRedirection(): boolean {
    return sockets.some((name) => Buffer.byteLength(path.join(this.folder, name)) > socketPathMax)
  }

  /**
   * If the home's path is too long for a socket, the agent and gpg read the place of the socket from a file with the
   * socket's name (libassuan, assuan_sock_set_sockaddr_un). If /run/user/UID exists, they look only there and ignore
   * these files.
   */
  private async redirectSockets(): Promise<void> {
    if (!this.needsRedirection()) return
    const folder = await this.socketFolder()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of sockets) {
      const file = path.join(this.folder, name)
      const text = `%Assuan%\nsocket=${path.join(folder, name)}\n`
      if ((await readIfPresent(file)) !== text) await writeFileAtomically(file, text)
    }
  }

  private async socketFolder(): Promise<string> {
    return runtimeFolder(`gpg-${createHash('sha256').update(this.folder).digest('hex').slice(0, 16)}`)
  }
}
