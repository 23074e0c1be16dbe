import { rm } from 'node:fs/promises'
import type { ModuleStream } from '@mbs/modulemd'
import { formatNevra, parseNevra } from '@mbs/rpm'
import { fetchPackage, type PublishedPackage } from '@mbs/service/published'
import { foundOf, type Api } from '../../api.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import { contentOfPackages, importForm, readPackageFiles } from '../../package-content.ts'

/** The content generator that the hub records for packages of published modules. */
const generator = 'module-import'

/**
 * Imports the packages that a published module lists into the hub, as builds of their source packages. Each
 * build gets all its packages from the repository, because other modules may list the rest. A build that the
 * hub already has is not imported again. The hub refuses other content under an existing name.
 *
 * @returns the builds, by name-version-release
 */
export async function importPackages(
  api: Api,
  { artifacts }: ModuleStream,
  packages: ReadonlyMap<string, PublishedPackage>,
  folder: string,
): Promise<string[]> {
  // Source packages are in a separate repository.
  const listed = artifacts.filter((nevra) => !/\.(?:no)?src$/.test(nevra))
  const found = listed.map((nevra) => packages.get(formatNevra(parseNevra(nevra))))
  const missing = listed.filter((_nevra, index) => found[index] === undefined)
  if (missing.length > 0)
    throw new CommandError(
      exitCodes.failed,
      `the repository lists ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}, but ${missing.length === 1 ? 'the file is' : 'the files are'} missing`,
    )
  const sources = new Set(found.flatMap((one) => (one === undefined ? [] : [sourceOf(one)])))
  const bySource = Map.groupBy(
    [...packages.values()].filter((one) => sources.has(sourceOf(one))),
    sourceOf,
  )
  for (const [nvr, ofBuild] of bySource)
    if (!(await isThere(api, nvr, ofBuild))) await bringIn(api, nvr, ofBuild, folder)
  return [...bySource.keys()]
}

function sourceOf({ sourceRpm }: PublishedPackage): string {
  return (sourceRpm ?? '').replace(/\.(?:no)?src\.rpm$/, '')
}

/**
 * Returns whether the hub has the build with exactly these files. It returns false for packages that were
 * signed since; the hub compares those itself during the import.
 */
async function isThere(api: Api, nvr: string, packages: readonly PublishedPackage[]): Promise<boolean> {
  const build = await foundOf(api.service.GET('/hub/builds/{build}', { params: { path: { build: nvr } } }))
  const files = new Map(build?.rpms.map(({ nevra, sha256 }) => [nevra, sha256]))
  return (
    build?.state === 'complete' && packages.every(({ nevra, checksum }) => files.get(nevra) === checksum.hex)
  )
}

async function bringIn(
  api: Api,
  nvr: string,
  packages: readonly PublishedPackage[],
  folder: string,
): Promise<void> {
  const files: string[] = []
  for (const one of packages) files.push(await fetchPackage(one, folder))
  const { name, version, release } = parseNevra(`${nvr}.src`)
  const build = { name, version, release, epoch: packages[0]?.epoch ?? 0 }
  const content = await contentOfPackages(await readPackageFiles(files), build, { generator })
  await api.importBuild(await importForm(content))
  for (const file of files) await rm(file)
}
