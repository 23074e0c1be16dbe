import { sql } from 'kysely'
import { readRpmHeader, type RpmHeader } from '@mbs/rpm'
import type { Artifacts } from '../../artifacts/index.ts'
import type { PackageDependencies } from '../../builders/index.ts'
import type { Database, Tx } from '../../database/index.ts'
import { findBuild, rpmsOf } from '../../hub/index.ts'
import { moduleTables } from '../store.ts'
import { dependencyNames } from './dependency-names.ts'

/** Files that others may require by their paths (createrepo's rule for its primary metadata). */
const requirableFile = /^(?:\/etc\/|\/usr\/lib\/sendmail$|.*bin\/)/

/**
 * What the packages of a component need and provide: as its spec says, and as the headers of its last build have it,
 * which also know what rpmbuild finds out itself. On the same platform, where it was built there.
 */
export async function knownDependencies(
  parts: { database: Database; artifacts: Artifacts },
  { name, platform }: { name: string; platform: string },
  ofSpec: PackageDependencies,
): Promise<PackageDependencies> {
  const headers = await lastBuild(parts, name, platform)
  const binaries = headers.filter(({ isSource }) => !isSource)
  const unique = (names: string[]) => [...new Set(names)].sort()
  return {
    buildRequires: unique(ofSpec.buildRequires.flatMap(dependencyNames)),
    requires: unique(
      [
        ...ofSpec.requires,
        ...binaries.flatMap((header) => header.requires.map((dependency) => dependency.name)),
      ].flatMap(dependencyNames),
    ),
    provides: unique([
      ...ofSpec.provides,
      ...binaries.flatMap(({ provides, files }) => [
        ...provides.map((dependency) => dependency.name),
        ...files.map((file) => file.path).filter((path) => requirableFile.test(path)),
      ]),
    ]),
  }
}

/** Writes what a survey has found. */
export async function recordDependencies(tx: Tx, id: number, found: PackageDependencies): Promise<void> {
  await moduleTables(tx)
    .updateTable('component_builds')
    .set({ dependencies: JSON.stringify(found) })
    .where('id', '=', id)
    .execute()
}

async function lastBuild(
  { database, artifacts }: { database: Database; artifacts: Artifacts },
  name: string,
  platform: string,
): Promise<RpmHeader[]> {
  const row = await moduleTables(database)
    .selectFrom('component_builds')
    .innerJoin('module_builds', 'module_builds.id', 'component_builds.module_build_id')
    .select('component_builds.nvr as nvr')
    .where('component_builds.package', '=', name)
    .where('component_builds.state', '=', 'complete')
    .orderBy(sql`module_builds.platform is not distinct from ${platform}`, 'desc')
    .orderBy('component_builds.time_completed', 'desc')
    .orderBy('component_builds.id', 'desc')
    .executeTakeFirst()
  const build = typeof row?.nvr === 'string' ? await findBuild(database, row.nvr) : undefined
  if (build === undefined) return []
  const headers: RpmHeader[] = []
  for (const { sha256 } of await rpmsOf(database, [build]))
    headers.push(await readRpmHeader(await artifacts.path(sha256)))
  return headers
}
