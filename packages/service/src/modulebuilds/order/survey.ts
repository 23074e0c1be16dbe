import { sql } from 'kysely'
import type { RpmHeader } from '@mbs/rpm'
import type { PackageDependencies } from '../../builders/index.ts'
import type { Database, Tx } from '../../database/index.ts'
import type { Hub } from '../../hub/index.ts'
import { moduleTables } from '../store.ts'
import { dependencyNames } from './dependency-names.ts'
import { readStoredHeader } from '../../package-header.ts'
import { UserError } from '../../errors.ts'

/** Files that packages may require by path (createrepo's rule for its primary metadata). */
const requirableFile = /^(?:\/etc\/|\/usr\/lib\/sendmail$|.*bin\/)/

/**
 * Returns the dependencies and provides of a component's packages, from its spec and from the headers of its last
 * build. The headers also have the dependencies that rpmbuild finds itself. A last build on the same platform is
 * preferred.
 */
export async function knownDependencies(
  parts: { database: Database; hub: Hub },
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

/** Writes the result of a survey. */
export async function recordDependencies(tx: Tx, id: number, found: PackageDependencies): Promise<void> {
  await moduleTables(tx)
    .updateTable('component_builds')
    .set({ dependencies: JSON.stringify(found) })
    .where('id', '=', id)
    .execute()
}

async function lastBuild(
  { database, hub }: { database: Database; hub: Hub },
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
  if (typeof row?.nvr !== 'string') return []
  const headers: RpmHeader[] = []
  for (const { content } of await hub.rpms([row.nvr]))
    headers.push(...(await readable(readStoredHeader(await hub.pathOf(content)))))
  return headers
}

/** An earlier build is only a hint for the order, so a package of it that cannot be read is left out. */
async function readable(header: Promise<RpmHeader>): Promise<RpmHeader[]> {
  return header.then(
    (read) => [read],
    (error: unknown) => {
      if (error instanceof UserError) return []
      throw error
    },
  )
}
