import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { databaseOfFile } from '../../test/support/database.ts'
import { systemClock } from '../clock.ts'
import { inTransaction } from '../database/index.ts'
import { AwayError } from '../errors.ts'
import { Metrics } from '../telemetry/index.ts'
import {
  Readers,
  awayLookout,
  cancelEffects,
  deleteWaits,
  effectsOf,
  Engine,
  insertWait,
  waitsOf,
  type Lookout,
  type Waker,
} from './index.ts'
import { ListQueue } from './list-queue.testing.ts'

const database = databaseOfFile()

/** Returns an engine whose only kind of effect needs a backend that is unavailable. */
async function waiting(id: number, perform: () => Promise<void>, lookout: (engine: Engine) => Lookout) {
  const queue = new ListQueue()
  const retries = { attemptsMax: 3, pauseSecondsMax: 1 }
  const log = pino({ level: 'silent' })
  const wakes = new Readers()
  const engine = new Engine({
    database: database(),
    queue,
    clock: systemClock,
    log,
    metrics: new Metrics(),
    retries,
    wakes,
  })
  const subject = { kind: 'thing', id }
  const known = lookout(engine)
  engine.use({
    lifeCycles: [
      {
        kind: 'thing',
        lock: () => Promise.resolve({}),
        turn: () => Promise.resolve({ wasParked: false }),
        unfinished: () => Promise.resolve([]),
      },
    ],
    effects: [{ kind: 'ask', perform: () => perform().then(() => () => Promise.resolve()) }],
    // The test looks; the beat must not.
    lookouts: [{ ...known, intervalMs: 3_600_000 }],
    beats: [],
  })
  await engine.start()
  await inTransaction(database(), 'enqueue', (tx) =>
    engine.enqueue(tx, subject, [{ key: 'ask', kind: 'ask', payload: {} }], new Date()),
  )
  return {
    subject,
    work: () => queue.work(),
    look: async () => {
      const waits = await waitsOf(database(), [subject])
      const news = await known.look(waits)
      for (const [wait, learnt] of news)
        await inTransaction(database(), 'news', async (tx) => {
          await sql`delete from waits where id = ${wait}`.execute(tx)
          if ('over' in learnt) await learnt.over(tx, new Date())
        })
      return news.size
    },
    effect: async () => (await effectsOf(database(), subject))[0],
    wake: (waker: Waker) => wakes.wake(waker),
    enqueue: engine.enqueue.bind(engine),
    stop: () => engine.stop(),
  }
}

test('who waits for somebody that is away goes on once they answer, and has spent no attempt', async () => {
  let isAway = true
  const perform = () => (isAway ? Promise.reject(new AwayError('hub', 'away')) : Promise.resolve())
  const house = await waiting(1, perform, (engine) =>
    awayLookout(engine, 'hub', () => Promise.resolve(!isAway)),
  )
  await house.work()
  for (let look = 0; look < 5; look++) expect(await house.look()).toBe(0)
  isAway = false
  expect(await house.look()).toBe(1)
  await house.work()
  expect(await house.effect()).toMatchObject({ state: 'done', attempt: 2, attempts_forgiven: 1 })
  await house.stop()
})

test('whoever answers, and is away for one effect all the same, does not hold it for ever', async () => {
  // Each attempt needs another repository of the host.
  let places = 0
  const house = await waiting(
    2,
    () => Promise.reject(new AwayError('dist-git', 'away', `https://a/${++places}`)),
    (engine) => awayLookout(engine, 'dist-git', () => Promise.resolve(true)),
  )
  let looks = 0
  for (; looks < 20 && (await house.effect())?.state === 'queued'; looks++) {
    await house.work()
    await house.look()
  }
  expect(await house.effect()).toMatchObject({
    state: 'failed',
    blame: 'infra',
    error: 'dist-git: away (after 3 attempts)',
  })
  expect(looks).toBeLessThan(10)
  await house.stop()
})

test('the hub and the store of artifacts are waited for, whatever they answer in between', async () => {
  const house = await waiting(
    5,
    () => Promise.reject(new AwayError('artifact store', 'there is no room for this one')),
    (engine) => awayLookout(engine, 'artifact store', () => Promise.resolve(true)),
  )
  for (let looks = 0; looks < 20; looks++) {
    await house.work()
    await house.look()
  }
  expect(await house.effect()).toMatchObject({ state: 'queued', attempt: 21, attempts_forgiven: 20 })
  await house.stop()
})

test('of the places of one host another one is asked at each look', async () => {
  const asked: string[] = []
  const lookout = awayLookout({ goOn: () => Promise.resolve() }, 'dist-git', (place) =>
    Promise.resolve(asked.push(place) > 2 && place.endsWith('well')),
  )
  const waits = ['https://a/broken', 'https://a/well', 'https://b/well'].map((place, id) => ({
    ...{
      id,
      subject: 'thing:3',
      key: `effect:${id}`,
      kind: 'away dist-git',
      external_id: place,
      sentence: '',
    },
    ...{ since: new Date(), next_look: new Date() },
  }))
  const ids: number[][] = []
  for (let look = 0; look < 3; look++) ids.push([...(await lookout.look(waits)).keys()])
  // Each look asks each host once, and all effects that wait for the host go on together.
  expect(asked).toHaveLength(6)
  expect(new Set(asked.filter((place) => place.startsWith('https://a')))).toEqual(
    new Set(['https://a/broken', 'https://a/well']),
  )
  expect(ids.flat()).toContain(0)
})

test('the end of a subject keeps what its last effects wait for, and nothing else', async () => {
  const house = await waiting(
    4,
    () => Promise.reject(new AwayError('hub', 'away')),
    (engine) => awayLookout(engine, 'hub', () => Promise.resolve(false)),
  )
  await house.work()
  const { subject } = house
  const wait = { kind: 'component', externalId: '1', sentence: 'it runs', nextLook: new Date() }
  await inTransaction(database(), 'end', async (tx) => {
    await insertWait(tx, subject, { ...wait, key: 'component:1:1' }, new Date())
    await cancelEffects(tx, subject, new Date(), 'ask')
    await deleteWaits(tx, subject)
  })
  expect((await waitsOf(database(), [subject])).map(({ kind }) => kind)).toEqual(['away hub'])
  await inTransaction(database(), 'end', async (tx) => {
    await cancelEffects(tx, subject, new Date())
    await deleteWaits(tx, subject)
  })
  expect(await waitsOf(database(), [subject])).toEqual([])
  await house.stop()
})

test('an effect that has ended while it was performed is not set aside', async () => {
  const subject = { kind: 'thing', id: 6 }
  const perform = async () => {
    await inTransaction(database(), 'cancel', (tx) => cancelEffects(tx, subject, new Date()))
    throw new AwayError('hub', 'away')
  }
  const house = await waiting(6, perform, (engine) => awayLookout(engine, 'hub', () => Promise.resolve(true)))
  await house.work()
  expect((await house.effect())?.state).toBe('canceled')
  expect(await waitsOf(database(), [subject])).toEqual([])
  await house.stop()
})

test('an event wakes a look at waits that are not due yet', async () => {
  let isAway = true
  let looks = 0
  const perform = () => (isAway ? Promise.reject(new AwayError('hub', 'away')) : Promise.resolve())
  const house = await waiting(14, perform, (engine) => {
    const lookout = awayLookout(engine, 'hub', () => Promise.resolve(!isAway))
    const look: Lookout['look'] = (waits) => {
      looks++
      return lookout.look(waits)
    }
    return { ...lookout, look, wokenBy: 'ends of attempts' }
  })
  await house.work()
  house.wake('waits')
  await expect.poll(() => looks).toBe(1)
  isAway = false
  // The next look is due in an hour.
  house.wake('waits')
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(looks).toBe(1)
  house.wake('ends of attempts')
  await expect.poll(async () => (await house.effect())?.attempt).toBe(2)
  await house.stop()
})

test('more effects than one statement can insert are asked for at once', async () => {
  const subject = { kind: 'thing', id: 15 }
  const house = await waiting(
    15,
    () => Promise.resolve(),
    (engine) => awayLookout(engine, 'hub', () => Promise.resolve(true)),
  )
  const effects = Array.from({ length: 8000 }, (_, index) => ({ key: `${index}`, kind: 'ask', payload: {} }))
  await inTransaction(database(), 'enqueue', (tx) => house.enqueue(tx, subject, effects, new Date()))
  const keys = (await effectsOf(database(), subject)).map(({ key }) => key)
  expect(keys).toEqual(['ask', ...effects.map(({ key }) => key)])
  await house.stop()
})
