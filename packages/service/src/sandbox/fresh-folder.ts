import { chmod, mkdtemp, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { systemClock } from '../clock.ts'
import { removeTree } from './remove-tree.ts'

/** No work in a fresh folder takes as long. */
const abandonedMs = 2 * 86_400_000

const freshName = /\.new-[A-Za-z0-9]{6}$/

/**
 * Runs work in a new folder, and removes the folder afterwards, unless the work has renamed it. Folders of processes
 * that were killed long ago are removed too.
 *
 * @param place the new folder is beside it, in the same file system, as `PLACE.new-XXXXXX`
 * @param mode of the new folder; by default the build user may read it
 */
export async function inFreshFolder<T>(
  place: string,
  work: (folder: string) => Promise<T>,
  mode = 0o755,
): Promise<T> {
  await removeAbandoned(path.dirname(place))
  const folder = await mkdtemp(`${place}.new-`)
  try {
    await chmod(folder, mode)
    return await work(folder)
  } finally {
    await removeTree(folder)
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  const now = systemClock.now().getTime()
  for (const name of (await readdir(parent)).filter((entry) => freshName.test(entry))) {
    const folder = path.join(parent, name)
    const found = await stat(folder).catch(() => undefined)
    // A folder that cannot be removed must not hinder the work.
    if (found !== undefined && now - found.mtimeMs > abandonedMs)
      await removeTree(folder).catch(() => undefined)
  }
}
