import { inTransaction, type Database, type Tx } from '../../database/index.ts'
import { subjectKey, type Subject } from '../subject.ts'
import { jobTables, type WaitRow } from './tables.ts'

export interface NewWait {
  key: string
  kind: string
  externalId: string
  sentence: string
  nextLook: Date
}

export async function insertWait(tx: Tx, subject: Subject, wait: NewWait, now: Date): Promise<void> {
  await jobTables(tx)
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
  const result = await jobTables(tx).deleteFrom('waits').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** A wait that nobody needs any more, if it is there. */
export async function endWait(tx: Tx, subject: Subject, key: string): Promise<void> {
  await jobTables(tx)
    .deleteFrom('waits')
    .where('subject', '=', subjectKey(subject))
    .where('key', '=', key)
    .execute()
}

export async function deleteWaits(tx: Tx, subject: Subject): Promise<void> {
  await jobTables(tx).deleteFrom('waits').where('subject', '=', subjectKey(subject)).execute()
}

export async function setSentence(tx: Tx, id: number, sentence: string): Promise<void> {
  await jobTables(tx).updateTable('waits').set({ sentence }).where('id', '=', id).execute()
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
 * Takes the waits of one kind whose look is due, and puts their next look off to `nextLook`. A look that is further
 * away than that was put off by a clock that has been set back since: it is due too.
 */
export async function takeDueWaits(
  database: Database,
  kind: string,
  now: Date,
  nextLook: Date,
): Promise<WaitRow[]> {
  const due = await jobTables(database)
    .selectFrom('waits')
    .select('id')
    .where('kind', '=', kind)
    .where((row) => row.or([row('next_look', '<=', now), row('next_look', '>', nextLook)]))
    .execute()
  if (due.length === 0) return []
  const ids = due.map(({ id }) => id)
  const taken = await inTransaction(database, 'look', (tx) =>
    jobTables(tx)
      .updateTable('waits')
      .set({ next_look: nextLook })
      .where('id', 'in', ids)
      .returningAll()
      .execute(),
  )
  return taken.sort((a, b) => a.id - b.id)
}

/** How many waits there are of each kind, and since when the oldest one. */
export async function countWaits(
  database: Database,
): Promise<{ kind: string; count: number; oldest: Date }[]> {
  return jobTables(database)
    .selectFrom('waits')
    .select((row) => ['kind', row.fn.countAll<number>().as('count'), row.fn.min('since').as('oldest')])
    .groupBy('kind')
    .execute()
}
