import { sql, type RawBuilder } from 'kysely'
import type { Database } from '../../database/index.ts'
import type { Page } from '../../http/index.ts'
import { openEffectsOf, subjectKey, waitsOf } from '../../jobs/index.ts'
import {
  basesOf,
  componentsOf,
  requireModuleBuild,
  siblingIds,
  tracesOf,
  type ComponentBuildRow,
  type ModuleBuildRow,
} from '../store.ts'
import { subjectKind } from '../transition.ts'
import type Type from 'typebox'
import type { shownBuild } from './schemas.ts'
import { allOf, type Condition } from './conditions.ts'
import type { Total } from './total.ts'
import {
  presentExtended,
  presentForMessage,
  presentNormal,
  presentShort,
  type FullModuleBuild,
} from './present.ts'

/** How much of a build is shown. */
export type Form = 'short' | 'normal' | 'extended'

/** Reads all that the extended form shows, of any number of builds in so many queries. */
export async function loadFull(
  database: Database,
  builds: readonly ModuleBuildRow[],
): Promise<FullModuleBuild[]> {
  const ids = builds.map(({ id }) => id)
  const subjects = ids.map((id) => ({ kind: subjectKind, id }))
  const [components, siblings, traces, bases, waits, effects] = await Promise.all([
    componentsOf(database, ids),
    siblingIds(database, builds),
    tracesOf(database, ids),
    basesOf(database, ids),
    waitsOf(database, subjects),
    openEffectsOf(database, subjects),
  ])
  return builds.map((build) => {
    const subject = subjectKey({ kind: subjectKind, id: build.id })
    return {
      build,
      components: components.filter((row) => row.module_build_id === build.id),
      siblings: siblings(build),
      trace: traces.filter((row) => row.module_build_id === build.id),
      bases: bases.filter((row) => row.module_build_id === build.id),
      waits: waits.filter((row) => row.subject === subject),
      effects: effects.filter((row) => row.subject === subject),
    }
  })
}

/** The extended form of builds that are there. */
export async function presentBuilds(database: Database, ids: readonly number[]) {
  const builds = await Promise.all(ids.map((id) => requireModuleBuild(database, id)))
  return (await loadFull(database, builds)).map(presentExtended)
}

/** The extended form of one build that is there. */
export async function presentBuild(database: Database, id: number) {
  const [build] = await loadFull(database, [await requireModuleBuild(database, id)])
  if (build === undefined) throw new Error(`there is no module build ${id}`)
  return presentExtended(build)
}

/** The normal form without `tasks`, as upstream answers to an import. */
export async function presentImported(database: Database, id: number) {
  const build = await requireModuleBuild(database, id)
  return presentForMessage(build, [], (await siblingIds(database, [build]))(build))
}

/** Builds in one of the API's forms. */
export async function presentAs(
  database: Database,
  builds: readonly ModuleBuildRow[],
  form: Form,
): Promise<Type.Static<typeof shownBuild>[]> {
  if (form === 'short') return builds.map(presentShort)
  if (form === 'extended') return (await loadFull(database, builds)).map(presentExtended)
  const components = await componentsOf(
    database,
    builds.map(({ id }) => id),
  )
  const siblings = await siblingIds(database, builds)
  return builds.map((build) =>
    presentNormal(
      build,
      components.filter((row) => row.module_build_id === build.id),
      siblings(build),
    ),
  )
}

interface Listed {
  module_builds: ModuleBuildRow
  component_builds: ComponentBuildRow
}

/** One page of a list, and how many there are in all. */
export async function listPage<K extends keyof Listed>(
  database: Database,
  table: K,
  total: Total,
  list: { conditions: readonly Condition[]; order: RawBuilder<unknown>; page: Page },
): Promise<{ rows: Listed[K][]; total: number }> {
  const where = allOf(list.conditions)
  const { number, size } = list.page
  const from = sql.raw(`${table} b`)
  const [count, { rows }] = await Promise.all([
    total.of(database, sql`select count(*) as count from ${from} where ${where}`),
    sql<Listed[K]>`
      select b.* from ${from} where ${where}
       order by ${list.order} limit ${size} offset ${(number - 1) * size}`.execute(database),
  ])
  return { rows, total: count }
}
