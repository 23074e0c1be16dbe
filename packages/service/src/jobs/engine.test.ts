import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { databaseOfFile } from '../../test/support/database.ts'
import { systemClock, type Clock } from '../clock.ts'
import { inTransaction, type Tx } from '../database/index.ts'
import { Metrics } from '../telemetry/index.ts'
import { effectsOf, Engine, Readers, type Recorder } from './index.ts'
import { ListQueue } from './list-queue.testing.ts'
import { waits } from './store/index.ts'

const database = databaseOfFile()

/** News gather for a millisecond. Beats never run: a sweep would send jobs, too. */
const clock: Clock = {
  ...systemClock,
  schedule: (milliseconds, work) =>
    milliseconds === 1 ? systemClock.schedule(milliseconds, work) : () => undefined,
}

/** Returns an engine with one effect, which waits in the queue, and what its turns do. */
async function withEffect(id: number, record: Recorder, turn: (turns: number, tx: Tx) => Promise<void>) {
  const queue = new ListQueue()
  const engine = new Engine({
    ...{ database: database(), queue, clock, log: pino({ level: 'silent' }), metrics: new Metrics() },
    ...{ retries: { attemptsMax: 3, pauseSecondsMax: 1 }, wakes: new Readers() },
  })
  const subject = { kind: 'thing', id }
  let turns = 0
  engine.use({
    lifeCycles: [
      {
        kind: 'thing',
        lock: (_tx, number) => Promise.resolve(number === id ? {} : undefined),
        turn: async (tx) => {
          await turn(++turns, tx)
          return { wasParked: false }
        },
        unfinished: () => Promise.resolve([]),
      },
    ],
    effects: [{ kind: 'do', perform: () => Promise.resolve(record) }],
    lookouts: [],
    beats: [],
  })
  await engine.start()
  const wake = (one = subject) => inTransaction(database(), 'wake', (tx) => engine.wake(tx, one))
  await inTransaction(database(), 'enqueue', (tx) =>
    engine.enqueue(tx, subject, [{ key: 'do', kind: 'do', payload: {} }], new Date()),
  )
  return {
    queue,
    wake,
    turns: () => turns,
    states: async () => (await effectsOf(database(), subject)).map(({ kind, state }) => `${kind} ${state}`),
    stop: () => engine.stop(),
  }
}

const nothing = () => Promise.resolve()

test('news take their turn in one transaction, and without a job', async () => {
  const { queue, turns, states, stop } = await withEffect(1, nothing, nothing)
  await queue.work()
  expect([turns(), await states(), queue.sent]).toEqual([1, ['do done'], []])
  await stop()
})

test('news that have only begun a wait take no turn', async () => {
  const { queue, turns, states, stop } = await withEffect(2, () => Promise.resolve(waits), nothing)
  await queue.work()
  expect([turns(), await states(), queue.sent]).toEqual([0, ['do done'], []])
  await stop()
})

test('news are written though their turn fails; it is tried again, and a bug that stays parks it', async () => {
  const fails = (times: number) => (turns: number) =>
    turns <= times ? Promise.reject(new Error('a bug')) : Promise.resolve()
  const passing = await withEffect(3, nothing, fails(2))
  await passing.queue.work()
  expect(await passing.states()).toEqual(['do done'])
  expect(passing.queue.sent).toEqual([{ name: 'turns', data: { subject: 'thing:3' } }])
  await passing.queue.work()
  expect([passing.turns(), await passing.states()]).toEqual([3, ['do done']])
  await passing.stop()
  const staying = await withEffect(4, nothing, fails(Infinity))
  await staying.queue.work()
  await staying.queue.work()
  expect([staying.turns(), await staying.states()]).toEqual([3, ['do done', 'turn parked']])
  await staying.stop()
})

test('a connection that is lost in the turn after news costs the effect no attempt', async () => {
  const lost = await withEffect(7, nothing, async (turns, tx) => {
    if (turns > 1) return
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    await sql`select pg_terminate_backend(${rows[0]?.pid ?? 0})`.execute(database()).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await sql`select 1`.execute(tx)
  })
  await lost.queue.work()
  const [effect] = await effectsOf(database(), { kind: 'thing', id: 7 })
  expect(effect).toMatchObject({ state: 'done', attempt: 1, error: null })
  expect(lost.queue.sent).toEqual([{ name: 'turns', data: { subject: 'thing:7' } }])
  await lost.stop()
})

test('a turn of what does not exist does nothing', async () => {
  const { queue, wake, turns, states, stop } = await withEffect(5, nothing, nothing)
  queue.sent.splice(0)
  await wake({ kind: 'thing', id: 6 })
  await queue.work()
  expect([turns(), await states(), queue.sent]).toEqual([0, ['do queued'], []])
  expect(await effectsOf(database(), { kind: 'thing', id: 6 })).toEqual([])
  await stop()
})
