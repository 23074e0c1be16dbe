import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { mkdir, open, readdir, readFile, rm, statfs } from 'node:fs/promises'
import path from 'node:path'
import { crossing } from './crash-points.ts'

/** Puts a file or folder into its place at once: who looks finds the old one or the new one, never half of it. */
export async function rename(from: string, to: string): Promise<void> {
  await crossing('rename', placeName(to), () => fs.rename(from, to))
}

/** A path's last part without what differs from build to build, so that the same rename has the same name each time. */
function placeName(file: string): string {
  return path.basename(file).replaceAll(/[0-9a-f]{8,}|[0-9]+/g, 'N')
}

/** Writes a whole file or none: a reader never sees half of it, and after a crash it is the old one or the new. */
export async function writeFileAtomically(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  const temporary = `${file}.${randomUUID()}`
  const handle = await open(temporary, 'w', 0o644)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}

/** Removes from a folder what writers have left that died before their files were whole; nobody writes there now. */
export async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  for (const name of names) if (unfinished.test(name)) await rm(path.join(folder, name), { force: true })
}

/** Names that {@link writeFileAtomically} gives to what is not whole yet. */
const unfinished = /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What fails with no more than this left on the disk has most likely failed for that. */
const fullDiskBytes = 4 * 1024 * 1024

/** Is there so little left on the disk of a folder that nothing works on it? */
export async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize < fullDiskBytes
}

/** The text of a file, or undefined where there is none. */
export async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** True of the error that the file system gives for what is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
