import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { InfraError, messageOf } from '../errors.ts'
import { connect, type Database } from './index.ts'
import { StatementNames } from './prepared.ts'

let own: Awaited<ReturnType<typeof createDatabase>>
let database: Database
beforeAll(async () => {
  own = await createDatabase()
  // One connection: what a test prepares is on it.
  database = connect(own.url, { connectionsMax: 1, mayAlwaysWrite: true })
})
afterAll(async () => {
  await database.destroy()
  await own.drop()
})

async function preparedTexts(): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(
    database,
  )
  return rows.map((row) => row.statement)
}

test('the server keeps the plan of a statement that comes again', async () => {
  const ask = (n: number) => sql<{ n: number }>`select ${n}::integer as n`.execute(database)
  await ask(1)
  expect(await preparedTexts()).not.toContain('select $1::integer as n')
  await ask(2)
  expect(await preparedTexts()).toContain('select $1::integer as n')
  expect((await ask(3)).rows).toEqual([{ n: 3 }])
})

test('a database that must not prepare does not', async () => {
  const plain = connect(own.url, { connectionsMax: 1, prepares: false })
  for (const n of [1, 2, 3]) await sql`select ${n}::integer`.execute(plain)
  const { rows } = await sql`select from pg_prepared_statements`.execute(plain)
  await plain.destroy()
  expect(rows).toEqual([])
})

test('a statement whose columns a migration has changed fails once, and then has the new ones', async () => {
  await sql`create table shelf (id integer)`.execute(database)
  const ask = () => sql`select * from shelf where id = ${1}`.execute(database)
  for (let times = 0; times < 3; times++) await ask()
  await sql`alter table shelf add column title text`.execute(database)
  await sql`insert into shelf values (1, 'a')`.execute(database)
  const error: unknown = await ask().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(InfraError)
  expect(messageOf(error)).toContain('cached plan must not change result type')
  expect((await ask()).rows).toEqual([{ id: 1, title: 'a' }])
})

test('names have a bound, and neither ranges nor limits have one', () => {
  const names = new StatementNames()
  const nameOf = (text: string) => {
    names.of(text, [1])
    return names.of(text, [1])
  }
  for (const text of [
    ...['select from a where b > $1', 'select from a where b < ($1)::integer', 'select from a where $1 < b'],
    ...['select from a where b > now() - $1::interval', 'select from a where b between $1 and $2'],
    ...[
      'select from a where b like $1',
      'select from a where b = $1 limit 1',
      'commit',
      'select 1; select 2',
    ],
  ])
    expect([text, nameOf(text)]).toEqual([text, undefined])
  const given = Array.from({ length: 400 }, (_, index) => nameOf(`select ${index} = $1`))
  expect(new Set(given.filter((name) => name !== undefined)).size).toBe(300)
  expect(names.of('select 0 = $1', [1])).toBe(given[0])
})
