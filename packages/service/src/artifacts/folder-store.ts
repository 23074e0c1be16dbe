import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import {
  constants,
  copyFile,
  mkdir,
  open,
  readdir,
  rm,
  stat,
  statfs,
  type FileHandle,
} from 'node:fs/promises'
import path from 'node:path'
import { UserError } from '../errors.ts'
import { isMissing, rename } from '../files.ts'
import { contentOf, missingContent, splitDigest } from './content.ts'
import type { ArtifactStore, Received, StoredFile } from './store.ts'

/** Prevents accidental changes through a hard link to an artifact. */
const artifactMode = 0o444

/** Artifacts as files `ab/cdef…` of a folder. Unfinished files lie in `tmp` beside them. */
export class FolderStore implements ArtifactStore {
  private readonly folder: string
  private readonly temporaryFolder: string

  constructor(folder: string) {
    this.folder = folder
    this.temporaryFolder = path.join(folder, 'tmp')
  }

  receive(source: AsyncIterable<Uint8Array>): Promise<Received> {
    return this.inTemporaryFile(async (file) => {
      const handle = await open(file, 'wx', 0o600)
      try {
        const content = await contentOf(written(source, handle))
        await finish(handle)
        return content
      } finally {
        await handle.close()
      }
    })
  }

  receiveFile(source: string): Promise<Received> {
    return this.inTemporaryFile(async (file) => {
      await copyPlainFile(source, file)
      const handle = await open(file, 'r')
      try {
        const content = await contentOf(handle.createReadStream({ autoClose: false }))
        await finish(handle)
        return content
      } finally {
        await handle.close()
      }
    })
  }

  async discard(file: string): Promise<void> {
    await rm(file, { force: true })
  }

  async write(sha256: string, file: string): Promise<void> {
    const target = this.place(sha256)
    const made = await mkdir(path.dirname(target), { recursive: true })
    await rename(file, target)
    // A row that refers to the file survives a power failure, so the file's name must survive it too.
    await syncFolder(path.dirname(target))
    if (made !== undefined) await syncFolder(this.folder)
  }

  async has(sha256: string): Promise<{ size: number } | undefined> {
    const found = await statIfPresent(this.place(sha256))
    return found === undefined ? undefined : { size: found.size }
  }

  async path(sha256: string): Promise<string> {
    if ((await this.has(sha256)) === undefined) throw missingContent(sha256)
    return this.place(sha256)
  }

  async *read(sha256: string): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const chunk of createReadStream(this.place(sha256))) yield chunk as Uint8Array
    } catch (error) {
      throw isMissing(error) ? missingContent(sha256, { cause: error }) : error
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.place(sha256), { force: true })
  }

  async freeBytes(): Promise<number> {
    await mkdir(this.folder, { recursive: true })
    const { bavail, bsize } = await statfs(this.folder)
    return bavail * bsize
  }

  async removeUnfinished(since: Date): Promise<void> {
    for (const name of await namesIn(this.temporaryFolder)) {
      const file = path.join(this.temporaryFolder, name)
      const found = await statIfPresent(file)
      if (found !== undefined && found.mtime < since) await rm(file, { force: true })
    }
  }

  async *list(): AsyncGenerator<StoredFile, void> {
    for (const folder of await namesIn(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue
      for (const name of await namesIn(path.join(this.folder, folder))) {
        if (!/^[0-9a-f]{62}$/.test(name)) continue
        const found = await statIfPresent(path.join(this.folder, folder, name))
        if (found !== undefined) yield { sha256: folder + name, size: found.size, changedAt: found.mtime }
      }
    }
  }

  private place(sha256: string): string {
    return path.join(this.folder, ...splitDigest(sha256))
  }

  private async inTemporaryFile(fill: (file: string) => Promise<Omit<Received, 'file'>>): Promise<Received> {
    await mkdir(this.temporaryFolder, { recursive: true })
    const file = path.join(this.temporaryFolder, randomUUID())
    try {
      return { ...(await fill(file)), file }
    } catch (error) {
      await rm(file, { force: true })
      throw error
    }
  }
}

async function* written(
  source: AsyncIterable<Uint8Array>,
  handle: FileHandle,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of source) {
    await handle.writeFile(chunk)
    yield chunk
  }
}

async function finish(handle: FileHandle): Promise<void> {
  await handle.chmod(artifactMode)
  await handle.sync()
}

/**
 * Copies by reference where the file system supports it, and never makes a hard link: the file's author could go on
 * writing to it. The author may also have replaced the file by a link to a file that only the service can read, or by a
 * pipe without a writer.
 */
async function copyPlainFile(source: string, target: string): Promise<void> {
  const refused = (cause: string) => new UserError(422, `${path.basename(source)} ${cause}`)
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await open(source, flags).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ELOOP')
      throw refused('is a symbolic link, not a file')
    throw error
  })
  try {
    if (!(await handle.stat()).isFile()) throw refused('is not a regular file')
    await copyFile(`/proc/self/fd/${handle.fd}`, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
  } finally {
    await handle.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

async function statIfPresent(file: string) {
  try {
    return await stat(file)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
