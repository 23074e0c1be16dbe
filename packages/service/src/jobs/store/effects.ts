import { sql } from 'kysely'
import { slices, together, type Database, type Tx } from '../../database/index.ts'
import { subjectKey, type Subject } from '../subject.ts'
import { jobTables, type Blame, type EffectRow, type EffectState } from './tables.ts'

/**
 * Inserts effects and returns their ids. A subject never has two effects of one key: the caller holds the
 * subject's lock and has read the existing effects.
 */
export async function insertEffects(
  tx: Tx,
  subject: Subject,
  effects: readonly { key: string; kind: string; payload: Record<string, unknown> }[],
  now: Date,
): Promise<number[]> {
  const ids: number[] = []
  for (const some of slices(effects)) {
    const rows = await jobTables(tx)
      .insertInto('effects')
      .values(
        some.map((effect) => ({
          ...effect,
          subject: subjectKey(subject),
          state: 'queued' as const,
          error: null,
          blame: null,
          created_at: now,
          finished_at: null,
        })),
      )
      .returning('id')
      .execute()
    ids.push(...rows.map(({ id }) => id))
  }
  return ids
}

export async function loadEffects(database: Database | Tx, ids: readonly number[]): Promise<EffectRow[]> {
  return jobTables(database).selectFrom('effects').selectAll().where('id', 'in', ids).execute()
}

export async function loadEffect(database: Database | Tx, id: number): Promise<EffectRow | undefined> {
  return (await loadEffects(database, [id]))[0]
}

export async function effectsOf(database: Database | Tx, subject: Subject): Promise<EffectRow[]> {
  return jobTables(database)
    .selectFrom('effects')
    .selectAll()
    .where('subject', '=', subjectKey(subject))
    .orderBy('id')
    .execute()
}

/** The result of an attempt at an effect that has not done its work. */
export interface AttemptEnd {
  state: Exclude<EffectState, 'done' | 'canceled'>
  error?: string
  blame?: Blame
  /** Number of the next attempt, if one follows. */
  attempt?: number
  /** The attempt does not count. */
  isForgiven?: boolean
  /** The host that has answered, if its answer is the reason for the next attempt. */
  answered?: string
}

/**
 * Ends the current attempt at an effect as done; false when another process has ended it or has begun a later one.
 * Attempts that end in one moment of a transaction take one statement.
 */
export const finishEffect = together<{ effect: EffectRow; now: Date }, boolean>(
  async (tx, ends) => {
    const effects = ends.map(({ effect }) => effect)
    const rows = await jobTables(tx)
      .updateTable('effects')
      .from(
        sql<{ own: number; current: number }>`(
          select * from unnest(${effects.map(({ id }) => id)}::bigint[], ${effects.map(({ attempt }) => attempt)}::integer[])
            as ended (own, current))`.as('ended'),
      )
      .set({ state: 'done', error: null, blame: null, answered: null, finished_at: ends[0]?.now ?? null })
      .whereRef('effects.id', '=', 'ended.own')
      .whereRef('effects.attempt', '=', 'ended.current')
      .where('effects.state', '=', 'queued')
      .returning('effects.id')
      .execute()
    const ended = new Set(rows.map(({ id }) => id))
    return effects.map(({ id }) => ended.has(id))
  },
  ({ effect }) => effect.id,
)

/** Ends the current attempt; false when another process has ended it or has begun a later one. */
export async function endEffect(tx: Tx, effect: EffectRow, end: AttemptEnd, now: Date): Promise<boolean> {
  const result = await jobTables(tx)
    .updateTable('effects')
    .set({
      state: end.state,
      error: end.error ?? null,
      blame: end.blame ?? null,
      attempt: end.attempt ?? effect.attempt,
      attempts_forgiven: effect.attempts_forgiven + (end.isForgiven === true ? 1 : 0),
      answered: end.answered ?? null,
      finished_at: end.state === 'queued' ? null : now,
    })
    .where('id', '=', effect.id)
    .where('state', '=', 'queued')
    .where('attempt', '=', effect.attempt)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/**
 * Begins the next attempt at an effect that has stopped, with the effect's whole budget. Returns undefined when it is in
 * none of these states by now.
 */
export async function requeue(
  tx: Tx,
  id: number,
  states: readonly EffectState[],
): Promise<EffectRow | undefined> {
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
    .where('state', 'in', states)
    .returningAll()
    .executeTakeFirst()
}

/** Ends an effect that an operator has given up: nothing is to blame. Returns false when it has ended meanwhile. */
export async function giveUp(tx: Tx, id: number, error: string, now: Date): Promise<boolean> {
  const result = await jobTables(tx)
    .updateTable('effects')
    .set({ state: 'failed', error, blame: null, finished_at: now })
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'parked'])
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Cancels all queued and parked effects of a subject, except those of one kind. */
export async function cancelEffects(tx: Tx, subject: Subject, now: Date, butKind = ''): Promise<void> {
  await jobTables(tx)
    .updateTable('effects')
    .set({ state: 'canceled', finished_at: now })
    .where('subject', '=', subjectKey(subject))
    .where('state', 'in', ['queued', 'parked'])
    .where('kind', '<>', butKind)
    .execute()
}

/**
 * Deletes a subject's failed and cancelled effects, so that the life cycle can ask for them again.
 *
 * @param options.doneToo kinds whose done effects are deleted as well
 * @param options.but kinds whose effects stay
 */
export async function forgetFailedEffects(
  tx: Tx,
  subject: Subject,
  { doneToo = [], but = [] }: { doneToo?: readonly string[]; but?: readonly string[] } = {},
): Promise<void> {
  await jobTables(tx)
    .deleteFrom('effects')
    .where('subject', '=', subjectKey(subject))
    .where((row) =>
      row.or([
        row('state', 'in', ['failed', 'canceled']),
        row.and([row('state', '=', 'done'), row('kind', 'in', ['', ...doneToo])]),
      ]),
    )
    .where('kind', 'not in', ['', ...but])
    .execute()
}

export interface EffectFilter {
  states: readonly EffectState[]
  subject?: string
}

/** Returns the effects that match, the newest first, and their total number. */
export async function listEffects(
  database: Database,
  { states, subject }: EffectFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: EffectRow[]; total: number }> {
  const all = jobTables(database).selectFrom('effects').where('state', 'in', states)
  const matching = subject === undefined ? all : all.where('subject', '=', subject)
  const [rows, { total }] = await Promise.all([
    matching.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
    matching.select((row) => row.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { rows, total }
}

/** Counts the effects that have not ended, by kind, by state, and by whether it is their first attempt. */
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
