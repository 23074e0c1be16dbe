import { sql, type Insertable } from 'kysely'
import { inTransaction, together, type Database, type Tx } from '../../database/index.ts'
import { subjectKey, type Subject } from '../subject.ts'
import { jobTables, type JobTables, type WaitRow } from './tables.ts'

export interface NewWait {
  key: string
  kind: string
  externalId: string
  sentence: string
  nextLook: Date
}

/** Returns the key of the wait of an effect that is set aside until the work that it has begun elsewhere has ended. */
export function pendingKey(effectId: number): string {
  return `effect:${effectId}`
}

/** Returns the effect to which such a wait belongs. */
export function pendingEffect({ key }: { key: string }): number {
  const match = /^effect:(\d+)$/.exec(key)
  if (match === null) throw new Error(`"${key}" is the wait of no effect`)
  return Number(match[1])
}

/** Returns the kind of the waits for an unavailable backend. */
export function awayKind(service: string): string {
  return `away ${service}`
}

/** Returns the kind of the waits for work that a backend has begun. */
export function pendingKind(service: string): string {
  return `pending ${service}`
}

/** Tells that a wait has begun and that the subject needs no turn before it is over. */
export const waits = 'waits'

/** Inserts a wait. Waits that begin in one moment of a transaction take one statement. */
export async function insertWait(tx: Tx, subject: Subject, wait: NewWait, now: Date): Promise<typeof waits> {
  await insertTogether(tx, {
    subject: subjectKey(subject),
    key: wait.key,
    kind: wait.kind,
    external_id: wait.externalId,
    sentence: wait.sentence,
    since: now,
    next_look: wait.nextLook,
  })
  return waits
}

const insertTogether = together<Insertable<JobTables['waits']>, undefined>(
  async (tx, begun) => {
    await jobTables(tx).insertInto('waits').values(begun).execute()
    return []
  },
  ({ subject, key }) => `${subject} ${key}`,
)

/** Deletes a wait; true when it still existed. Waits that end in one moment of a transaction take one statement. */
export const deleteWait = together<number, boolean>(
  async (tx, ids) => {
    const these = sql<boolean>`id = any(${ids}::bigint[])`
    const rows = await jobTables(tx).deleteFrom('waits').where(these).returning('id').execute()
    const deleted = new Set(rows.map(({ id }) => id))
    return ids.map((id) => deleted.has(id))
  },
  (id) => id,
)

/** Deletes a wait that no code needs any more, if it exists. */
export async function endWait(tx: Tx, subject: Subject, key: string): Promise<void> {
  await jobTables(tx)
    .deleteFrom('waits')
    .where('subject', '=', subjectKey(subject))
    .where('key', '=', key)
    .execute()
}

/** Deletes all waits of a subject, except the waits of its queued effects. */
export async function deleteWaits(tx: Tx, subject: Subject): Promise<void> {
  const open = jobTables(tx)
    .selectFrom('effects')
    .select('id')
    .where('subject', '=', subjectKey(subject))
    .where('state', '=', 'queued')
  const spared = (await open.execute()).map(({ id }) => pendingKey(id))
  await jobTables(tx)
    .deleteFrom('waits')
    .where('subject', '=', subjectKey(subject))
    .where('key', 'not in', ['', ...spared])
    .execute()
}

/** @param sentences by the ids of the waits */
export async function setSentences(tx: Tx, sentences: ReadonlyMap<number, string>): Promise<void> {
  await sql`
    update waits set sentence = told.sentence
      from unnest(${[...sentences.keys()]}::bigint[], ${[...sentences.values()]}::text[]) as told (id, sentence)
     where waits.id = told.id`.execute(tx)
}

export async function waitsOf(database: Database | Tx, subjects: readonly Subject[]): Promise<WaitRow[]> {
  if (subjects.length === 0) return []
  return jobTables(database)
    .selectFrom('waits')
    .selectAll()
    .where('subject', 'in', subjects.map(subjectKey))
    .orderBy('id')
    .execute()
}

/**
 * Takes the waits of one kind whose look is due, and postpones their next look to `nextLook`. A look that is later than
 * `nextLook` was postponed before the clock was set back, so it is due too.
 *
 * @param look.all takes the others, too
 * @returns the waits, and the time of the earliest next look, undefined if there is none
 */
export async function takeDueWaits(
  database: Database,
  kind: string,
  { now, nextLook, all }: { now: Date; nextLook: Date; all: boolean },
): Promise<{ due: WaitRow[]; next: Date | undefined }> {
  const found = await jobTables(database)
    .selectFrom('waits')
    .select(['id', 'next_look'])
    .where('kind', '=', kind)
    .orderBy('next_look')
    .execute()
  const isDue = ({ next_look: at }: { next_look: Date }) => all || at <= now || at > nextLook
  const ids = found.filter(isDue).map(({ id }) => id)
  const later = found.find((wait) => !isDue(wait))?.next_look
  if (ids.length === 0) return { due: [], next: later }
  const taken = await inTransaction(database, 'look', (tx) =>
    jobTables(tx)
      .updateTable('waits')
      .set({ next_look: nextLook })
      .where('id', 'in', ids)
      .returningAll()
      .execute(),
  )
  return { due: taken.sort((a, b) => a.id - b.id), next: later ?? nextLook }
}

/** Returns the time of the earliest next look at the waits of each kind. */
export async function nextLooks(database: Database): Promise<ReadonlyMap<string, Date>> {
  const rows = await jobTables(database)
    .selectFrom('waits')
    .select((row) => ['kind', row.fn.min('next_look').as('next')])
    .groupBy('kind')
    .execute()
  return new Map(rows.map(({ kind, next }) => [kind, next]))
}

/** Counts the waits of each kind, with the start of the oldest one. */
export async function countWaits(
  database: Database,
): Promise<{ kind: string; count: number; oldest: Date }[]> {
  return jobTables(database)
    .selectFrom('waits')
    .select((row) => ['kind', row.fn.countAll<number>().as('count'), row.fn.min('since').as('oldest')])
    .groupBy('kind')
    .execute()
}
