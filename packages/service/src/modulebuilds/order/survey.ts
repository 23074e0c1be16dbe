import { sql } from 'kysely'
import type { RpmHeader } from '@mbs/rpm'
import type { PackageDependencies } from '../../builders/index.ts'
import type { Database, Tx } from '../../database/index.ts'
import type { Hub } from '../../hub/index.ts'
import { moduleTables } from '../store.ts'
import { dependencyNames } from './dependency-names.ts'
import { HeaderBudget, readStoredHeader } from '../../package-header.ts'
import { UserError } from '../../errors.ts'

/** Size of the lists of one component, and of all components of a module: each decision about its order reads them. */
const sizeMax = { component: 4 * 1024 * 1024, module: 64 * 1024 * 1024 }

/** Memory for the headers of the last build. */
const headerBytesMax = 128 * 1024 * 1024

/** Memory of a name besides its text. */
const bytesPerName = 64

/** Files that packages may require by path (createrepo's rule for its primary metadata). */
const requirableFile = /^(?:\/etc\/|\/usr\/lib\/sendmail$|.*bin\/)/

/**
 * Returns the dependencies and provides of a component's packages, from its spec and from the headers of its last
 * build in the same module: other modules must not decide about the order. The headers also have the dependencies that
 * rpmbuild finds itself. A last build on the same platform is preferred.
 *
 * @param of.components number of components of the module
 * @throws UserError (422) for a spec with too long lists
 */
export async function knownDependencies(
  parts: { database: Database; hub: Hub },
  of: { name: string; module: string; platform: string; components: number },
  ofSpec: PackageDependencies,
): Promise<PackageDependencies> {
  const lists = () => new NameLists(Math.min(sizeMax.component, sizeMax.module / of.components))
  const addSpec = (to: NameLists) => {
    for (const kind of ['buildRequires', 'requires'] as const)
      for (const dependency of ofSpec[kind]) to.add(kind, dependencyNames(dependency))
    to.add(
      'provides',
      ofSpec.provides.filter((name) => !name.startsWith('bundled(')),
    )
    return to
  }
  const spec = addSpec(lists())
  if (spec.isFull) throw new UserError(422, `${of.name}: its spec has too many dependencies`)
  const all = addSpec(lists())
  await addLastBuild(all, parts, of)
  // The last build is only a hint for the order.
  return (all.isFull ? spec : all).sorted()
}

/** The names that are known of a component. */
class NameLists {
  isFull = false
  private left: number
  private readonly lists = {
    buildRequires: new Set<string>(),
    requires: new Set<string>(),
    provides: new Set<string>(),
  }

  constructor(sizeMax: number) {
    this.left = sizeMax
  }

  /** Adds names until the lists are full. */
  add(kind: keyof PackageDependencies, names: readonly string[]): void {
    for (const name of names) {
      if (this.isFull || this.lists[kind].has(name)) continue
      this.left -= name.length + bytesPerName
      this.isFull = this.left < 0
      this.lists[kind].add(name)
    }
  }

  sorted(): PackageDependencies {
    const { buildRequires, requires, provides } = this.lists
    return {
      buildRequires: [...buildRequires].sort(),
      requires: [...requires].sort(),
      provides: [...provides].sort(),
    }
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

/** Adds the names that the binary packages of the last build require and provide. */
async function addLastBuild(
  lists: NameLists,
  { database, hub }: { database: Database; hub: Hub },
  { name, module, platform }: { name: string; module: string; platform: string },
): Promise<void> {
  const row = await moduleTables(database)
    .selectFrom('component_builds')
    .innerJoin('module_builds', 'module_builds.id', 'component_builds.module_build_id')
    .select('component_builds.nvr as nvr')
    .where('component_builds.package', '=', name)
    .where('module_builds.name', '=', module)
    // A scratch build is only for its author.
    .where('module_builds.scratch', '=', false)
    .where('component_builds.state', '=', 'complete')
    .orderBy(sql`module_builds.platform is not distinct from ${platform}`, 'desc')
    .orderBy('component_builds.time_completed', 'desc')
    .orderBy('component_builds.id', 'desc')
    .executeTakeFirst()
  if (typeof row?.nvr !== 'string') return
  const budget = new HeaderBudget(headerBytesMax)
  for (const { content } of await hub.rpms([row.nvr])) {
    if (lists.isFull) return
    const [header] = await readable(readStoredHeader(await hub.pathOf(content)), budget)
    if (header === undefined || header.isSource) continue
    for (const one of header.requires) lists.add('requires', dependencyNames(one.name))
    lists.add(
      'provides',
      header.provides.map((one) => one.name),
    )
    lists.add(
      'provides',
      header.files.map(({ path }) => path).filter((path) => requirableFile.test(path)),
    )
  }
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
