import { createHash } from 'node:crypto'
import { constants, createWriteStream, type Dirent } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { execa } from 'execa'
import { UserError } from '../../errors.ts'
import { withoutSecrets } from '../../environment.ts'

/** Errors that a build can cause: it removes a file, closes it, or puts a link, a socket or a file in its place. */
const madeByBuilds = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EACCES', 'EPERM']

/**
 * Copies a file from a folder that a build has owned. The build may have left links, pipes or hard links to other files
 * there, and the service may run as root. So it follows no link, waits for no pipe, and copies only regular files.
 */
export async function copyPlainFile(source: string, target: string): Promise<void> {
  await withPlainFile(source, (content) => pipeline(content, createWriteStream(target, { mode: 0o644 })))
}

/** Returns the SHA-256 of a regular file in such a folder, of any size. */
export async function digestOfPlainFile(source: string): Promise<string> {
  const digest = createHash('sha256')
  await withPlainFile(source, (content) => pipeline(content, digest))
  return digest.digest('hex')
}

async function withPlainFile(source: string, use: (content: Readable) => Promise<void>): Promise<void> {
  const handle = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      const { code = '' } = error as NodeJS.ErrnoException
      if (!madeByBuilds.includes(code)) throw error
      throw new UserError(422, `${path.basename(source)} is not a regular file (${code})`)
    },
  )
  try {
    const found = await handle.stat()
    if (!found.isFile() || found.nlink !== 1)
      throw new UserError(422, `${path.basename(source)} is not a regular file`)
    await use(handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }))
  } finally {
    await handle.close()
  }
}

/** Returns the packages below a folder of rpmbuild (`SRPMS`, `RPMS`): directly in it, or in the folder of an arch. */
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

/** Lists a folder. A build may give it a name that is not valid text, or remove its read permission. */
async function namesIn(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!madeByBuilds.includes(code)) throw error
    throw new UserError(
      422,
      `its build left the folder ${JSON.stringify(path.basename(folder))}, which cannot be read (${code})`,
    )
  })
}

/** Whether it is a folder, and not a link to one. */
export async function isFolder(folder: string): Promise<boolean> {
  return (await lstat(folder).catch(() => undefined))?.isDirectory() === true
}

/**
 * Gives a tree to the build user. It changes the links themselves, never the files outside the tree that they point to.
 */
export async function giveTree(folder: string, uid: number): Promise<void> {
  await execa(
    'chown',
    ['--recursive', '--no-dereference', '-P', '--', `${uid}:${uid}`, folder],
    withoutSecrets(),
  )
}
