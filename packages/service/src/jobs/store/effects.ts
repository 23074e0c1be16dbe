import type { Database, Tx } from '../../database/index.ts'
import { subjectKey, type Subject } from '../subject.ts'
import { jobTables, type Blame, type EffectRow, type EffectState } from './tables.ts'

/** A new effect's id. A subject never has two of one key: whoever decides knows what there is, under its lock. */
export async function insertEffect(
  tx: Tx,
  subject: Subject,
  effect: { key: string; kind: string; payload: Record<string, unknown> },
  now: Date,
): Promise<number> {
  const { id } = await jobTables(tx)
    .insertInto('effects')
    .values({
      ...effect,
      subject: subjectKey(subject),
      state: 'queued',
      error: null,
      blame: null,
      created_at: now,
      finished_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function loadEffect(database: Database | Tx, id: number): Promise<EffectRow | undefined> {
  return jobTables(database).selectFrom('effects').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function effectsOf(database: Database | Tx, subject: Subject): Promise<EffectRow[]> {
  return jobTables(database)
    .selectFrom('effects')
    .selectAll()
    .where('subject', '=', subjectKey(subject))
    .orderBy('id')
    .execute()
}

/** Ends the current attempt; false when another process has ended it or has begun a later one. */
export async function endEffect(
  tx: Tx,
  effect: EffectRow,
  end: { state: EffectState; error?: string; blame?: Blame; attempt?: number },
  now: Date,
): Promise<boolean> {
  const result = await jobTables(tx)
    .updateTable('effects')
    .set({
      state: end.state,
      error: end.error ?? null,
      blame: end.blame ?? null,
      attempt: end.attempt ?? effect.attempt,
      finished_at: end.state === 'queued' ? null : now,
    })
    .where('id', '=', effect.id)
    .where('state', '=', 'queued')
    .where('attempt', '=', effect.attempt)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/**
 * Begins the next attempt at a parked effect, with the whole budget before it; undefined when it is not parked any
 * more.
 */
export async function requeueParked(tx: Tx, id: number): Promise<EffectRow | undefined> {
  return jobTables(tx)
    .updateTable('effects')
    .set((row) => ({
      state: 'queued',
      error: null,
      blame: null,
      finished_at: null,
      attempt: row('attempt', '+', 1),
      attempts_forgiven: row.ref('attempt'),
    }))
    .where('id', '=', id)
    .where('state', '=', 'parked')
    .returningAll()
    .executeTakeFirst()
}

/** Ends an effect that an operator has given up; false when it has ended meanwhile. */
export async function giveUp(tx: Tx, id: number, error: string, now: Date): Promise<boolean> {
  const result = await jobTables(tx)
    .updateTable('effects')
    .set({ state: 'failed', error, finished_at: now })
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'parked'])
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Nothing of what is still queued for a subject is done any more, but for one kind. */
export async function cancelEffects(tx: Tx, subject: Subject, now: Date, butKind = ''): Promise<void> {
  await jobTables(tx)
    .updateTable('effects')
    .set({ state: 'canceled', finished_at: now })
    .where('subject', '=', subjectKey(subject))
    .where('state', 'in', ['queued', 'parked'])
    .where('kind', '<>', butKind)
    .execute()
}

/** Effects that failed or were called off are as if they had never been: whoever needs them asks for them again. */
export async function forgetFailedEffects(tx: Tx, subject: Subject): Promise<void> {
  await jobTables(tx)
    .deleteFrom('effects')
    .where('subject', '=', subjectKey(subject))
    .where('state', 'in', ['failed', 'canceled'])
    .execute()
}

export interface EffectFilter {
  states: readonly EffectState[]
  subject?: string
}

/** The newest effects that match, so many at most. */
export async function listEffects(
  database: Database,
  { states, subject }: EffectFilter,
  limit: number,
): Promise<EffectRow[]> {
  let query = jobTables(database).selectFrom('effects').selectAll().where('state', 'in', states)
  if (subject !== undefined) query = query.where('subject', '=', subject)
  return query.orderBy('id', 'desc').limit(limit).execute()
}

/** How many effects have not ended, by kind and state, and whether it is their first attempt. */
export async function countOpenEffects(
  database: Database,
): Promise<{ kind: string; state: EffectState; retries: boolean; count: number }[]> {
  return jobTables(database)
    .selectFrom('effects')
    .where('state', 'in', ['queued', 'parked'])
    .select((row) => [
      'kind',
      'state',
      row('attempt', '>', 1).as('retries'),
      row.fn.countAll<number>().as('count'),
    ])
    .groupBy(['kind', 'state', 'retries'])
    .$castTo<{ kind: string; state: EffectState; retries: boolean; count: number }>()
    .execute()
}
