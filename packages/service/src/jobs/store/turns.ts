import type { Database, Tx } from '../../database/index.ts'
import { subjectKey, type Subject } from '../subject.ts'
import { jobTables } from './tables.ts'

/** Key and kind of the row that represents a turn which a bug has stopped. */
export const turnKey = 'turn'

/** Records that a bug stops the subject's turns. */
export async function parkTurn(tx: Tx, subject: Subject, error: string, now: Date): Promise<void> {
  const stopped = { state: 'parked', error, blame: 'bug', finished_at: now } as const
  await jobTables(tx)
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

/** Records that a turn has ended well: no bug stops the subject's turns any more. */
export async function unparkTurn(tx: Tx, subject: Subject, now: Date): Promise<void> {
  await jobTables(tx)
    .updateTable('effects')
    .set({ state: 'done', error: null, blame: null, finished_at: now })
    .where('subject', '=', subjectKey(subject))
    .where('key', '=', turnKey)
    .where('state', '=', 'parked')
    .execute()
}

/** Returns the subjects with queued effects or waits, and those whose turns a bug has stopped. */
export async function busySubjects(database: Database): Promise<string[]> {
  const effects = jobTables(database)
    .selectFrom('effects')
    .select('subject')
    .where((row) => row.or([row('state', '=', 'queued'), row.and({ state: 'parked', key: turnKey })]))
  const rows = await effects
    .union(jobTables(database).selectFrom('waits').select('subject'))
    .orderBy('subject')
    .execute()
  return rows.map(({ subject }) => subject)
}
