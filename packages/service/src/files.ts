import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { crossing } from './crash-points.ts'

/** Moves a file or folder into its place at once: a reader finds the old one or the new one, never a part. */
export async function rename(from: string, to: string): Promise<void> {
  await crossing('rename', placeName(to), () => fs.rename(from, to))
}

/** Returns a path's last part without hashes and numbers, so that the same rename has the same name in every build. */
function placeName(file: string): string {
  return path.basename(file).replaceAll(/[0-9a-f]{8,}|[0-9]+/g, 'N')
}

/** Writes a whole file or nothing: a reader never sees a part; after a crash the file is the old one or the new one. */
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

/** Removes the unfinished files of writers that died. No process may write to the folder meanwhile. */
export async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  for (const name of names) if (unfinished.test(name)) await rm(path.join(folder, name), { force: true })
}

/** The names that {@link writeFileAtomically} gives to unfinished files. */
const unfinished = /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Returns the text of a file, or undefined where the file does not exist. */
export async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Returns whether this is the file system's error for a missing file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
