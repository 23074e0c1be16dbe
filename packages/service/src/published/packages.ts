import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { readPrimary, type PrimaryPackage } from '@mbs/repodata'
import { formatNevra, formatNvra } from '@mbs/rpm'
import { InfraError, UserError } from '../errors.ts'
import { bytesOf, openRepository, readRecord } from './read-metadata.ts'

/** A package in a repository. */
export interface PublishedPackage extends PrimaryPackage {
  /** With its epoch, as modulemd documents list it. */
  nevra: string
  url: string
}

/** The lists of whole distributions have some hundred megabytes unpacked. */
const primaryBytesMax = 400 * 1024 * 1024

/**
 * Returns the packages of a repository, by NEVRA. If a NEVRA occurs twice, the first package counts.
 *
 * @param place as in `readPublishedModules`
 * @throws UserError 422 when its metadata are invalid, InfraError when they cannot be read
 */
export async function readPublishedPackages(place: string): Promise<Map<string, PublishedPackage>> {
  const repository = await openRepository(place)
  const record = repository.records.get('primary')
  if (record === undefined) throw new UserError(422, `${repository.url} has no list of packages`)
  const packages = await readRecord(repository, record, primaryBytesMax, (content) =>
    readPrimary(Buffer.from(content).toString('utf8')),
  )
  const found = new Map<string, PublishedPackage>()
  for (const one of packages) {
    const nevra = formatNevra(one)
    const url = `${repository.url}/${one.location.split('/').map(encodeURIComponent).join('/')}`
    if (!found.has(nevra)) found.set(nevra, { ...one, nevra, url })
  }
  return found
}

/**
 * Fetches a package and verifies it.
 *
 * @param folder for its file, which gets its usual name
 * @returns the file
 * @throws UserError 422 when the package does not exist, InfraError when it cannot be read or differs from its checksum
 */
export async function fetchPackage(wanted: PublishedPackage, folder: string): Promise<string> {
  const file = path.join(folder, `${formatNvra(wanted)}.rpm`)
  const digest = createHash(wanted.checksum.type)
  const handle = await open(file, 'w')
  let size = 0
  try {
    for await (const part of bytesOf(wanted.url)) {
      size += part.length
      if (size > wanted.size)
        throw new InfraError(
          'repository',
          `${wanted.url} is larger than the ${wanted.size} bytes in the metadata`,
        )
      digest.update(part)
      await handle.writeFile(part)
    }
  } finally {
    await handle.close()
  }
  const actual = digest.digest('hex')
  if (actual !== wanted.checksum.hex)
    throw new InfraError(
      'repository',
      `${wanted.url}: checksum mismatch: ${wanted.checksum.type} ${actual}, expected ${wanted.checksum.hex}`,
    )
  return file
}
