import { contentMd5, formatNevra, RpmReadError, type RpmHeader } from '@mbs/rpm'
import type { NewRpm, StoredFile } from './record-build.ts'
import { readHeader } from '../../../package-header.ts'

/** The facts about a package file that the hub records. */
export type ReadPackage = Omit<NewRpm, keyof StoredFile | 'buildroot' | 'extra'>

/**
 * The characters that rpm allows, without those of macros. The parts form file names, with dashes and a dot between
 * them: with one of these in a version or an arch, two packages could have the same name.
 */
const parts = {
  name: /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/,
  version: /^[A-Za-z0-9._+~^]+$/,
  release: /^[A-Za-z0-9._+~^]+$/,
  arch: /^[A-Za-z0-9_]+$/,
}

/**
 * Reads a package from outside: its header, and its identity, computed from its bytes.
 *
 * @throws {RpmReadError} when the file is not a package, does not match its own digests, or cannot be described in
 * repository metadata
 */
export async function readPackage(path: string): Promise<{ header: RpmHeader; rpm: ReadPackage }> {
  const header = await readHeader(path)
  const { nevra, controlCharacterIn: place, buildTime } = header
  if (place !== undefined)
    throw new RpmReadError(
      `its ${place} has a control character, which repository metadata cannot contain; remove it`,
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
