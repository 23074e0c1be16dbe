import { rm } from 'node:fs/promises'
import { execa } from 'execa'

/** Removes a folder of a build: overlays and packages leave folders behind that even their owner may not enter. */
export async function removeTree(folder: string): Promise<void> {
  await execa('chmod', ['--recursive', '--silent', 'u+rwX', '--', folder], { reject: false })
  await rm(folder, { recursive: true, force: true })
}
