import path from 'node:path'
import type { Bind } from './confine.ts'

/** Below /tmp, where the sandbox can make mount points without leaving them behind in the root. */
const mountPoint = '/tmp/packages'

/** Shows folders of packages to an installation inside a root, where their own paths do not exist. */
export function packageBinds(folders: readonly string[]): Bind[] {
  return folders.map((folder, index) => ({ path: folder, at: `${mountPoint}/${index}`, writable: false }))
}

/** Where a file of one of these folders is seen inside. */
export function pathInside(folders: readonly string[], file: string): string {
  const index = folders.findIndex((folder) => file.startsWith(`${folder}/`))
  const folder = folders[index]
  if (folder === undefined) throw new Error(`${file} is in none of the folders of packages`)
  return `${mountPoint}/${index}/${path.relative(folder, file)}`
}
