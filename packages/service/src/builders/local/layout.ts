import { lstat, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { UserError } from '../../errors.ts'
import { isMissing, rename } from '../../files.ts'

/** Where in a checkout, and then in rpm's top folder, things are. */
export interface Layout {
  kind: 'flat' | 'folders'
  /** The folder of archives and patches in the checkout. */
  sources: string
  /** The spec below rpm's top folder: `SOURCES/NAME.spec` or `SPECS/NAME.spec`. */
  spec: string
}

/**
 * Finds out how a repository is laid out: flat as dist-git has it, or with `SPECS/NAME.spec` and `SOURCES` as
 * git.centos.org has it. Sources may be put into the folder of sources from then on.
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
  // Archives would be written through a link.
  if (found === 'other' || found === 'file')
    throw new UserError(422, `${name}: SOURCES in its dist-git repository is no folder`)
  // git keeps no empty folders.
  if (found === undefined) await mkdir(sources)
  return { kind: 'folders', sources, spec: `SPECS/${file}` }
}

/** Moves a checkout into rpm's top folder; a flat one is SOURCES as a whole. */
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
