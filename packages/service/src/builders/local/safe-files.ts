import { createHash } from 'node:crypto'
import { constants, createWriteStream, type Dirent } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { execa } from 'execa'
import { UserError } from '../../errors.ts'

/**
 * Files out of folders that a build has owned. It may have left links, pipes or second names of other files there,
 * and we may be root: nothing is followed or waited for, and only plain files are taken, as copies of our own.
 */
export async function copyPlainFile(source: string, target: string): Promise<void> {
  await withPlainFile(source, (content) => pipeline(content, createWriteStream(target, { mode: 0o644 })))
}

/** The SHA-256 of a plain file of such a folder, of any size. */
export async function digestOfPlainFile(source: string): Promise<string> {
  const digest = createHash('sha256')
  await withPlainFile(source, (content) => pipeline(content, digest))
  return digest.digest('hex')
}

async function withPlainFile(source: string, use: (content: Readable) => Promise<void>): Promise<void> {
  const handle = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      throw new UserError(422, `${path.basename(source)} is no plain file (${(error as Error).message})`)
    },
  )
  try {
    const found = await handle.stat()
    if (!found.isFile() || found.nlink !== 1)
      throw new UserError(422, `${path.basename(source)} is no plain file`)
    await use(handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }))
  } finally {
    await handle.close()
  }
}

/** The packages below a folder of rpmbuild (`SRPMS`, `RPMS`), which are in it or in the folder of an arch. */
export async function packagesBelow(folder: string): Promise<string[]> {
  if (!(await isFolder(folder))) return []
  const entries = await namesIn(folder)
  const below = await Promise.all(
    entries.map(async (entry) => {
      const name = path.join(folder, entry.name)
      if (entry.isDirectory()) return (await namesIn(name)).map((file) => path.join(name, file.name))
      return [name]
    }),
  )
  return below.flat().filter((name) => name.endsWith('.rpm'))
}

/** A build may call a folder what is no text, or close it. */
async function namesIn(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!['ENOENT', 'EACCES', 'EPERM'].includes(code)) throw error
    throw new UserError(
      422,
      `its build left the folder ${JSON.stringify(path.basename(folder))}, which cannot be read (${code})`,
    )
  })
}

/** Is it a folder, and no link to one? */
export async function isFolder(folder: string): Promise<boolean> {
  return (await lstat(folder).catch(() => undefined))?.isDirectory() === true
}

/** Makes a tree the build user's. Links stay what they are: one that leads out of the tree changes nothing there. */
export async function giveTree(folder: string, uid: number): Promise<void> {
  await execa('chown', ['--recursive', '--no-dereference', '-P', '--', `${uid}:${uid}`, folder])
}
