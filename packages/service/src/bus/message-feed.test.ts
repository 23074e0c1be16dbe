import { pino } from 'pino'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { connect, type Database } from '../database/index.ts'
import { Readers } from '../jobs/index.ts'
import { MessageFeed, type FedMessage } from './message-feed.ts'

let database: Database
let drop: () => Promise<void>
beforeAll(async () => {
  const own = await createDatabase()
  drop = own.drop
  database = connect(own.url, { mayAlwaysWrite: true })
})
afterAll(async () => {
  await database.destroy()
  await drop()
})

let revision = 0
const announce = (subject: string) =>
  sql`insert into messages (subject, revision, topic, body, created_at)
      values (${subject}, ${++revision}, 'module.state.change', '{}', '2026-01-01')`.execute(database)

const readers = new Readers()
const feedOf = (intervalMs: number) =>
  new MessageFeed({ database, log: pino({ level: 'silent' }), wakes: readers, intervalMs })

/** Returns the function that ends the listening. */
async function listen(feed: MessageFeed, listener: (message: FedMessage) => void): Promise<() => void> {
  const leaving = new AbortController()
  await feed.listen(listener, leaving.signal)
  return () => leaving.abort()
}

test('more messages than the feed reads at once are told at once, too', async () => {
  let told = 0
  const leave = await listen(feedOf(600_000), () => told++)
  await sql`insert into messages (subject, revision, topic, body, created_at)
    select 'many', n, 'module.state.change', '{}', '2026-01-01' from generate_series(1, 1200) n`.execute(
    database,
  )
  readers.wake('messages')
  await vi.waitFor(() => expect(told).toBe(1200), { timeout: 30_000 })
  leave()
})

test('whoever leaves while the database is unavailable leaves nothing running', async () => {
  const away = connect('postgres://127.0.0.1:1/none')
  const feed = new MessageFeed({
    ...{ database: away, log: pino({ level: 'silent' }), wakes: readers, intervalMs: 600_000 },
  })
  const leaving = new AbortController()
  const listening = feed.listen(() => undefined, leaving.signal)
  await new Promise((resolve) => setTimeout(resolve, 200))
  leaving.abort()
  // It resolves when the feed has ended.
  await listening
  await away.destroy()
})

test('a commit wakes the feed, however long its own pause is', async () => {
  const told: string[] = []
  const leave = await listen(feedOf(600_000), ({ subject }) => told.push(subject))
  for (const subject of ['first', 'second']) {
    await announce(subject)
    readers.wake('messages')
    await vi.waitFor(() => expect(told.at(-1)).toBe(subject), { timeout: 30_000 })
  }
  leave()
})

test('whoever begins to listen later is not told what was committed while nobody listened', async () => {
  const feed = feedOf(600_000)
  const leave = await listen(feed, () => undefined)
  leave()
  await announce('meanwhile')
  const told: string[] = []
  const leaveToo = await listen(feed, ({ subject }) => told.push(subject))
  await announce('later')
  readers.wake('messages')
  await vi.waitFor(() => expect(told.at(-1)).toBe('later'))
  expect(told).toEqual(['later'])
  leaveToo()
})

test('whoever listens is told of all that is committed from then on, once, and of nothing before', async () => {
  const feed = feedOf(20)
  await announce('before')
  const first: string[] = []
  const second: string[] = []
  const leave = await listen(feed, ({ subject }) => first.push(subject))
  // At once: the feed's next look must not take this message for an old one.
  await announce('one')
  const leaveToo = await listen(feed, ({ subject }) => second.push(subject))
  await announce('two')
  await vi.waitFor(() => expect(first).toEqual(['one', 'two']))
  leave()
  await announce('three')
  await vi.waitFor(() => expect(second.at(-1)).toBe('three'))
  expect(first).toEqual(['one', 'two'])
  leaveToo()
})

test('a transaction that commits after a later one is told too', async () => {
  const feed = feedOf(20)
  const told: string[] = []
  const leave = await listen(feed, ({ subject }) => told.push(subject))
  const late = Promise.withResolvers<undefined>()
  const early = database.transaction().execute(async (tx) => {
    await sql`insert into messages (subject, revision, topic, body, created_at)
      values ('early', 1, 'module.state.change', '{}', '2026-01-01')`.execute(tx)
    await late.promise
  })
  await announce('late')
  await vi.waitFor(() => expect(told).toEqual(['late']))
  late.resolve(undefined)
  await early
  await vi.waitFor(() => expect(told).toEqual(['late', 'early']))
  leave()
})
