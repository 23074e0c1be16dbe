import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Writes the metadata of a repository with modules and nothing else; without `modules` it lists no metadata at all.
 *
 * @param size the size of the modules in `repomd.xml`
 * @param open elements that describe the unpacked modules
 */
export function writeModulesRepository(
  folder: string,
  modules?: Uint8Array | string,
  size = modules?.length ?? 0,
  open = '',
): string {
  const repodata = path.join(folder, 'repodata')
  mkdirSync(repodata, { recursive: true })
  const digest = createHash('sha256')
    .update(modules ?? '')
    .digest('hex')
  const record = `<data type="modules"><checksum type="sha256">${digest}</checksum>
    <location href="repodata/modules"/><size>${size}</size>${open}</data>`
  writeFileSync(
    path.join(repodata, 'repomd.xml'),
    `<?xml version="1.0"?>\n<repomd xmlns="x">${modules === undefined ? '' : record}</repomd>`,
  )
  if (modules !== undefined) writeFileSync(path.join(repodata, 'modules'), modules)
  return folder
}
