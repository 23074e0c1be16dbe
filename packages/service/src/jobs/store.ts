import type { Generated, Selectable, Transaction } from 'kysely'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { subjectKey, type Subject } from './subject.ts'

export const effectStates = ['queued', 'done', 'failed', 'parked', 'canceled'] as const
export type EffectState = (typeof effectStates)[number]
export type Blame = 'user' | 'infra' | 'bug'

type Tables = {
  effects: {
    id: Generated<number>
    subject: string
    key: string
    kind: string
    payload: Record<string, unknown>
    state: EffectState
    attempt: Generated<number>
    attempts_forgiven: Generated<number>
    error: string | null
    blame: Blame | null
    created_at: Date
    finished_at: Date | null
  }
  waits: {
    id: Generated<number>
    subject: string
    key: string
    kind: string
    external_id: string
    sentence: string
    since: Date
    next_look: Date
  }
}

export type EffectRow = Selectable<Tables['effects']>
export type WaitRow = Selectable<Tables['waits']>

function tables(tx: Tx): Transaction<Tables> {
  return tx.$extendTables<Tables>()
}

/** A new effect's id. A subject never has two of one key: whoever decides knows what there is, under its lock. */
export async function insertEffect(
  tx: Tx,
  subject: Subject,
  effect: { key: string; kind: string; payload: Record<string, unknown> },
  now: Date,
): Promise<number> {
  const { id } = await tables(tx)
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
  return database
    .$extendTables<Tables>()
    .selectFrom('effects')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function effectsOf(database: Database | Tx, subject: Subject): Promise<EffectRow[]> {
  return database
    .$extendTables<Tables>()
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
  const result = await tables(tx)
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
  return tables(tx)
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
  const result = await tables(tx)
    .updateTable('effects')
    .set({ state: 'failed', error, finished_at: now })
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'parked'])
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** The key and kind of the row that stands for a turn which a bug has stopped. */
export const turnKey = 'turn'

/** Shows that a bug stops the subject's turns. */
export async function parkTurn(tx: Tx, subject: Subject, error: string, now: Date): Promise<void> {
  const stopped = { state: 'parked', error, blame: 'bug', finished_at: now } as const
  await tables(tx)
    .insertInto('effects')
    .values({
      ...stopped,
      subject: subjectKey(subject),
      key: turnKey,
      kind: turnKey,
      payload: {},
      created_at: now,
    })
    .onConflict((conflict) => conflict.columns(['subject', 'key']).doUpdateSet(stopped))
    .execute()
}

/** A turn has ended well: no bug stops the subject's turns any more. */
export async function unparkTurn(tx: Tx, subject: Subject, now: Date): Promise<void> {
  await tables(tx)
    .updateTable('effects')
    .set({ state: 'done', error: null, blame: null, finished_at: now })
    .where('subject', '=', subjectKey(subject))
    .where('key', '=', turnKey)
    .where('state', '=', 'parked')
    .execute()
}

/** Subjects for which something is queued or waited for. */
export async function busySubjects(database: Database): Promise<string[]> {
  const effects = database
    .$extendTables<Tables>()
    .selectFrom('effects')
    .select('subject')
    .where('state', '=', 'queued')
  const rows = await effects
    .union(database.$extendTables<Tables>().selectFrom('waits').select('subject'))
    .orderBy('subject')
    .execute()
  return rows.map(({ subject }) => subject)
}

/** How many effects have not ended, by kind and state, and whether it is their first attempt. */
export async function countOpenEffects(
  database: Database,
): Promise<{ kind: string; state: EffectState; retries: boolean; count: number }[]> {
  return database
    .$extendTables<Tables>()
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

/** How many waits there are of each kind, and since when the oldest one. */
export async function countWaits(
  database: Database,
): Promise<{ kind: string; count: number; oldest: Date }[]> {
  return database
    .$extendTables<Tables>()
    .selectFrom('waits')
    .select((row) => ['kind', row.fn.countAll<number>().as('count'), row.fn.min('since').as('oldest')])
    .groupBy('kind')
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
  let query = database.$extendTables<Tables>().selectFrom('effects').selectAll().where('state', 'in', states)
  if (subject !== undefined) query = query.where('subject', '=', subject)
  return query.orderBy('id', 'desc').limit(limit).execute()
}

/** Nothing of what is still queued for a subject is done any more. */
export async function cancelEffects(tx: Tx, subject: Subject, now: Date): Promise<void> {
  await tables(tx)
    .updateTable('effects')
    .set({ state: 'canceled', finished_at: now })
    .where('subject', '=', subjectKey(subject))
    .where('state', 'in', ['queued', 'parked'])
    .execute()
}

export interface NewWait {
  key: string
  kind: string
  externalId: string
  sentence: string
  nextLook: Date
}

export async function insertWait(tx: Tx, subject: Subject, wait: NewWait, now: Date): Promise<void> {
  await tables(tx)
    .insertInto('waits')
    .values({
      subject: subjectKey(subject),
      key: wait.key,
      kind: wait.kind,
      external_id: wait.externalId,
      sentence: wait.sentence,
      since: now,
      next_look: wait.nextLook,
    })
    .execute()
}

/** True when the wait was still there. */
export async function deleteWait(tx: Tx, id: number): Promise<boolean> {
  const result = await tables(tx).deleteFrom('waits').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows === 1n
}

export async function deleteWaits(tx: Tx, subject: Subject): Promise<void> {
  await tables(tx).deleteFrom('waits').where('subject', '=', subjectKey(subject)).execute()
}

export async function setSentence(tx: Tx, id: number, sentence: string): Promise<void> {
  await tables(tx).updateTable('waits').set({ sentence }).where('id', '=', id).execute()
}

export async function waitsOf(database: Database | Tx, subjects: readonly Subject[]): Promise<WaitRow[]> {
  if (subjects.length === 0) return []
  return database
    .$extendTables<Tables>()
    .selectFrom('waits')
    .selectAll()
    .where('subject', 'in', subjects.map(subjectKey))
    .orderBy('id')
    .execute()
}

/**
 * Takes the waits of one kind whose look is due, and puts their next look off to `nextLook`. A look that is further
 * away than that was put off by a clock that has been set back since: it is due too.
 */
export async function takeDueWaits(
  database: Database,
  kind: string,
  now: Date,
  nextLook: Date,
): Promise<WaitRow[]> {
  const due = await database
    .$extendTables<Tables>()
    .selectFrom('waits')
    .select('id')
    .where('kind', '=', kind)
    .where((row) => row.or([row('next_look', '<=', now), row('next_look', '>', nextLook)]))
    .execute()
  if (due.length === 0) return []
  const ids = due.map(({ id }) => id)
  const taken = await inTransaction(database, 'look', (tx) =>
    tables(tx)
      .updateTable('waits')
      .set({ next_look: nextLook })
      .where('id', 'in', ids)
      .returningAll()
      .execute(),
  )
  return taken.sort((a, b) => a.id - b.id)
}
