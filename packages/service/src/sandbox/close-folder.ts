import { chmod, chown, mkdir } from 'node:fs/promises'
import type { BuildUser } from './run-confined.ts'

/**
 * Makes a folder that we and the build user pass, and nobody else of this machine: whoever ran a setuid file that a
 * scriptlet has made would be the build user.
 */
export async function closeFolder(folder: string, { uid }: BuildUser): Promise<void> {
  await mkdir(folder, { recursive: true })
  // The build user's group has its number.
  if (uid !== undefined) await chown(folder, 0, uid)
  await chmod(folder, uid === undefined ? 0o700 : 0o710)
}
