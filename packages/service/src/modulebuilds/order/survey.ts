import { sql } from 'kysely'
import type { RpmHeader } from '@mbs/rpm'
import type { PackageDependencies } from '../../builders/index.ts'
import type { Database, Tx } from '../../database/index.ts'
import type { Hub } from '../../hub/index.ts'
import { moduleTables } from '../store.ts'
import { dependencyNames } from './dependency-names.ts'
import { HeaderBudget, readStoredHeader } from '../../package-header.ts'
import { UserError } from '../../errors.ts'

/** Longest lists of one component, in characters. The kernel's lists have some hundred thousand. */
const textMax = 4 * 1024 * 1024

/** Files that packages may require by path (createrepo's rule for its primary metadata). */
const requirableFile = /^(?:\/etc\/|\/usr\/lib\/sendmail$|.*bin\/)/

/**
 * Returns the dependencies and provides of a component's packages, from its spec and from the headers of its last
 * build in the same module: other modules must not decide about the order. The headers also have the dependencies that
 * rpmbuild finds itself. A last build on the same platform is preferred.
 *
 * @throws UserError (422) for a spec with too long lists
 */
export async function knownDependencies(
  parts: { database: Database; hub: Hub },
  of: { name: string; module: string; platform: string },
  ofSpec: PackageDependencies,
): Promise<PackageDependencies> {
  const unique = (names: readonly string[]) => [...new Set(names)].sort()
  const spec = {
    buildRequires: unique(ofSpec.buildRequires.flatMap(dependencyNames)),
    requires: unique(ofSpec.requires.flatMap(dependencyNames)),
    provides: unique(ofSpec.provides),
  }
  if (isTooLong(spec)) throw new UserError(422, `${of.name}: its spec has too many dependencies`)
  const built = await lastBuild(parts, of)
  const all = {
    ...spec,
    requires: unique([...spec.requires, ...built.requires]),
    provides: unique([...spec.provides, ...built.provides]),
  }
  // The last build is only a hint for the order.
  return isTooLong(all) ? spec : all
}

/** Whether the lists are longer than any real ones: the database keeps them for each component. */
function isTooLong(lists: PackageDependencies): boolean {
  const names = [lists.buildRequires, lists.requires, lists.provides].flat()
  return names.reduce((sum, { length }) => sum + length, 0) > textMax
}

/** Writes the result of a survey. */
export async function recordDependencies(tx: Tx, id: number, found: PackageDependencies): Promise<void> {
  await moduleTables(tx)
    .updateTable('component_builds')
    .set({ dependencies: JSON.stringify(found) })
    .where('id', '=', id)
    .execute()
}

/** Returns the names that the binary packages of the last build require and provide. */
async function lastBuild(
  { database, hub }: { database: Database; hub: Hub },
  { name, module, platform }: { name: string; module: string; platform: string },
): Promise<{ requires: ReadonlySet<string>; provides: ReadonlySet<string> }> {
  const row = await moduleTables(database)
    .selectFrom('component_builds')
    .innerJoin('module_builds', 'module_builds.id', 'component_builds.module_build_id')
    .select('component_builds.nvr as nvr')
    .where('component_builds.package', '=', name)
    .where('module_builds.name', '=', module)
    .where('component_builds.state', '=', 'complete')
    .orderBy(sql`module_builds.platform is not distinct from ${platform}`, 'desc')
    .orderBy('component_builds.time_completed', 'desc')
    .orderBy('component_builds.id', 'desc')
    .executeTakeFirst()
  const found = { requires: new Set<string>(), provides: new Set<string>() }
  if (typeof row?.nvr !== 'string') return found
  const budget = new HeaderBudget()
  for (const { content } of await hub.rpms([row.nvr])) {
    const [header] = await readable(readStoredHeader(await hub.pathOf(content)), budget)
    if (header === undefined || header.isSource) continue
    for (const one of header.requires) for (const each of dependencyNames(one.name)) found.requires.add(each)
    for (const one of header.provides) found.provides.add(one.name)
    for (const { path } of header.files) if (requirableFile.test(path)) found.provides.add(path)
  }
  return found
}

/**
 * An earlier build is only a hint for the order, so a package of it that cannot be read, or that exceeds the budget, is
 * left out.
 */
async function readable(reading: Promise<RpmHeader>, budget: HeaderBudget): Promise<RpmHeader[]> {
  try {
    const header = await reading
    budget.take(header, 'the last build')
    return [header]
  } catch (error) {
    if (error instanceof UserError) return []
    throw error
  }
}
