import { sql, type RawBuilder } from 'kysely'
import { slices, type Tx } from '../../database/index.ts'
import type { HubChange } from './change.ts'

/** The event at which a read sees the hub; undefined: now. */
export type At = number | undefined

/** Matches the rows of a versioned table that hold now, or held at an event (Koji: eventCondition). */
export function holds(table: string, at: At): RawBuilder<boolean> {
  const [from, to] = [sql.ref(`${table}.create_event`), sql.ref(`${table}.revoke_event`)]
  return at === undefined ? sql`${to} is null` : sql`(${from} <= ${at} and (${to} is null or ${to} > ${at}))`
}

type Row = Readonly<Record<string, unknown>>

/** Inserts a row that holds from now on. */
export async function insertVersion(change: HubChange, table: string, row: Row): Promise<void> {
  const entries = Object.entries(row)
  await sql`
    insert into ${sql.table(table)} (${sql.join(entries.map(([column]) => sql.ref(column)))}, create_event)
    values (${sql.join(entries.map(([, value]) => value))}, ${await change.event()})`.execute(change.tx)
}

/** Inserts rows with the same columns. Each of them holds from its `create_event` on. */
export async function insertVersions(
  tx: Tx,
  table: string,
  rows: readonly (Row & { create_event: number })[],
): Promise<void> {
  for (const some of slices(rows)) {
    const columns = Object.keys(some[0] ?? {})
    const values = some.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`)
    await sql`
      insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
      values ${sql.join(values)}`.execute(tx)
  }
}

/** Ends the rows with these keys that hold now. Without such rows nothing happens. */
export async function revokeVersions(change: HubChange, table: string, keys: Row): Promise<void> {
  const hold = sql`revoke_event is null and ${sql.join(
    Object.entries(keys).map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
    sql` and `,
  )}`
  const { rows } = await sql`select from ${sql.table(table)} where ${hold} limit 1`.execute(change.tx)
  if (rows.length === 0) return
  await sql`update ${sql.table(table)} set revoke_event = ${await change.event()} where ${hold}`.execute(
    change.tx,
  )
}
