import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
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
