import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'
import { connect, type Database } from '../../src/database/index.ts'
import { withDatabase } from './database-url.ts'

/** Creates a database of its own with the schema; returns its URL and the function that drops it. */
export async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const { url, template } = inject('postgres')
  const name = `mbs_test_${randomBytes(6).toString('hex')}`
  const asked = async (sql: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  await asked(`create database ${name} template ${template} strategy wal_log`)
  return { url: withDatabase(url, name), drop: () => asked(`drop database if exists ${name} with (force)`) }
}

/** Gives the tests of a file a database of their own. Returns the function that they reach it by while they run. */
export function databaseOfFile(): () => Database {
  let database: Database | undefined
  let drop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const own = await createDatabase()
    drop = own.drop
    database = connect(own.url)
  })
  afterAll(async () => {
    await database?.destroy()
    await drop?.()
  })
  return () => {
    if (database === undefined) throw new Error('the tests have not begun')
    return database
  }
}
