import { lstat, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { UserError } from '../../errors.ts'
import { isMissing, rename } from '../../files.ts'

/** The places of a checkout's files, first in the checkout, then in rpm's top folder. */
export interface Layout {
  kind: 'flat' | 'folders'
  /** The folder of archives and patches in the checkout. */
  sources: string
  /** The spec below rpm's top folder: `SOURCES/NAME.spec` or `SPECS/NAME.spec`. */
  spec: string
}

/**
 * Finds the layout of a repository: flat as in dist-git, or `SPECS/NAME.spec` and `SOURCES` as on git.centos.org.
 * Afterwards the folder of sources exists.
 *
 * @throws UserError (422) when the spec is in neither place, or is a link
 */
export async function layoutOf(checkout: string, name: string): Promise<Layout> {
  const file = `${name}.spec`
  if ((await kindOf(path.join(checkout, file))) === 'file')
    return { kind: 'flat', sources: checkout, spec: `SOURCES/${file}` }
  const hasFolder = (await kindOf(path.join(checkout, 'SPECS'))) === 'folder'
  if (!hasFolder || (await kindOf(path.join(checkout, 'SPECS', file))) !== 'file')
    throw new UserError(422, `${name}: there is no ${file} in its dist-git repository, and no SPECS/${file}`)
  const sources = path.join(checkout, 'SOURCES')
  const found = await kindOf(sources)
  // If it were a link, the archives would be written through it.
  if (found === 'other' || found === 'file')
    throw new UserError(422, `${name}: SOURCES in its dist-git repository is not a folder`)
  // git keeps no empty folders.
  if (found === undefined) await mkdir(sources)
  return { kind: 'folders', sources, spec: `SPECS/${file}` }
}

/** Moves a checkout into rpm's top folder. A flat one becomes SOURCES as a whole. */
export async function layOut(checkout: string, layout: Layout, topdir: string): Promise<void> {
  await rename(layout.sources, path.join(topdir, 'SOURCES'))
  if (layout.kind === 'folders') await rename(path.join(checkout, 'SPECS'), path.join(topdir, 'SPECS'))
}

async function kindOf(file: string): Promise<'file' | 'folder' | 'other' | undefined> {
  try {
    const found = await lstat(file)
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
