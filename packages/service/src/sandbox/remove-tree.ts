import { spawn } from 'node:child_process'
import { rmdir } from 'node:fs/promises'
import { execa } from 'execa'
import { environmentForPrograms, withoutSecrets } from '../environment.ts'
import { isMissing } from '../files.ts'

/**
 * Removes a folder of a build. Overlays and packages leave folders that even their owner may not enter. rm descends
 * folder by folder: a build can nest folders so deeply that no path can name the last one.
 */
export async function removeTree(folder: string): Promise<void> {
  // An empty folder, as most checks leave it, needs no program.
  if (await rmdir(folder).then(() => true, isMissing)) return
  const remove = ['--recursive', '--force', '--', folder]
  const { exitCode } = await execa('rm', remove, { reject: false, ...withoutSecrets() })
  if (exitCode === 0) return
  await execa('chmod', ['--recursive', '--silent', 'u+rwX', '--', folder], {
    reject: false,
    ...withoutSecrets(),
  })
  await execa('rm', remove, withoutSecrets())
}

/**
 * Removes a folder when this process ends, however it ends: a helper waits for the end of a pipe from this process.
 * Confined programs die with this process too, but may write to the folder a moment longer, so the helper retries.
 *
 * @returns a function that removes the folder at once
 */
export function removeWithUs(folder: string): () => Promise<void> {
  const script =
    'cat; for tries in 1 2 3 4 5; do chmod -R u+rwX -- "$1"; rm -rf -- "$1" && exit; sleep 1; done; exit 1'
  const remover = spawn('sh', ['-c', script, 'remove-with-us', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: environmentForPrograms(),
    // A signal to our process group or terminal must not end the helper.
    detached: true,
  })
  const removed = new Promise<void>((resolve, reject) => {
    remover.once('error', reject)
    remover.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${folder} could not be removed`)),
    )
  })
  removed.catch(() => undefined)
  return async () => {
    remover.stdin.end()
    await removed
  }
}
