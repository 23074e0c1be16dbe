import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { connect, inTransaction, type Database } from '../database/index.ts'
import { Artifacts, MemoryStore } from '../artifacts/index.ts'
import { systemClock } from '../clock.ts'
import { LocalHub } from '../hub/local/index.ts'
import { makeTags, reserveTags } from './index.ts'

describe('a tag', () => {
  let database: Database
  let hub: LocalHub
  let drop: () => Promise<void>
  beforeAll(async () => {
    const own = await createDatabase()
    drop = own.drop
    database = connect(own.url)
    const clock = systemClock
    const store = new MemoryStore()
    const artifacts = new Artifacts({ database, store, clock, graceMs: 1, diskFreeBytesMin: 0 })
    hub = new LocalHub({ database, artifacts, clock })
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

  const register = async (id: number) => {
    const tags = await reserveTags({ database, hub }, id, 'module-m-1-1-c')
    await makeTags(hub, tags, ['x86_64'])
    return tags.tag
  }

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
  test('has a name that the hub has never had, also when whoever had it is gone', async () => {
    await hub.ensureTags([{ name: 'module-m-1-2-c-build' }])
    await hub.deleteTags(['module-m-1-2-c-build'])
    await inTransaction(database, 'build', (tx) =>
      sql`
        insert into module_builds (name, stream, state, owner, scmurl, branch, time_submitted, time_modified)
        values ('m', '1', 'failed', 'a', '', '1', '2026-01-01', '2026-01-01')`.execute(tx),
    )
    expect(await reserveTags({ database, hub }, 21, 'module-m-1-2-c')).toEqual({
      tag: 'module-m-1-2-c+1',
      buildTag: 'module-m-1-2-c+1-build',
    })
  })
})
