import type { Outbox } from '../bus/index.ts'
import type { Tx } from '../database/index.ts'
import { subjectKey } from '../jobs/index.ts'
import { presentComponentForMessage, presentForMessage } from './api/present.ts'
import { reusedReason } from './reuse.ts'
import { mayFollow, type ComponentState, type ModuleState } from './states.ts'
import {
  componentsOf,
  moduleTables,
  requireModuleBuild,
  siblingIds,
  updateAttempt,
  type ComponentBuildRow,
  type ModuleBuildRow,
} from './store.ts'

export const subjectKind = 'module-build'

/**
 * Moves a module build to a state: the row, a line of its trace and the message, in the caller's transaction.
 * The caller holds the row's lock. The same state again only changes the reason.
 */
export async function transition(
  tx: Tx,
  outbox: Outbox,
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
      // Done with a reason means held back: what was said of earlier states does not count there.
      ...(to.reason !== undefined || to.state === 'done' ? { state_reason: to.reason ?? null } : {}),
      ...(ends && before.state !== to.state ? { time_completed: now } : {}),
    })
    .where('id', '=', id)
    .execute()
  await recordState(tx, outbox, id, to.reason ?? null, now)
}

/** Writes the state that a build is in to its trace and tells it to the world, under the build's next revision. */
export async function recordState(
  tx: Tx,
  outbox: Outbox,
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
  const siblings = await siblingIds(tx, [build])
  const body = presentForMessage(build, await componentsOf(tx, [id]), siblings(build))
  const subject = subjectKey({ kind: subjectKind, id })
  await outbox.announce(tx, { subject, revision, topic: 'module.state.change', body }, now)
}

/** Begins an attempt at a component. The caller holds the lock of its module build. */
export async function beginAttempt(
  tx: Tx,
  outbox: Outbox,
  id: number,
  attempt: number,
  now: Date,
): Promise<void> {
  const component = await moduleTables(tx)
    .updateTable('component_builds')
    .set({
      state: 'building',
      attempt,
      task_id: null,
      state_reason: null,
      time_started: now,
      time_completed: null,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await announceComponent(tx, outbox, component, now)
}

/** Ends an attempt; nothing happens when the component has a later one or has ended. The caller holds the lock. */
export async function endAttempt(
  tx: Tx,
  outbox: Outbox,
  id: number,
  attempt: number,
  /** Without a state the component has not been started: the next turn begins another attempt. */
  end: {
    state: Exclude<ComponentState, 'building'> | null
    state_reason: string | null
    nvr?: string
    missing_after?: number
  },
  now: Date,
): Promise<void> {
  const changes = { ...end, time_completed: end.state === null ? null : now }
  const component = await updateAttempt(tx, id, attempt, changes)
  if (component !== undefined && end.state !== null) await announceComponent(tx, outbox, component, now)
}

/** Fails a component that no attempt was made at. The caller holds the lock of its module build. */
export async function failUnstarted(
  tx: Tx,
  outbox: Outbox,
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
  await announceComponent(tx, outbox, component, now)
}

/** Completes a component by an earlier build of it. The caller holds the lock of its module build. */
export async function reuseComponent(tx: Tx, outbox: Outbox, id: number, now: Date): Promise<void> {
  const component = await moduleTables(tx)
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
    .where('component_builds.id', '=', id)
    .returningAll('component_builds')
    .executeTakeFirstOrThrow()
  await announceComponent(tx, outbox, component, now)
}

/** A component's message takes its place among those of its module build. */
async function announceComponent(
  tx: Tx,
  outbox: Outbox,
  component: ComponentBuildRow,
  now: Date,
): Promise<void> {
  const { id, revision } = await nextRevision(tx, component.module_build_id)
  const subject = subjectKey({ kind: subjectKind, id })
  const body = presentComponentForMessage(component)
  await outbox.announce(tx, { subject, revision, topic: 'component.state.change', body }, now)
}

async function nextRevision(tx: Tx, id: number): Promise<ModuleBuildRow> {
  return moduleTables(tx)
    .updateTable('module_builds')
    .set((row) => ({ revision: row('revision', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}
