import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { formatNevra, formatNvra, readRpmHeader, type RpmHeader } from '@mbs/rpm'
import { inTransaction, type Database } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import { importBuild, type HubRpm } from '../../hub/index.ts'

/** What a name, version, release or arch may be made of before it becomes part of a path. */
const safe = /^[A-Za-z0-9][A-Za-z0-9._+~^]*(?:-[A-Za-z0-9._+~^]+)*$/

/**
 * Imports the packages of a finished attempt as one build of the hub, kept below `parent` as
 * NAME/VERSION/RELEASE/ARCH/FILE (Koji's layout). Done again, it changes nothing.
 *
 * @returns the build's name-version-release, that of its source package
 * @throws UserError when a package's header has a name that cannot be a path, or there is no source package
 */
export async function importResults(
  database: Database,
  parent: string,
  files: readonly string[],
  now: Date,
): Promise<string> {
  const read = await Promise.all(files.map(async (file) => ({ file, header: await readRpmHeader(file) })))
  const source = read.find(({ header }) => header.isSource)?.header
  if (source === undefined) throw new UserError(422, 'the build has no source package')
  const { name, version, release } = source.nevra
  const folder = path.join(parent, ...[name, version, release].map(requireSafe))
  const rpms = await Promise.all(read.map(({ file, header }) => keep(folder, file, header)))
  await inTransaction(database, 'import build', (tx) =>
    importBuild(tx, { name, version, release, type: 'rpm', extra: {}, rpms }, now),
  )
  return `${name}-${version}-${release}`
}

async function keep(folder: string, file: string, header: RpmHeader): Promise<HubRpm> {
  const { name, arch } = header.nevra
  const target = path.join(folder, requireSafe(arch), `${requireSafe(formatNvra(header.nevra))}.rpm`)
  const digest = await sha256(file)
  await mkdir(path.dirname(target), { recursive: true })
  const isThere = (await stat(target).catch(() => undefined)) !== undefined
  // Imported before: it stays as it was, and must be the same.
  if (isThere && (await sha256(target)) !== digest)
    throw new UserError(
      422,
      `${path.basename(target)} was built before, with other content; does its Release end in %{?dist}?`,
    )
  if (!isThere) await link(file, target)
  const { size } = await stat(target)
  return { nevra: formatNevra(header.nevra), name, arch, path: target, size, sha256: digest }
}

async function sha256(file: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(file), digest)
  return digest.digest('hex')
}

function requireSafe(part: string): string {
  if (!safe.test(part))
    throw new UserError(422, `"${part}" in the header of a package cannot be part of a path`)
  return part
}
