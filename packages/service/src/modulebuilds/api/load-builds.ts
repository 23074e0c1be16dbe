import { sql, type RawBuilder } from 'kysely'
import type Type from 'typebox'
import { plannedEachTime, type Database } from '../../database/index.ts'
import type { Page } from '../../http/index.ts'
import type { EffectRow, WaitRow } from '../../jobs/index.ts'
import {
  listedColumns,
  requireModuleBuild,
  siblingIds,
  type BaseRow,
  type ComponentBuildRow,
  type ModuleBuildRow,
  type TraceRow,
} from '../store.ts'
import { cleanUpKind } from '../giving-up.ts'
import { subjectKind } from '../transition.ts'
import { allOf, type Condition } from './conditions.ts'
import { presentExtended, presentForMessage, presentNormal, presentShort } from './present.ts'
import type { shownBuild } from './schemas.ts'
import type { Total } from './total.ts'

/** The forms in which the API shows a build. */
export type Form = 'short' | 'normal' | 'extended'

/** SQL of the normal form's parts that are not in the row. */
const normalParts = sql`
  (select coalesce(json_agg(c order by c.batch, c.id), '[]') from component_builds c
    where c.module_build_id = b.id) as components,
  (select coalesce(array_agg(s.id order by s.id), '{}') from module_builds s
    where s.name = b.name and s.stream = b.stream and s.version = b.version and s.scratch = b.scratch
      and s.id <> b.id) as siblings`

/** SQL of the further parts of the extended form. */
const extendedParts = sql`
  (select coalesce(json_agg(t order by t.revision), '[]') from module_build_trace t
    where t.module_build_id = b.id) as trace,
  (select coalesce(json_agg(json_build_object('id', p.id, 'name', p.name, 'stream', p.stream, 'version', p.version,
             'context', p.context, 'state', p.state, 'stream_version', p.stream_version) order by p.id), '[]')
     from module_build_bases m join module_builds p on p.id = m.base_id
    where m.module_build_id = b.id) as bases,
  (select coalesce(json_agg(w order by w.id), '[]') from waits w
    where w.subject = ${`${subjectKind}:`} || b.id) as waits,
  (select coalesce(json_agg(e order by e.id), '[]') from effects e
    where e.subject = ${`${subjectKind}:`} || b.id and (e.state in ('queued', 'parked') or e.kind = ${cleanUpKind})) as effects`

const columnsOf = (form: Form) =>
  sql.join(
    [...listedColumns, ...(form === 'extended' ? ['modulemd', 'requires'] : [])].map((column) =>
      sql.ref(`b.${column}`),
    ),
  )

/** Rows that PostgreSQL reads and drops for a page cost little up to here; beyond, it reads only their ids. */
const droppedMax = 100

interface Parts {
  components: ComponentBuildRow[]
  siblings: number[]
  trace: TraceRow[]
  bases: BaseRow[]
  waits: WaitRow[]
  effects: EffectRow[]
}

/** Returns builds in one of the API's forms, with one query for any number of builds. */
export async function presentWhere(
  database: Database,
  form: Form,
  where: { conditions: readonly Condition[]; order: RawBuilder<unknown>; page: Page },
): Promise<Type.Static<typeof shownBuild>[]> {
  const { number, size } = where.page
  const parts =
    form === 'short'
      ? sql``
      : form === 'normal'
        ? sql`, ${normalParts}`
        : sql`, ${normalParts}, ${extendedParts}`
  const offset = (number - 1) * size
  // PostgreSQL chooses the page first, so it reads only the parts of the page's builds.
  const page = (chosen: RawBuilder<unknown>) => sql`
    select ${chosen} from module_builds b where ${allOf(where.conditions)}
     order by ${where.order} limit ${size} offset ${offset}`
  const { rows } = await sql<ModuleBuildRow & Parts>`
    select ${columnsOf(form)}${parts}
      from ${
        offset <= droppedMax
          ? sql`(${page(columnsOf(form))}) b`
          : sql`(${page(sql`b.id`)}) page join module_builds b on b.id = page.id`
      }
     order by ${where.order}`.execute(database)
  return rows.map((row) => presentRow(form, row))
}

/** Returns the extended form of the builds that exist, in the order of the ids. */
export async function presentBuilds(database: Database, ids: readonly number[]) {
  const { rows } = await sql<ModuleBuildRow & Parts>`
    select ${columnsOf('extended')}, ${normalParts}, ${extendedParts} from module_builds b
     where b.id = any(${ids}) order by array_position(${ids}::integer[], b.id)`.execute(database)
  return rows.map((row) => presentExtended({ build: row, ...partsOf(row) }))
}

/** Returns a build in one of the API's forms; undefined for an unknown id. */
export async function presentBuild(
  database: Database,
  id: number,
  form: Form,
): Promise<Type.Static<typeof shownBuild> | undefined> {
  const page = { number: 1, size: 1 }
  return (await presentWhere(database, form, { conditions: [sql`b.id = ${id}`], order: sql`b.id`, page }))[0]
}

/** Returns the normal form without `tasks`, which is upstream's response to an import. */
export async function presentImported(database: Database, id: number) {
  const build = await requireModuleBuild(database, id)
  return presentForMessage(build, [], (await siblingIds(database, [build]))(build))
}

function presentRow(form: Form, row: ModuleBuildRow & Parts): Type.Static<typeof shownBuild> {
  if (form === 'short') return presentShort(row)
  if (form === 'normal') return presentNormal(row, row.components, row.siblings)
  return presentExtended({ build: row, ...partsOf(row) })
}

/** Converts times back to dates: PostgreSQL's JSON has them as text. */
function partsOf({ components, siblings, trace, bases, waits, effects }: Parts): Parts {
  const date = (text: Date | null) => (text === null ? null : new Date(text))
  return {
    siblings,
    bases,
    components: components.map((row) => ({
      ...row,
      time_started: date(row.time_started),
      time_completed: date(row.time_completed),
    })),
    trace: trace.map((row) => ({ ...row, time: new Date(row.time) })),
    waits: waits.map((row) => ({ ...row, since: new Date(row.since) })),
    effects: effects.map((row) => ({ ...row, created_at: new Date(row.created_at) })),
  }
}

/** Returns one page of component builds. */
export async function listComponents(
  database: Database,
  where: { conditions: readonly Condition[]; order: RawBuilder<unknown>; page: Page },
): Promise<ComponentBuildRow[]> {
  const { number, size } = where.page
  const offset = (number - 1) * size
  const page = (chosen: RawBuilder<unknown>) => sql`
    select ${chosen} from component_builds b where ${allOf(where.conditions)}
     order by ${where.order} limit ${size} offset ${offset}`
  const { rows } = await sql<ComponentBuildRow>`${
    offset <= droppedMax
      ? page(sql`b.*`)
      : sql`
    select b.* from (${page(sql`b.id`)}) page join component_builds b on b.id = page.id order by ${where.order}`
  }`.execute(database)
  return rows
}

/** Counts the rows of the whole list. */
export function countWhere(
  database: Database,
  total: Total,
  table: 'module_builds' | 'component_builds',
  conditions: readonly Condition[],
): Promise<number> {
  return total.of(
    database,
    sql`${plannedEachTime} select count(*) as count from ${sql.table(table)} b where ${allOf(conditions)}`,
  )
}
