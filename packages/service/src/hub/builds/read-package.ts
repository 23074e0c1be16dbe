import { contentMd5, formatNevra, readRpmHeader, RpmReadError, type RpmHeader } from '@mbs/rpm'
import type { NewRpm, StoredFile } from './record-build.ts'

/** What the file of a package says of it, as far as it is recorded. */
export type ReadPackage = Omit<NewRpm, keyof StoredFile | 'buildroot' | 'extra'>

/**
 * As rpm allows them, but for macros. They stand in file names, where a dash and a dot part them: with one in a version or
 * an arch two packages would have one name.
 */
const parts = {
  name: /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/,
  version: /^[A-Za-z0-9._+~^]+$/,
  release: /^[A-Za-z0-9._+~^]+$/,
  arch: /^[A-Za-z0-9_]+$/,
}

/**
 * Reads a package that somebody else has made: its header, and what it is, computed from its bytes.
 *
 * @throws {RpmReadError} for what is no package, lies about its content, or cannot be told in a repository's metadata
 */
export async function readPackage(path: string): Promise<{ header: RpmHeader; rpm: ReadPackage }> {
  const header = await readRpmHeader(path)
  const { nevra, controlCharacterIn: place, buildTime } = header
  if (place !== undefined)
    throw new RpmReadError(
      `its ${place} has a control character, which the metadata of a repository cannot hold; take it out`,
    )
  const { name, version, release, epoch, arch } = nevra
  for (const part of ['name', 'version', 'release', 'arch'] as const)
    if (!parts[part].test(nevra[part]) || nevra[part].length > 256)
      throw new RpmReadError(`"${nevra[part].slice(0, 100)}" cannot be the ${part} of a package`)
  const rpm = {
    ...{ nevra: formatNevra(nevra), name, version, release, arch },
    epoch: epoch === 0 ? null : epoch,
    sigmd5: await contentMd5(path, header),
    builtAt: new Date(buildTime * 1000),
  }
  return { header, rpm }
}
