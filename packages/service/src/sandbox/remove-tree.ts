import { spawn } from 'node:child_process'
import { execa } from 'execa'

/**
 * Removes a folder of a build: overlays and packages leave folders behind that even their owner may not enter. rm does it,
 * because it goes down folder by folder: a build can nest them so deep that no path leads to the last one.
 */
export async function removeTree(folder: string): Promise<void> {
  await execa('chmod', ['--recursive', '--silent', 'u+rwX', '--', folder], { reject: false })
  await execa('rm', ['--recursive', '--force', '--', folder])
}

/**
 * The same for a folder that is gone when we are, however we die: who removes it waits for the end of a pipe of ours.
 * What runs confined dies with us too, but may write there a moment longer; so it is tried again.
 *
 * @returns removes it at once
 */
export function removeWithUs(folder: string): () => Promise<void> {
  const script =
    'cat; for tries in 1 2 3 4 5; do chmod -R u+rwX -- "$1"; rm -rf -- "$1" && exit; sleep 1; done; exit 1'
  const remover = spawn('sh', ['-c', script, 'remove-with-us', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    // What ends us by our group or our terminal must not end it.
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
