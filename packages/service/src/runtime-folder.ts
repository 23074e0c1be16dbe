import { lstat, mkdir } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { InfraError } from './errors.ts'
import { callFolder } from './places.ts'

/**
 * Returns a short path for a socket, because a socket's path may have 107 bytes at most. The path lies below /run for
 * root, otherwise in the user's own runtime folder, or in /tmp if the folder there belongs to the user.
 *
 * @throws InfraError when a folder of that name belongs to another user
 */
export async function runtimeFolder(name: string): Promise<string> {
  const uid = process.getuid?.() ?? 0
  const parent =
    uid === 0 ? '/run/mbs' : path.join(process.env['XDG_RUNTIME_DIR'] ?? os.tmpdir(), `mbs-${uid}`)
  await mkdir(parent, { recursive: uid === 0, mode: 0o755 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
  const found = await lstat(parent)
  if (!found.isDirectory() || found.uid !== uid)
    throw new InfraError(
      'this machine',
      `${parent} belongs to another user; remove it, or set XDG_RUNTIME_DIR`,
    )
  callFolder(parent, 'runtimeDir')
  return path.join(parent, name)
}
