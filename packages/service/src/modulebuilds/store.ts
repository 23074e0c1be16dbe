import {
  sql,
  type ColumnType,
  type Generated,
  type GeneratedAlways,
  type Kysely,
  type Selectable,
  type Updateable,
} from 'kysely'
import type { PackageDependencies } from '../builders/index.ts'
import { together, type Database, type Tx } from '../database/index.ts'
import type { ComponentState, ModuleState } from './states.ts'

export type ModuleTables = {
  module_builds: {
    id: Generated<number>
    name: string
    stream: string
    version: string | null
    context: string | null
    platform: string | null
    state: ModuleState
    state_reason: string | null
    owner: string
    /** Null for a module that was submitted as a document, and for base modules. */
    scmurl: string | null
    branch: string | null
    modulemd: string | null
    final_modulemd: string | null
    version_number: GeneratedAlways<string | null>
    stream_version: number | null
    virtual_streams: Generated<string[]>
    is_configured: Generated<boolean>
    arches: Generated<string[]>
    /** The modules in its build root, in the form of xmd.mbs. */
    buildrequires: ColumnType<Buildrequires | null, string | null | undefined, string>
    /** Runtime requirements, by block. */
    requires: ColumnType<Requirements[] | null, string | null | undefined, string>
    commit: string | null
    srpms: Generated<string[]>
    reused_module_id: number | null
    build_context: string | null
    build_context_no_bms: string | null
    runtime_context: string | null
    dist_tag: string | null
    koji_tag: string | null
    /** The candidate tag that the module gets when its checks have passed. */
    cg_build_koji_tag: string | null
    batch: Generated<number>
    /** Components wait for the components of their batch that they need. */
    dependency_order: Generated<boolean>
    scratch: Generated<boolean>
    rebuild_strategy: Generated<string>
    revision: Generated<number>
    /** The request's options, without the place of the document. The room `submission` knows their form. */
    request: ColumnType<Record<string, unknown>, string | undefined, string>
    cancelled_by: string | null
    cancel_reason: string | null
    time_submitted: Date
    time_modified: Date
    time_completed: Date | null
  }
  module_build_bases: { module_build_id: number; base_id: number }
  module_build_trace: {
    module_build_id: number
    revision: number
    time: Date
    state: ModuleState
    reason: string | null
  }
  component_builds: {
    id: Generated<number>
    module_build_id: number
    package: string
    format: Generated<string>
    scmurl: string
    ref: string | null
    batch: number
    attempt: Generated<number>
    state: ComponentState | null
    state_reason: string | null
    nvr: string | null
    task_id: number | null
    build_time_only: Generated<boolean>
    /** The digest of an uploaded source package. */
    srpm: string | null
    /** The arches that the component is built for; null for those of its module. */
    arches: string[] | null
    cache: string | null
    buildonly: Generated<boolean>
    in_buildroot: Generated<boolean>
    in_srpm_buildroot: Generated<boolean>
    /** The included module that brings the component. */
    included_from: string | null
    /** The expected duration at the time of the submission. */
    expected_seconds: number | null
    expected_error: number | null
    /** An earlier build of the same component that takes its place. */
    reused_component_id: number | null
    /** The reason why the component is reused or built, and a sentence about it. */
    reuse_code: string | null
    reuse_detail: string | null
    /** The dependencies and provides of its packages; null until a survey has read them. */
    dependencies: ColumnType<PackageDependencies | null, never, string>
    /** Number of the batch's components that were built when its BuildRequires were not available. */
    missing_after: number | null
    lost_attempts: Generated<number>
    time_started: Date | null
    time_completed: Date | null
  }
}

/** The modules in a build root by name, in the form of xmd.mbs.buildrequires. */
export type Buildrequires = Record<string, BuildRequirement>

export interface BuildRequirement {
  context: string
  koji_tag: string
  ref: string
  stream: string
  version: string
  /** Packages that the module filters, which must not be installed (`N-E:V-R`). */
  filtered_rpms?: string[]
}

/** Streams by module. */
export type Requirements = Record<string, string[]>

export type ModuleBuildRow = Selectable<ModuleTables['module_builds']>

/** What lists show of a build: documents are most of a row's bytes. */
export type ListedBuildRow = Omit<ModuleBuildRow, 'modulemd' | 'final_modulemd' | 'requires' | 'request'>

const listed: Record<keyof ListedBuildRow, true> = {
  ...{ id: true, name: true, stream: true, version: true, context: true, platform: true },
  ...{ state: true, state_reason: true, owner: true, scmurl: true, branch: true, commit: true },
  ...{ version_number: true, stream_version: true, virtual_streams: true, is_configured: true },
  ...{ arches: true, buildrequires: true, srpms: true, reused_module_id: true },
  ...{ build_context: true, build_context_no_bms: true, runtime_context: true },
  ...{ dist_tag: true, koji_tag: true, cg_build_koji_tag: true, batch: true, dependency_order: true },
  ...{ scratch: true, rebuild_strategy: true, revision: true, cancelled_by: true, cancel_reason: true },
  ...{ time_submitted: true, time_modified: true, time_completed: true },
}

/** The columns of a {@link ListedBuildRow}. */
export const listedColumns: readonly string[] = Object.keys(listed)

export type ComponentBuildRow = Selectable<ModuleTables['component_builds']>
export type TraceRow = Selectable<ModuleTables['module_build_trace']>

export function moduleTables(database: Database | Tx): Kysely<ModuleTables> {
  return database.$extendTables<ModuleTables>()
}

export async function lockModuleBuild(tx: Tx, id: number): Promise<ModuleBuildRow | undefined> {
  return moduleTables(tx)
    .selectFrom('module_builds')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function loadModuleBuild(
  database: Database | Tx,
  id: number,
): Promise<ModuleBuildRow | undefined> {
  return (await loadModuleBuilds(database, [id]))[0]
}

/** Returns builds that still need turns: because of their state, or because a component must still be stopped. */
export async function unfinishedBuilds(database: Database): Promise<number[]> {
  const tables = moduleTables(database)
  const rows = await tables
    .selectFrom('module_builds')
    .select('id')
    .where('state', 'in', unfinishedStates)
    // A scratch build ends with `done`.
    .where((row) => row.or([row('scratch', '=', false), row('state', '<>', 'done')]))
    .union(
      tables.selectFrom('component_builds').select('module_build_id as id').where('state', '=', 'building'),
    )
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

const unfinishedStates = ['init', 'wait', 'build', 'done'] as const

/** Counts the builds in each state. */
export async function countModuleBuilds(database: Database): Promise<Map<string, number>> {
  const rows = await moduleTables(database)
    .selectFrom('module_builds')
    .select((row) => ['state', row.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  return new Map(rows.map(({ state, count }) => [state, count]))
}

/** Counts the components of unfinished builds in each state; `waiting` components are not started yet. */
export async function countUnfinishedComponents(database: Database): Promise<Map<string, number>> {
  const rows = await moduleTables(database)
    .selectFrom('component_builds')
    .innerJoin('module_builds', 'module_builds.id', 'component_builds.module_build_id')
    .where('module_builds.state', 'in', unfinishedStates)
    .select((row) => ['component_builds.state as state', row.fn.countAll<number>().as('count')])
    .groupBy('component_builds.state')
    .execute()
  return new Map(rows.map(({ state, count }) => [state ?? 'waiting', count]))
}

/** Returns a build that must exist: its id comes from the service's own rows. */
export async function requireModuleBuild(database: Database | Tx, id: number): Promise<ModuleBuildRow> {
  const build = await loadModuleBuild(database, id)
  if (build === undefined) throw new Error(`there is no module build ${id}`)
  return build
}

export async function updateModuleBuild(
  tx: Tx,
  id: number,
  changes: Omit<Updateable<ModuleTables['module_builds']>, 'id' | 'revision' | 'state'>,
): Promise<void> {
  await moduleTables(tx).updateTable('module_builds').set(changes).where('id', '=', id).execute()
}

export async function componentsOf(
  database: Database | Tx,
  moduleBuildIds: readonly number[],
): Promise<ComponentBuildRow[]> {
  if (moduleBuildIds.length === 0) return []
  return moduleTables(database)
    .selectFrom('component_builds')
    .selectAll()
    .where('module_build_id', 'in', moduleBuildIds)
    .orderBy('batch')
    .orderBy('id')
    .execute()
}

/** Returns the components with these ids that exist. */
export async function loadComponents(
  database: Database | Tx,
  ids: readonly number[],
): Promise<ComponentBuildRow[]> {
  if (ids.length === 0) return []
  return moduleTables(database).selectFrom('component_builds').selectAll().where('id', 'in', ids).execute()
}

/** Returns the module builds with these ids that exist. */
export async function loadModuleBuilds(
  database: Database | Tx,
  ids: readonly number[],
): Promise<ModuleBuildRow[]> {
  if (ids.length === 0) return []
  return moduleTables(database).selectFrom('module_builds').selectAll().where('id', 'in', ids).execute()
}

export async function loadComponent(
  database: Database | Tx,
  id: number,
): Promise<ComponentBuildRow | undefined> {
  return (await loadComponents(database, [id]))[0]
}

/** Records the task of a running attempt. Tasks that come in one moment of a transaction take one statement. */
export const recordTask = together<{ id: number; attempt: number; task: number }, undefined>(
  async (tx, begun) => {
    await moduleTables(tx)
      .updateTable('component_builds')
      .from(
        sql<{ own: number; current: number; task: number }>`(
          select * from unnest(${begun.map(({ id }) => id)}::integer[], ${begun.map(({ attempt }) => attempt)}::integer[],
              ${begun.map(({ task }) => task)}::bigint[]) as begun (own, current, task))`.as('begun'),
      )
      .set((row) => ({ task_id: row.ref('begun.task') }))
      .whereRef('component_builds.id', '=', 'begun.own')
      .whereRef('component_builds.attempt', '=', 'begun.current')
      .where('component_builds.state', '=', 'building')
      .execute()
    return []
  },
  ({ id }) => id,
)

/** The end of an attempt at a component. What is undefined stays as it was. */
export interface AttemptEnd {
  /** Null means that the component is not started: the next turn begins another attempt. */
  state: Exclude<ComponentState, 'building'> | null
  state_reason: string | null
  nvr?: string
  missing_after?: number
  lost_attempts?: number
}

/**
 * Records the ends of running attempts at different components.
 *
 * @returns the new rows of those that had no later attempt and had not ended
 */
export async function endAttempts(
  tx: Tx,
  ends: readonly { id: number; attempt: number; end: AttemptEnd }[],
  now: Date,
): Promise<ComponentBuildRow[]> {
  const told = ends.map(({ end }) => end)
  return moduleTables(tx)
    .updateTable('component_builds')
    .from(
      sql<{ own: number; current: number } & { [Key in keyof AttemptEnd]-?: AttemptEnd[Key] | null }>`(
        select * from unnest(
            ${ends.map(({ id }) => id)}::integer[], ${ends.map(({ attempt }) => attempt)}::integer[],
            ${told.map(({ state }) => state)}::text[], ${told.map((end) => end.state_reason)}::text[],
            ${told.map(({ nvr }) => nvr ?? null)}::text[], ${told.map((end) => end.missing_after ?? null)}::integer[],
            ${told.map((end) => end.lost_attempts ?? null)}::integer[])
          as ended (own, current, state, state_reason, nvr, missing_after, lost_attempts))`.as('ended'),
    )
    .set((row) => ({
      state: row.ref('ended.state'),
      state_reason: row.ref('ended.state_reason'),
      nvr: row.fn.coalesce('ended.nvr', 'component_builds.nvr'),
      missing_after: row.fn.coalesce('ended.missing_after', 'component_builds.missing_after'),
      lost_attempts: row.fn.coalesce('ended.lost_attempts', 'component_builds.lost_attempts'),
      time_completed: sql<Date | null>`case when ended.state is not null then ${now}::timestamptz end`,
    }))
    .whereRef('component_builds.id', '=', 'ended.own')
    .whereRef('component_builds.attempt', '=', 'ended.current')
    .where('component_builds.state', '=', 'building')
    .returningAll('component_builds')
    .execute()
}

/** A base module in the build root of a build. */
export type BaseRow = Pick<
  ModuleBuildRow,
  'id' | 'name' | 'stream' | 'version' | 'context' | 'state' | 'stream_version'
>

/**
 * Returns the builds that have name, stream and version in common with one of these builds: the contexts of one
 * submission, and repeated builds of the same commit (upstream: siblings).
 */
export async function siblingsOf(
  database: Database | Tx,
  builds: readonly Pick<ModuleBuildRow, 'name' | 'stream' | 'version'>[],
): Promise<Pick<ModuleBuildRow, 'id' | 'name' | 'stream' | 'version' | 'context' | 'scratch'>[]> {
  const wanted = new Map(builds.map((one) => [`${one.name}:${one.stream}:${one.version ?? ''}`, one]))
  const known = [...wanted.values()].filter(({ version }) => version !== null)
  const { rows } = await sql<
    Pick<ModuleBuildRow, 'id' | 'name' | 'stream' | 'version' | 'context' | 'scratch'>
  >`
    select b.id, b.name, b.stream, b.version, b.context, b.scratch
      from unnest(${known.map(({ name }) => name)}::text[], ${known.map(({ stream }) => stream)}::text[],
                  ${known.map(({ version }) => version)}::text[]) as w (name, stream, version)
      join module_builds b on b.name = w.name and b.stream = w.stream and b.version = w.version
     order by b.id`.execute(database)
  return rows
}

/**
 * Returns a function that lists the siblings of each of these builds. A scratch build and a real build are never
 * siblings.
 */
export async function siblingIds(
  database: Database | Tx,
  builds: readonly ModuleBuildRow[],
): Promise<(build: ModuleBuildRow) => number[]> {
  const rows = await siblingsOf(database, builds)
  return ({ id, name, stream, version, scratch }) =>
    rows
      .filter((row) => row.id !== id && row.name === name && row.stream === stream)
      .filter((row) => row.version === version && row.scratch === scratch)
      .map((row) => row.id)
}

/** Returns all builds of these modules that other modules can be built against. */
export async function readyModules(
  database: Database | Tx,
  names: readonly string[],
): Promise<ModuleBuildRow[]> {
  if (names.length === 0) return []
  return moduleTables(database)
    .selectFrom('module_builds')
    .selectAll()
    .where('state', '=', 'ready')
    .where('name', 'in', names)
    .orderBy('id')
    .execute()
}

/** Returns `N:S:V:C`, with upstream's defaults for parts that are not known yet. */
export function nsvcText(build: Pick<ModuleBuildRow, 'name' | 'stream' | 'version' | 'context'>): string {
  return [build.name, build.stream, build.version ?? '0', build.context ?? '00000000'].join(':')
}

/**
 * Returns the builds, as N:S:V:C, whose components a build reuses: directly, or through builds that reused them before.
 */
export async function reusedFrom(database: Database, moduleBuildId: number): Promise<string[]> {
  const { rows } = await sql<Pick<ModuleBuildRow, 'name' | 'stream' | 'version' | 'context'>>`
    with recursive taken as (
      select reused_component_id as id from component_builds
       where module_build_id = ${moduleBuildId} and reused_component_id is not null
      union
      select c.reused_component_id from taken t join component_builds c on c.id = t.id
       where c.reused_component_id is not null)
    select distinct b.name, b.stream, b.version, b.context
      from taken t join component_builds c on c.id = t.id join module_builds b on b.id = c.module_build_id
     order by b.version, b.context`.execute(database)
  return rows.map(nsvcText)
}
