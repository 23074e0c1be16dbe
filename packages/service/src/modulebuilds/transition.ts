import { sql, type Updateable } from 'kysely'
import type { StateNews } from './state-news.ts'
import { together, type Tx } from '../database/index.ts'
import { reusedReason } from './reuse.ts'
import { mayFollow, type ModuleState } from './states.ts'
import {
  endAttempts,
  moduleTables,
  requireModuleBuild,
  type AttemptEnd,
  type ComponentBuildRow,
  type ModuleBuildRow,
  type ModuleTables,
} from './store.ts'

export const subjectKind = 'module-build'

/**
 * Moves a module build to a state: writes the row, a line of its trace and the message, in the caller's transaction.
 * The caller holds the row lock. A move to the same state only changes the reason.
 */
export async function transition(
  tx: Tx,
  news: StateNews,
  id: number,
  to: { state: ModuleState; reason?: string },
  now: Date,
): Promise<void> {
  const before = await requireModuleBuild(tx, id)
  if (before.state !== to.state && !mayFollow(before.state, to.state))
    throw new Error(`module build ${id}: ${to.state} may not follow ${before.state}`)
  const ends = to.state === 'done' || to.state === 'failed'
  await moduleTables(tx)
    .updateTable('module_builds')
    .set({
      state: to.state,
      time_modified: now,
      // The reason of an earlier state does not apply to these states: `done` with a reason means that the module is
      // held back.
      ...(to.reason !== undefined || to.state === 'done' || to.state === 'ready'
        ? { state_reason: to.reason ?? null }
        : {}),
      ...(ends && before.state !== to.state ? { time_completed: now } : {}),
    })
    .where('id', '=', id)
    .execute()
  await recordState(tx, news, id, to.reason ?? null, now)
}

/** Writes the state of a build to its trace and announces it, under the build's next revision. */
export async function recordState(
  tx: Tx,
  news: StateNews,
  id: number,
  reason: string | null,
  now: Date,
): Promise<void> {
  const build = await nextRevision(tx, id)
  const { revision, state } = build
  await moduleTables(tx)
    .insertInto('module_build_trace')
    .values({ module_build_id: id, revision, time: now, state, reason })
    .execute()
  await news.moduleBuild(tx, build, now)
}

/**
 * Takes back the end of a component that is not built, so that the next turn begins another attempt. The caller holds the
 * row lock of the module build, and announces the build. Upstream has no state for a component that is not started, so
 * there is no message about it.
 */
export async function resetComponent(
  tx: Tx,
  id: number,
  source: Updateable<ModuleTables['component_builds']>,
): Promise<void> {
  const again = {
    state: null,
    state_reason: null,
    task_id: null,
    missing_after: null,
    lost_attempts: 0,
    time_started: null,
    time_completed: null,
  }
  await moduleTables(tx)
    .updateTable('component_builds')
    .set({ ...again, ...source })
    .where('id', '=', id)
    .execute()
}

/**
 * Begins attempts at components of a module build, and announces them in this order. The caller holds the row lock of the
 * module build.
 */
export async function beginAttempts(
  tx: Tx,
  news: StateNews,
  attempts: readonly { id: number; attempt: number }[],
  now: Date,
): Promise<void> {
  const begun = await moduleTables(tx)
    .updateTable('component_builds')
    .from(
      sql<{ own: number; next: number }>`(
        select * from unnest(${attempts.map(({ id }) => id)}::integer[], ${attempts.map(({ attempt }) => attempt)}::integer[])
          as asked (own, next))`.as('asked'),
    )
    .set((row) => ({
      state: 'building',
      attempt: row.ref('asked.next'),
      task_id: null,
      state_reason: null,
      time_started: now,
      time_completed: null,
    }))
    .whereRef('component_builds.id', '=', 'asked.own')
    .returningAll('component_builds')
    .execute()
  await announceComponents(tx, news, inOrder(begun, attempts), now)
}

/** Returns the rows of these components in their order. */
function inOrder(rows: readonly ComponentBuildRow[], order: readonly { id: number }[]): ComponentBuildRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return order.map(({ id }) => {
    const row = byId.get(id)
    if (row === undefined) throw new Error(`there is no component ${id}`)
    return row
  })
}

/**
 * Ends an attempt. Does nothing when the component has a later attempt or has ended. The caller holds the row lock of
 * the module build.
 */
export async function endAttempt(
  tx: Tx,
  news: StateNews,
  id: number,
  attempt: number,
  end: AttemptEnd,
  now: Date,
): Promise<void> {
  await endTogether(tx, { news, id, attempt, end, now })
}

/** Attempts of one module build that end in one moment of a transaction take one statement, and one more for messages. */
const endTogether = together<
  { news: StateNews; id: number; attempt: number; end: AttemptEnd; now: Date },
  undefined
>(
  async (tx, ends) => {
    const [first] = ends
    if (first === undefined) return []
    const { news, now } = first
    const rows = new Map((await endAttempts(tx, ends, now)).map((row) => [row.id, row]))
    const ended = ends.flatMap(({ id }) => rows.get(id) ?? []).filter(({ state }) => state !== null)
    await announceComponents(tx, news, ended, now)
    return []
  },
  ({ id }) => id,
)

/** Fails a component that is not started. The caller holds the row lock of the module build. */
export async function failUnstarted(
  tx: Tx,
  news: StateNews,
  id: number,
  reason: string,
  now: Date,
): Promise<void> {
  const component = await moduleTables(tx)
    .updateTable('component_builds')
    .set({ state: 'failed', state_reason: reason, time_completed: now })
    .where('id', '=', id)
    .where('state', 'is', null)
    .returningAll()
    .executeTakeFirstOrThrow()
  await announceComponents(tx, news, [component], now)
}

/**
 * Completes components of a module build with earlier builds of them, and announces them in this order. The caller holds
 * the row lock of the module build.
 */
export async function reuseComponents(
  tx: Tx,
  news: StateNews,
  ids: readonly number[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return
  const reused = await moduleTables(tx)
    .updateTable('component_builds')
    .from('component_builds as earlier')
    .set((row) => ({
      state: 'complete',
      state_reason: reusedReason,
      nvr: row.ref('earlier.nvr'),
      task_id: row.ref('earlier.task_id'),
      time_completed: now,
    }))
    .whereRef('earlier.id', '=', 'component_builds.reused_component_id')
    .where('component_builds.id', 'in', ids)
    .returningAll('component_builds')
    .execute()
  const order = ids.map((id) => ({ id }))
  await announceComponents(tx, news, inOrder(reused, order), now)
}

/** Announces components of one module build. Their messages have their places in the order of its messages. */
async function announceComponents(
  tx: Tx,
  news: StateNews,
  components: readonly ComponentBuildRow[],
  now: Date,
): Promise<void> {
  const [first] = components
  if (first === undefined) return
  const build = await nextRevision(tx, first.module_build_id, components.length)
  await news.components(tx, components, build, now)
}

/** @param changes number of changes that are announced together */
async function nextRevision(tx: Tx, id: number, changes = 1): Promise<ModuleBuildRow> {
  return moduleTables(tx)
    .updateTable('module_builds')
    .set((row) => ({ revision: row('revision', '+', changes) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}
