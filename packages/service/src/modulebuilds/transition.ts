import type { Outbox } from '../bus/index.ts'
import type { Tx } from '../database/index.ts'
import { subjectKey } from '../jobs/index.ts'
import { presentForMessage } from './present.ts'
import { mayFollow, type ModuleState } from './states.ts'
import { componentsOf, moduleTables, requireModuleBuild } from './store.ts'

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
      ...(to.reason === undefined ? {} : { state_reason: to.reason }),
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
  const build = await moduleTables(tx)
    .updateTable('module_builds')
    .set((row) => ({ revision: row('revision', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  const { revision, state } = build
  await moduleTables(tx)
    .insertInto('module_build_trace')
    .values({ module_build_id: id, revision, time: now, state, reason })
    .execute()
  const body = presentForMessage(build, await componentsOf(tx, [id]))
  const subject = subjectKey({ kind: subjectKind, id })
  await outbox.announce(tx, { subject, revision, topic: 'module.state.change', body }, now)
}
