import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { formatNvra, RpmReadError, type RpmHeader } from '@mbs/rpm'
import type { Artifacts } from '../../artifacts/index.ts'
import { UserError } from '../../errors.ts'
import { requireOwnRelease, type OwnRelease } from './own-release.ts'
import {
  readPackage,
  type LocalHub,
  type NewBuildroot,
  type NewRpm,
  type OwnBuild,
  type ReadPackage,
} from '../../hub/local/index.ts'

/** The names in a package's header. */
type Named = Pick<RpmHeader, 'nevra' | 'isSource' | 'sourceRpm'>

/** The result files of a finished attempt, as absolute paths. */
export interface AttemptResults {
  rpms: readonly string[]
  logs: readonly { filename: string; path: string }[]
  /** The record of its buildroot. */
  buildroot: string
  arch: string
  /** URL and commit of its source; null if it does not come from dist-git. */
  source: string | null
  release: OwnRelease | undefined
  /** Number of the attempt. */
  attempt: number
}

/**
 * Imports the packages of a finished attempt as one build of the hub, with its logs and the record of its buildroot. A
 * repeated call changes nothing.
 *
 * @returns the build's name-version-release, which is that of its source package
 * @throws UserError when there is no source package, or when a package has a name that cannot be a path, lacks the dist
 * tag in its release, names another source package, or does not match its own digest
 */
export async function importResults(
  { hub, artifacts }: { hub: LocalHub; artifacts: Artifacts },
  results: AttemptResults,
): Promise<string> {
  // Headers can be large, so only what is needed of each stays in memory.
  const read: { file: string; rpm: ReadPackage; header: Named }[] = []
  for (const file of results.rpms) {
    const { rpm, header } = await readOwn(file)
    const { nevra, isSource, sourceRpm } = header
    read.push({ file, rpm, header: { nevra, isSource, ...(sourceRpm === undefined ? {} : { sourceRpm }) } })
  }
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
  return hub.recordOwnBuild({
    name,
    version,
    release,
    epoch: epoch === 0 ? null : epoch,
    source: results.source,
    rpms,
    buildroots,
    logs,
    ...(results.release === undefined
      ? {}
      : { madeBy: { distTag: results.release.distTag, number: results.attempt } }),
  })
}

/** Checks the headers of the packages, because a spec can write almost any value into them. */
function requireOwn(
  { nevra, isSource, sourceRpm }: Named,
  source: string,
  release: OwnRelease | undefined,
): void {
  if (release !== undefined) requireOwnRelease(nevra, release)
  if (!isSource && sourceRpm !== source)
    throw new UserError(
      422,
      `${formatNvra(nevra)} names ${sourceRpm ?? 'nothing'} as its source package, but was built from ${source}`,
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
