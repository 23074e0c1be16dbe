import path from 'node:path'
import type { Bind } from './confine.ts'

/** Below /tmp, where bubblewrap can create mount points that do not remain in the root. */
const mountPoint = '/tmp/packages'

/** Binds folders of packages into a root for an installation, because their own paths do not exist there. */
export function packageBinds(folders: readonly string[]): Bind[] {
  return folders.map((folder, index) => ({ path: folder, at: `${mountPoint}/${index}`, writable: false }))
}

/** Returns the path inside the root of a file in one of these folders. */
export function pathInside(folders: readonly string[], file: string): string {
  const index = folders.findIndex((folder) => file.startsWith(`${folder}/`))
  const folder = folders[index]
  if (folder === undefined) throw new Error(`${file} is in none of the folders of packages`)
  return `${mountPoint}/${index}/${path.relative(folder, file)}`
}
