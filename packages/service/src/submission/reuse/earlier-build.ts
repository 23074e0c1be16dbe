import { sql } from 'kysely'
import { computeContexts, readModulemd } from '@mbs/modulemd'
import type { Database } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import { compatibleBases, type Expansion, type ExpansionRules, type Universe } from '../../expansion/index.ts'
import type { Hub } from '../../hub/index.ts'
import {
  componentsOf,
  nsvcText,
  type ModuleBuildRow,
  type RebuildStrategy,
} from '../../modulebuilds/index.ts'
import type { EarlierBuild } from './judge-reuse.ts'

/** The module for which an earlier build is searched. */
interface Wanted {
  name: string
  stream: string
  strategy: RebuildStrategy
  expansion: Expansion
}

/**
 * Finds the build of the same stream whose components may be reused (upstream: get_reusable_module): the newest ready
 * build from dist-git with the build context that this module would have on its own base module. If there is none,
 * compatible base modules follow, the newest first.
 */
export async function findEarlierBuild(
  database: Database,
  { name, stream, strategy, expansion }: Wanted,
  universe: Universe,
  rules: ExpansionRules,
): Promise<ModuleBuildRow | undefined> {
  if (strategy === 'all') return undefined
  const base = expansion.modules.find((module) => rules.baseModules.includes(module.name))
  if (base === undefined) return undefined
  for (const candidate of compatibleBases(base, universe, rules)) {
    const streams = expansion.modules.map(
      (module) => [module.name, module === base ? candidate.stream : module.stream] as const,
    )
    const { buildContext } = computeContexts({ buildrequires: new Map(streams), requires: [] })
    // Components that `only-changed` has reused may depend on something that has changed since.
    const isTaken =
      strategy === 'changed-and-after' ? sql`b.rebuild_strategy in ('all', 'changed-and-after')` : sql`true`
    const { rows } = await sql<ModuleBuildRow>`
      select b.* from module_builds b
        join module_build_bases m on m.module_build_id = b.id join module_builds base on base.id = m.base_id
       where b.name = ${name} and b.stream = ${stream} and b.state = 'ready' and b.scmurl is not null
         and b.build_context = ${buildContext} and base.name = ${candidate.name} and base.stream = ${candidate.stream}
         and ${isTaken}
       order by b.time_completed desc, b.id desc limit 1`.execute(database)
    const [found] = rows
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Returns the build that a submission names, by id or as `N:S:V:C`, as the one to reuse components from.
 *
 * @throws UserError (400) when there is no such ready build
 */
export async function namedBuild(database: Database, named: string | number): Promise<ModuleBuildRow> {
  const [name, stream, version, context, ...rest] = String(named).split(':')
  const isId = /^\d{1,9}$/.test(String(named))
  const isNsvc = context !== undefined && rest.length === 0
  const { rows } =
    isId || isNsvc
      ? await sql<ModuleBuildRow>`
          select * from module_builds
           where state = 'ready' and ${
             isId
               ? sql`id = ${Number(named)}`
               : sql`name = ${name} and stream = ${stream} and version = ${version} and context = ${context}`
           }
           order by id desc limit 1`.execute(database)
      : { rows: [] }
  const [found] = rows
  if (found === undefined)
    throw new UserError(
      400,
      `there is no ready module build ${named} to reuse components from; give the id or N:S:V:C of a ready build`,
      'reuse_components_from',
    )
  return found
}

/** Returns the data of an earlier build that is compared with the new one. */
export async function compared(
  { database, hub }: { database: Database; hub: Hub },
  build: ModuleBuildRow,
): Promise<EarlierBuild> {
  const [document] = readModulemd(build.modulemd ?? '').documents
  const stream = document?.kind === 'modulemd' ? document : undefined
  const rows = (await componentsOf(database, [build.id])).filter((row) => !row.build_time_only)
  const known = await hub.builds(rows.flatMap(({ nvr }) => nvr ?? []))
  const components = rows.map((row) => ({
    id: row.id,
    package: row.package,
    ref: row.ref,
    batch: row.batch,
    arches: row.arches ?? build.arches,
    exists: row.nvr !== null && known.has(row.nvr),
  }))
  return { nsvc: nsvcText(build), macros: stream?.buildopts?.macros ?? '', components }
}

/** Returns the arches of a component: its own if it has any, otherwise the module's. */
export function archesOf(own: readonly string[] | undefined, module: readonly string[]): readonly string[] {
  return own === undefined || own.length === 0 ? module : own
}
