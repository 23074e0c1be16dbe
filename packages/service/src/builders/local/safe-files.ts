import { constants, createWriteStream } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { execa } from 'execa'
import { UserError } from '../../errors.ts'

/**
 * Files out of folders that a build has owned. It may have left links, pipes or second names of other files there,
 * and we may be root: nothing is followed, and only plain files are taken, as copies of our own.
 */
export async function copyPlainFile(source: string, target: string): Promise<void> {
  const handle = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      throw new UserError(422, `${path.basename(source)} is no plain file (${(error as Error).message})`)
    },
  )
  try {
    const found = await handle.stat()
    if (!found.isFile() || found.nlink !== 1)
      throw new UserError(422, `${path.basename(source)} is no plain file`)
    await pipeline(handle.createReadStream({ autoClose: false }), createWriteStream(target, { mode: 0o644 }))
  } finally {
    await handle.close()
  }
}

/** The packages below a folder of rpmbuild (`SRPMS`, `RPMS`), which are in it or in the folder of an arch. */
export async function packagesBelow(folder: string): Promise<string[]> {
  if (!(await isFolder(folder))) return []
  const entries = await readdir(folder, { withFileTypes: true })
  const below = await Promise.all(
    entries.map(async (entry) => {
      const name = path.join(folder, entry.name)
      if (entry.isDirectory()) return (await readdir(name)).map((file) => path.join(name, file))
      return [name]
    }),
  )
  return below.flat().filter((name) => name.endsWith('.rpm'))
}

async function isFolder(folder: string): Promise<boolean> {
  return (await lstat(folder).catch(() => undefined))?.isDirectory() === true
}

/** Makes a tree the build user's. Links stay what they are: one that leads out of the tree changes nothing there. */
export async function giveTree(folder: string, uid: number): Promise<void> {
  await execa('chown', ['--recursive', '--no-dereference', '-P', '--', `${uid}:${uid}`, folder])
}
