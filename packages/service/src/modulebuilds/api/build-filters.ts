import { sql } from 'kysely'
import type { Database } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import type { Hub } from '../../hub/index.ts'
import type { Query } from '../../http/index.ts'
import { moduleStateNumbers, type ModuleState } from '../states.ts'
import {
  columnConditions,
  listQuery,
  numberOf,
  timeOf,
  valueOf,
  valuesOf,
  type Condition,
  type ListedColumns,
} from './conditions.ts'

/** The columns of module builds. Columns that only upstream has are always null here. */
export const buildColumns: ListedColumns = {
  text: {
    name: 'b.name',
    stream: 'b.stream',
    version: 'b.version',
    context: 'b.context',
    koji_tag: 'b.koji_tag',
    build_context: 'b.build_context',
    build_context_no_bms: 'b.build_context_no_bms',
    runtime_context: 'b.runtime_context',
    rebuild_strategy: 'b.rebuild_strategy',
    cg_build_koji_tag: 'b.cg_build_koji_tag',
  },
  long: {
    owner: 'b.owner',
    scmurl: 'b.scmurl',
    state_reason: 'b.state_reason',
  },
  integer: {
    batch: 'b.batch',
    reused_module_id: 'b.reused_module_id',
    new_repo_task_id: 'null::integer',
  },
  number: { stream_version: 'b.stream_version' },
  boolean: { scratch: 'b.scratch' },
  ordered: {
    id: 'b.id',
    state: "array_position(array['init', 'wait', 'build', 'done', 'failed', 'ready', 'garbage'], b.state)",
    // Versions sort as numbers, not as text.
    version: 'b.version_number',
    time_submitted: 'b.time_submitted',
    time_modified: 'b.time_modified',
    time_completed: 'b.time_completed',
  },
}

/** The query parameters of lists of module builds. */
export const buildQuery = listQuery(buildColumns, [
  ...['state', 'nsvc', 'rpm', 'virtual_stream', 'stream_version_lte', 'short'],
  ...['base_module_br', 'base_module_br_name', 'base_module_br_stream', 'base_module_br_version'],
  ...['base_module_br_context', 'base_module_br_stream_version', 'base_module_br_stream_version_lte'],
  ...['base_module_br_stream_version_gte', 'submitted_before', 'submitted_after', 'modified_before'],
  ...['modified_after', 'completed_before', 'completed_after'],
])

/** The names of module tags. Other tags that hold a package do not identify its module. */
const moduleTag = /^(?:module|scrmod)-.*(?<!-build)$/s

/**
 * Returns the conditions of a query for a list of module builds (upstream: filter_module_builds). Ignores unknown
 * parameters.
 *
 * @throws UserError (400) for invalid values
 */
export async function buildConditions(
  { database, hub }: { database: Database; hub: Hub },
  query: Query,
): Promise<Condition[]> {
  const nsvc = valueOf(query, 'nsvc')?.split(':') ?? []
  const parts = Object.fromEntries(
    ['name', 'stream', 'version', 'context'].flatMap((name, index) => {
      const value = nsvc[index]
      return value === undefined ? [] : [[name, value]]
    }),
  )
  return [
    ...columnConditions({ ...query, ...parts }, buildColumns),
    ...stateConditions(query),
    ...timeConditions(query),
    ...streamConditions(query),
    ...(await baseConditions(database, query)),
    ...(await rpmConditions(hub, query)),
  ]
}

function stateConditions(query: Query): Condition[] {
  const states = valuesOf(query, 'state')
  if (states.length === 0) return []
  const names = Object.keys(moduleStateNumbers) as ModuleState[]
  const wanted = states.flatMap((text) => {
    const name = names.find((state) => state === text || String(moduleStateNumbers[state]) === text)
    if (name === undefined && !/^\d+$/.test(text))
      throw new UserError(
        400,
        `"${text}" is not a state of module builds; use one of ${names.join(', ')}.`,
        'state',
      )
    return name ?? []
  })
  return [sql`b.state = any(${wanted})`]
}

function timeConditions(query: Query): Condition[] {
  return ['submitted', 'modified', 'completed'].flatMap((which) =>
    (['before', 'after'] as const).flatMap((side) => {
      const name = `${which}_${side}`
      const value = valueOf(query, name)
      if (value === undefined) return []
      const column = sql.raw(`b.time_${which}`)
      const time = timeOf(value, name)
      // The database keeps fractions of seconds; the API has whole seconds. Both `before` and `after` include the whole
      // second that the query names.
      const end = new Date(time.getTime() + 999)
      return [side === 'before' ? sql<boolean>`${column} <= ${end}` : sql<boolean>`${column} >= ${time}`]
    }),
  )
}

function streamConditions(query: Query): Condition[] {
  const conditions: Condition[] = []
  const virtual = valuesOf(query, 'virtual_stream')
  if (virtual.length > 0) conditions.push(sql`b.virtual_streams && ${virtual}::text[]`)
  const limit = valueOf(query, 'stream_version_lte')
  if (limit !== undefined) {
    const number = numberOf(limit, 'stream_version_lte')
    if (number < majorVersion)
      throw new UserError(
        400,
        `The stream_version_lte parameter must be at least ${majorVersion}, as 80100 for el8.1.0`,
        'stream_version_lte',
      )
    const from = Math.floor(number / majorVersion) * majorVersion
    conditions.push(sql`b.stream_version between ${from} and ${number}`)
  }
  return conditions
}

/** The unit of the first of the three parts of a stream version. */
const majorVersion = 10_000

/** One and the same base module must meet all conditions on base modules. */
async function baseConditions(database: Database, query: Query): Promise<Condition[]> {
  const conditions: Condition[] = []
  const nsvc = valueOf(query, 'base_module_br')
  if (nsvc !== undefined) {
    const parts = nsvc.split(':')
    if (parts.length !== 4)
      throw new UserError(
        400,
        `The base_module_br parameter must be NAME:STREAM:VERSION:CONTEXT, not "${nsvc}"`,
        'base_module_br',
      )
    const columns = ['name', 'stream', 'version', 'context']
    for (const [index, column] of columns.entries())
      conditions.push(sql`base.${sql.ref(column)} = ${parts[index] ?? ''}`)
  }
  for (const column of ['name', 'stream', 'version', 'context']) {
    const value = valueOf(query, `base_module_br_${column}`)
    if (value !== undefined) conditions.push(sql`base.${sql.ref(column)} = ${value}`)
  }
  for (const [ending, operator] of [
    ['stream_version', '='],
    ['stream_version_lte', '<='],
    ['stream_version_gte', '>='],
  ] as const) {
    const name = `base_module_br_${ending}`
    const value = valueOf(query, name)
    if (value !== undefined)
      conditions.push(sql`base.stream_version ${sql.raw(operator)} ${numberOf(value, name)}`)
  }
  if (conditions.length === 0) return []
  // Base modules are few. With their ids, PostgreSQL reads the builds on them from an index.
  const { rows } = await sql<{ id: number }>`
    select id from module_builds base
     where exists (select from module_build_bases mb where mb.base_id = base.id)
       and ${sql.join(conditions, sql` and `)}`.execute(database)
  const ids = rows.map(({ id }) => id)
  return [
    sql`exists (select from module_build_bases mb where mb.module_build_id = b.id and mb.base_id = any(${ids}))`,
  ]
}

/** Selects the modules of a package by the tags that hold it; no module if the hub does not know the package. */
async function rpmConditions(hub: Hub, query: Query): Promise<Condition[]> {
  const rpm = valueOf(query, 'rpm')
  if (rpm === undefined) return []
  const tags = (await hub.tagsWithRpm(rpm.replace(/\.rpm$/, ''))).filter((tag) => moduleTag.test(tag))
  return [sql`b.koji_tag = any(${tags})`]
}
