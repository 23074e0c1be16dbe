import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { databaseOfFile } from '../../test/support/database.ts'
import { inTransaction } from '../database/index.ts'
import { recordTask } from './store.ts'
import { endAttempt } from './transition.ts'

const database = databaseOfFile()

const now = new Date('2026-01-01T00:00:00Z')

/** Records a build with components a, b, c and d, each in its second attempt, and returns their ids. */
async function building(): Promise<Record<string, number>> {
  return inTransaction(database(), 'fill', async (tx) => {
    await sql`
      insert into module_builds (name, stream, state, owner, rebuild_strategy, time_submitted, time_modified)
      values ('m', '1', 'build', 'ada', 'all', ${now}, ${now})`.execute(tx)
    const { rows } = await sql<{ id: number; package: string }>`
      insert into component_builds (module_build_id, package, scmurl, batch, attempt, state, lost_attempts)
      select max(id), package, 'file:///' || package, 2, 2, 'building', 1
        from module_builds, unnest(array['a', 'b', 'c', 'd']) package group by package order by package
      returning id, package`.execute(tx)
    return Object.fromEntries(rows.map(({ id, package: name }) => [name, id]))
  })
}

async function rowsOf(ids: Record<string, number>) {
  const { rows } = await sql`
    select package, attempt, state, state_reason as reason, nvr, task_id as task, missing_after as missing,
        lost_attempts as lost, time_completed as ended
      from component_builds where id = any(${Object.values(ids)}) order by package`.execute(database())
  return rows
}

test('tasks of one moment go to their own attempts, and a task of an earlier attempt to none', async () => {
  const ids = await building()
  const { a = 0, b = 0, c = 0 } = ids
  await inTransaction(database(), 'tasks', (tx) =>
    Promise.all([
      recordTask(tx, { id: b, attempt: 2, task: 5_000_000_002 }),
      recordTask(tx, { id: c, attempt: 1, task: 3 }),
      recordTask(tx, { id: a, attempt: 2, task: 1 }),
    ]),
  )
  expect(await rowsOf(ids)).toMatchObject([
    { package: 'a', task: 1 },
    { package: 'b', task: 5_000_000_002 },
    { package: 'c', task: null },
    { package: 'd', task: null },
  ])
})

test('attempts that end in one moment end as each did, and are announced in that order', async () => {
  const ids = await building()
  const { a = 0, b = 0, c = 0, d = 0 } = ids
  const told: string[][] = []
  const news = {
    moduleBuild: () => Promise.resolve(),
    components: (_tx: unknown, components: readonly { package: string; state: string | null }[]) => {
      told.push(components.map((one) => `${one.package} ${one.state ?? ''}`))
      return Promise.resolve()
    },
  }
  await inTransaction(database(), 'ends', (tx) =>
    Promise.all([
      endAttempt(tx, news, c, 2, { state: 'failed', state_reason: 'no x', missing_after: 0 }, now),
      endAttempt(tx, news, a, 2, { state: 'complete', state_reason: null, nvr: 'a-1-1' }, now),
      endAttempt(tx, news, b, 2, { state: null, state_reason: 'lost', lost_attempts: 2 }, now),
      endAttempt(tx, news, d, 1, { state: 'failed', state_reason: 'late' }, now),
    ]),
  )
  expect(await rowsOf(ids)).toEqual([
    {
      package: 'a',
      attempt: 2,
      state: 'complete',
      reason: null,
      nvr: 'a-1-1',
      task: null,
      missing: null,
      lost: 1,
      ended: now,
    },
    {
      package: 'b',
      attempt: 2,
      state: null,
      reason: 'lost',
      nvr: null,
      task: null,
      missing: null,
      lost: 2,
      ended: null,
    },
    {
      package: 'c',
      attempt: 2,
      state: 'failed',
      reason: 'no x',
      nvr: null,
      task: null,
      missing: 0,
      lost: 1,
      ended: now,
    },
    {
      package: 'd',
      attempt: 2,
      state: 'building',
      reason: null,
      nvr: null,
      task: null,
      missing: null,
      lost: 1,
      ended: null,
    },
  ])
  expect(told).toEqual([['c failed', 'a complete']])
})
