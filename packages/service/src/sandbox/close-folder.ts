import { chmod, chown, mkdir } from 'node:fs/promises'
import type { BuildUser } from './run-confined.ts'

/**
 * Makes a folder that only the service and the build user can enter. Otherwise another user of this machine could run a
 * setuid file that a scriptlet has made, and would act as the build user.
 */
export async function closeFolder(folder: string, { uid }: BuildUser): Promise<void> {
  await mkdir(folder, { recursive: true })
  // The number of the build user's group equals its uid.
  if (uid !== undefined) await chown(folder, 0, uid)
  await chmod(folder, uid === undefined ? 0o700 : 0o710)
}
