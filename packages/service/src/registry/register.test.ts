import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { connect, inTransaction, type Database } from '../database/index.ts'
import { serviceCaller } from '../auth/index.ts'
import { HubChange } from '../hub/index.ts'
import { registerTags } from './index.ts'

describe('a tag', () => {
  let database: Database
  let drop: () => Promise<void>
  beforeAll(async () => {
    const own = await createDatabase()
    drop = own.drop
    database = connect(own.url)
    await inTransaction(database, 'builds', async (tx) => {
      await sql`
        insert into module_builds (name, stream, state, owner, scmurl, branch, time_submitted, time_modified)
        select 'm', '1', 'failed', 'a', '', '1', '2026-01-01', '2026-01-01' from generate_series(1, 20)`.execute(
        tx,
      )
    })
  })
  afterAll(async () => {
    await database.destroy()
    await drop()
  })

  const register = (id: number) =>
    inTransaction(database, 'register', async (tx) => {
      const change = await HubChange.begin(tx, serviceCaller, new Date('2026-01-01'))
      return (await registerTags(change, id, 'module-m-1-1-c', ['x86_64'])).tag
    })

  test('is one, asked for by several processes at once for one build', async () => {
    const tags = await Promise.all(Array.from({ length: 8 }, () => register(1)))
    expect(new Set(tags)).toEqual(new Set(['module-m-1-1-c']))
  })

  test('is never given twice to builds that want the same at once', async () => {
    const ids = Array.from({ length: 19 }, (_, index) => index + 2)
    const tags = await Promise.all(ids.map(register))
    expect(new Set(tags).size).toBe(19)
    expect(tags).toContain('module-m-1-1-c+1')
  })
})
