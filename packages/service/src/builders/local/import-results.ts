import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { formatNvra, RpmReadError, type RpmHeader } from '@mbs/rpm'
import type { Artifacts } from '../../artifacts/index.ts'
import { serviceCaller } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import { inTransaction, type Database } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import { requireOwnRelease, type OwnRelease } from './own-release.ts'
import {
  HubChange,
  readPackage,
  recordOwnBuild,
  type NewBuildroot,
  type NewRpm,
  type OwnBuild,
} from '../../hub/index.ts'

/** What a finished attempt has left, by absolute paths. */
export interface AttemptResults {
  rpms: readonly string[]
  logs: readonly { filename: string; path: string }[]
  /** The record of its buildroot. */
  buildroot: string
  arch: string
  /** Where its source came from. */
  source: string | null
  release: OwnRelease | undefined
}

/**
 * Imports the packages of a finished attempt as one build of the hub, with its logs and the record of its buildroot.
 * Done again, it changes nothing.
 *
 * @returns the build's name-version-release, that of its source package
 * @throws UserError when a package's header has a name that cannot be a path, the dist tag is missing in its release, it
 *   is of another source package or lies about its content, or there is no source package
 */
export async function importResults(
  { database, artifacts, clock }: { database: Database; artifacts: Artifacts; clock: Clock },
  results: AttemptResults,
): Promise<string> {
  const read: (Awaited<ReturnType<typeof readOwn>> & { file: string })[] = []
  for (const file of results.rpms) read.push({ file, ...(await readOwn(file)) })
  const source = read.find(({ header }) => header.isSource)?.header
  if (source === undefined) throw new UserError(422, 'the build has no source package')
  const { name, version, release, epoch } = source.nevra
  for (const { header } of read) requireOwn(header, `${formatNvra(source.nevra)}.rpm`, results.release)
  const rpms: NewRpm[] = []
  for (const { file, rpm } of read) rpms.push({ ...(await artifacts.putFile(file)), ...rpm, buildroot: 0 })
  const logs: OwnBuild['logs'][number][] = []
  for (const { filename, path: log } of results.logs)
    if (existsSync(log)) logs.push({ subdir: results.arch, filename, ...(await artifacts.putFile(log)) })
  const buildroots = [await keepBuildroot(artifacts, results)]
  await inTransaction(database, 'import build', async (tx) =>
    recordOwnBuild(await HubChange.begin(tx, serviceCaller, clock.now()), {
      name,
      version,
      release,
      epoch: epoch === 0 ? null : epoch,
      source: results.source,
      rpms,
      buildroots,
      logs,
    }),
  )
  return `${name}-${version}-${release}`
}

/** What a spec may have written into the header of a package, and what must be ours. */
function requireOwn(
  { nevra, isSource, sourceRpm }: RpmHeader,
  source: string,
  release: OwnRelease | undefined,
): void {
  if (release !== undefined) requireOwnRelease(nevra, release)
  if (!isSource && sourceRpm !== source)
    throw new UserError(
      422,
      `${formatNvra(nevra)} says that it was built from ${sourceRpm ?? 'nothing'}, and was built from ${source}`,
    )
}

async function readOwn(file: string) {
  return readPackage(file).catch((error: unknown) => {
    throw error instanceof RpmReadError
      ? new UserError(422, `${path.basename(file)}: ${error.reason}`)
      : error
  })
}

async function keepBuildroot(
  artifacts: Artifacts,
  { buildroot, arch }: AttemptResults,
): Promise<NewBuildroot> {
  return {
    hostOs: await hostName(),
    hostArch: arch,
    containerType: 'bubblewrap',
    containerArch: arch,
    generatorVersion: null,
    tools: [],
    extra: null,
    record: await artifacts.putFile(buildroot),
  }
}

async function hostName(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? 'unknown'
}
