import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { sql } from 'kysely'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { connect, inTransaction, outsideTransactions } from '../database/index.ts'
import { keepsTheQueueContract } from './contract.testing.ts'
import { PgBossQueue } from './pg-boss-queue.ts'
import { Readers } from './wakes.ts'

/** A thread that ends in the middle of a job resembles a killed process: its connections close, its heartbeat stops. */
const dying = `
  const { parentPort, workerData } = require('node:worker_threads')
  import(workerData.file).then(async ({ PgBossQueue }) => {
    const queue = await PgBossQueue.open(workerData.url, () => undefined)
    const hang = () => { parentPort.postMessage('taken'); return new Promise(() => undefined) }
    await queue.start({ turns: hang, effects: hang }, { turns: 1, effects: 1 })
  })`

async function dieOverJob(url: string): Promise<void> {
  const file = path.join(import.meta.dirname, 'pg-boss-queue.ts')
  const worker = new Worker(dying, { eval: true, workerData: { url, file } })
  await new Promise((resolve) => worker.once('message', resolve))
  await worker.terminate()
}

test.concurrent(
  'a clock that is set back keeps no job waiting and no dead process alive',
  { timeout: 60_000 },
  async () => {
    const { url, drop } = await createDatabase()
    const database = connect(url)
    const queue = await PgBossQueue.open(url, () => undefined)
    const send = (key: string, startAfterMs?: number) =>
      inTransaction(database, 'send', (tx) =>
        queue.send(tx, 'effects', [
          { data: { key }, key, ...(startAfterMs === undefined ? {} : { startAfterMs }) },
        ]),
      )
    try {
      await send('taken')
      await dieOverJob(url)
      await send('later', 5000)
      // Setting the clock twelve hours back has the same result as moving all times twelve hours forward.
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      for (const [table, columns] of [
        ['job', ['start_after', 'heartbeat_on', 'created_on', 'started_on']],
        ['queue', ['monitor_claim_on', 'monitor_on', 'maintain_on']],
      ] as const)
        await client.query(
          `update pgboss.${table} set ${columns.map((one) => `${one} = ${one} + interval '12 hours'`).join(', ')}`,
        )
      await client.end()
      await queue.mendTimes(300)
      const seen: unknown[] = []
      const effects = (data: Record<string, unknown>) => Promise.resolve(void seen.push(data['key']))
      await queue.start({ turns: () => Promise.resolve(), effects }, { turns: 1, effects: 1 })
      while (seen.length < 2) await sleep(100)
      expect(seen.toSorted()).toEqual(['later', 'taken'])
    } finally {
      await queue.stop()
      await database.destroy()
      await drop()
    }
  },
)

keepsTheQueueContract('pg-boss', async () => {
  const { url, drop } = await createDatabase()
  const database = connect(url)
  const queues: PgBossQueue[] = []
  return {
    database,
    process: async () => {
      const queue = await PgBossQueue.open(url, () => undefined)
      queues.push(queue)
      return queue
    },
    dyingProcess: () => dieOverJob(url),
    until: async (holds) => {
      while (!holds()) await sleep(20)
    },
    pass: async (milliseconds) => {
      await sleep(milliseconds)
    },
    work: async (milliseconds) => {
      await sleep(milliseconds)
    },
    now: () => performance.now(),
    close: async () => {
      await Promise.all(queues.map((queue) => queue.stop()))
      await database.destroy()
      await drop()
    },
  }
})

test.concurrent('a job that a transaction sends for later does not run as a part of it', async () => {
  const { url, drop } = await createDatabase()
  const database = connect(url)
  const queue = await PgBossQueue.open(url, () => undefined)
  const guarded = outsideTransactions({ call: () => 'called' }, 'the object')
  try {
    const seen = Promise.withResolvers<string>()
    const effects = () =>
      Promise.resolve()
        .then(() => guarded.call())
        .then(seen.resolve, seen.reject)
    await queue.start({ turns: () => Promise.resolve(), effects }, { turns: 1, effects: 1 })
    await inTransaction(database, 'send', (tx) =>
      queue.send(tx, 'effects', [{ data: {}, key: 'later', startAfterMs: 500 }]),
    )
    expect(await seen.promise).toBe('called')
  } finally {
    await queue.stop()
    await database.destroy()
    await drop()
  }
})

test.concurrent(
  'commits of messages and waits wake the readers of every process, and other commits do not',
  async () => {
    const { url, drop } = await createDatabase()
    const database = connect(url, { mayAlwaysWrite: true })
    const queues = [
      await PgBossQueue.open(url, () => undefined),
      await PgBossQueue.open(url, () => undefined),
    ]
    try {
      const woken: string[] = []
      for (const [index, queue] of queues.entries()) {
        const readers = new Readers()
        for (const rows of ['messages', 'waits'] as const)
          readers.on(rows, () => woken.push(`${index} ${rows}`))
        await queue.announceTo(readers)
      }
      const insert = (table: 'messages' | 'waits') =>
        table === 'messages'
          ? sql`insert into messages (subject, revision, topic, body, created_at)
            values ('a:1', ${++revision}, 't', '{}', now()), ('a:1', ${++revision}, 't', '{}', now())`
          : sql`insert into waits (subject, key, kind, external_id, sentence, since, next_look)
            values ('a:1', 'k', 'kind', '', '', now(), now())`
      let revision = 0
      // Whoever begins to listen may have missed commits.
      await sleep(500)
      woken.length = 0
      await database.transaction().execute(async (tx) => {
        await insert('messages').execute(tx)
        await insert('messages').execute(tx)
        await sleep(300)
        expect(woken).toEqual([])
      })
      while (woken.length < 2) await sleep(20)
      await insert('waits').execute(database)
      while (woken.length < 4) await sleep(20)
      await sql`update waits set sentence = 'other'`.execute(database)
      await sleep(300)
      expect(woken.toSorted()).toEqual(['0 messages', '0 waits', '1 messages', '1 waits'])
    } finally {
      for (const queue of queues) await queue.stop()
      await database.destroy()
      await drop()
    }
  },
)

test.concurrent(
  'where notifications are swallowed, jobs are done and readers are woken within seconds',
  async () => {
    const { url, drop } = await createDatabase()
    const database = connect(url)
    const queue = await PgBossQueue.open(url, () => undefined)
    // As a pooler of transactions: it accepts LISTEN and passes nothing on.
    const { boss } = queue as unknown as { boss: { getDb(): { listen: unknown } } }
    boss.getDb().listen = () => Promise.resolve({ close: () => Promise.resolve() })
    try {
      const readers = new Readers()
      let woken = 0
      readers.on('waits', () => woken++)
      await queue.announceTo(readers)
      const seen: unknown[] = []
      const effects = (data: Record<string, unknown>) => Promise.resolve(void seen.push(data['key']))
      await queue.start({ turns: () => Promise.resolve(), effects }, { turns: 1, effects: 1 })
      await sleep(1500)
      for (const key of ['a', 'b', 'c']) {
        const began = performance.now()
        await inTransaction(database, 'send', (tx) => queue.send(tx, 'effects', [{ data: { key }, key }]))
        while (!seen.includes(key)) await sleep(20)
        expect(performance.now() - began).toBeLessThan(10_000)
      }
      expect(woken).toBeGreaterThan(0)
    } finally {
      await queue.stop()
      await database.destroy()
      await drop()
    }
  },
)

test.concurrent('a process that could not begin to listen tries again', async () => {
  const { url, drop } = await createDatabase()
  const database = connect(url, { mayAlwaysWrite: true })
  const errors: string[] = []
  const queue = await PgBossQueue.open(url, ({ message }) => errors.push(message))
  const { boss } = queue as unknown as {
    boss: { getDb(): { listen: (...args: unknown[]) => Promise<unknown> } }
  }
  const db = boss.getDb()
  const listen = db.listen.bind(db)
  let failures = 2
  db.listen = (...args) =>
    failures-- > 0 ? Promise.reject(new Error('too many clients already')) : listen(...args)
  try {
    const readers = new Readers()
    let woken = 0
    readers.on('waits', () => woken++)
    await queue.announceTo(readers)
    expect(woken).toBe(0)
    // Whoever begins to listen may have missed commits.
    while (woken === 0) await sleep(20)
    await sql`insert into waits (subject, key, kind, external_id, sentence, since, next_look)
      values ('a:1', 'k', 'kind', '', '', now(), now())`.execute(database)
    while (woken === 1) await sleep(20)
    expect(errors).toEqual(['too many clients already', 'too many clients already'])
  } finally {
    await queue.stop()
    await database.destroy()
    await drop()
  }
})
