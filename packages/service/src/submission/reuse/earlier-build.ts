import { computeContexts, readModulemd } from '@mbs/modulemd'
import type { Database } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import { compatibleBases, type Expansion, type ExpansionRules, type Universe } from '../../expansion/index.ts'
import { findBuild } from '../../hub/index.ts'
import {
  componentsOf,
  moduleTables,
  nsvcText,
  type ModuleBuildRow,
  type RebuildStrategy,
} from '../../modulebuilds/index.ts'
import type { EarlierBuild } from './judge-reuse.ts'

/** What is asked about the earlier build of a module. */
interface Wanted {
  name: string
  stream: string
  strategy: RebuildStrategy
  expansion: Expansion
}

/**
 * The build of the same stream whose components may be taken over (upstream: get_reusable_module): the newest ready one
 * with the build context that this module would have on its own base module or on a compatible one, newest first.
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
    let query = moduleTables(database)
      .selectFrom('module_builds')
      .selectAll('module_builds')
      .innerJoin('module_build_bases', 'module_build_bases.module_build_id', 'module_builds.id')
      .innerJoin('module_builds as base', 'base.id', 'module_build_bases.base_id')
      .where('module_builds.name', '=', name)
      .where('module_builds.stream', '=', stream)
      .where('module_builds.state', '=', 'ready')
      .where('module_builds.scmurl', 'is not', null)
      .where('module_builds.build_context', '=', buildContext)
      .where('base.name', '=', candidate.name)
      .where('base.stream', '=', candidate.stream)
    // What `only-changed` has taken over may rest on something that has changed since.
    if (strategy === 'changed-and-after')
      query = query.where('module_builds.rebuild_strategy', 'in', ['all', 'changed-and-after'])
    const found = await query
      .orderBy('module_builds.time_completed', 'desc')
      .orderBy('module_builds.id', 'desc')
      .executeTakeFirst()
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * The build that a submission names as the one to take components from, by id or as `N:S:V:C`.
 *
 * @throws UserError (400) when there is no such ready build
 */
export async function namedBuild(database: Database, named: string | number): Promise<ModuleBuildRow> {
  const query = moduleTables(database).selectFrom('module_builds').selectAll().where('state', '=', 'ready')
  const [name, stream, version, context, ...rest] = String(named).split(':')
  const isId = /^\d{1,9}$/.test(String(named))
  const found = isId
    ? await query.where('id', '=', Number(named)).executeTakeFirst()
    : name === undefined ||
        stream === undefined ||
        version === undefined ||
        context === undefined ||
        rest.length > 0
      ? undefined
      : await query
          .where('name', '=', name)
          .where('stream', '=', stream)
          .where('version', '=', version)
          .where('context', '=', context)
          .orderBy('id', 'desc')
          .executeTakeFirst()
  if (found === undefined)
    throw new UserError(
      400,
      `there is no ready module build ${named} to reuse components from; give the id or N:S:V:C of one`,
      'reuse_components_from',
    )
  return found
}

/** What is compared of an earlier build. */
export async function compared(database: Database, build: ModuleBuildRow): Promise<EarlierBuild> {
  const [document] = readModulemd(build.modulemd ?? '').documents
  const stream = document?.kind === 'modulemd' ? document : undefined
  const rows = (await componentsOf(database, [build.id])).filter((row) => !row.build_time_only)
  const components: EarlierBuild['components'][number][] = []
  for (const row of rows)
    components.push({
      id: row.id,
      package: row.package,
      ref: row.ref,
      batch: row.batch,
      arches: row.arches ?? build.arches,
      exists: row.nvr !== null && (await findBuild(database, row.nvr)) !== undefined,
    })
  return { nsvc: nsvcText(build), macros: stream?.buildopts?.macros ?? '', components }
}

/** The arches of a component: its own, or else the module's. */
export function archesOf(own: readonly string[] | undefined, module: readonly string[]): readonly string[] {
  return own === undefined || own.length === 0 ? module : own
}
