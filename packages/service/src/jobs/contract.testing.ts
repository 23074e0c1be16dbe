import { describe, expect, test } from 'vitest'
import { inTransaction, type Database } from '../database/index.ts'
import type { JobHandler, Queue, QueueName } from './queue.ts'

/** The parts that an implementation passes to the contract: one store of jobs, and processes on it. */
export interface QueueSubject {
  database: Database
  /** Opens another process on the same store. */
  process(): Promise<Queue>
  /** Starts a process that takes an `effects` job and dies in the middle of it; resolves when it is dead. */
  dyingProcess(): Promise<void>
  /** Lets time pass until the condition holds. */
  until(holds: () => boolean): Promise<void>
  /** Lets this much time pass, in the implementation's own time. */
  pass(milliseconds: number): Promise<void>
  /** For handlers: takes this long, in the implementation's own time. */
  work(milliseconds: number): Promise<void>
  /** The implementation's own time. */
  now(): number
  close(): Promise<void>
}

/** A subject, with what most tests do with it. */
interface Parts {
  subject: QueueSubject
  /** Opens a process with these handlers. */
  started: (handlers: Partial<Record<QueueName, JobHandler>>, slots?: number) => Promise<Queue>
  /** Sends one job in a transaction of its own. */
  send: (
    queue: Queue,
    job: QueueName,
    data: Record<string, unknown>,
    options?: { key?: string; startAfterMs?: number },
  ) => Promise<void>
}

function partsOf(subject: QueueSubject): Parts {
  return {
    subject,
    started: async (handlers, slots = 2) => {
      const queue = await subject.process()
      const nothing = () => Promise.resolve()
      await queue.start({ turns: nothing, effects: nothing, ...handlers }, { turns: slots, effects: slots })
      return queue
    },
    send: async (queue, job, data, options = {}) =>
      inTransaction(subject.database, 'send', (tx) =>
        queue.send(tx, job, [{ data, key: JSON.stringify(data), ...options }]),
      ),
  }
}

/** Defines the tests that every queue passes. */
export function keepsTheQueueContract(name: string, open: () => Promise<QueueSubject>): void {
  // Most of the time of these tests is waiting.
  describe.concurrent(`the ${name} queue keeps the contract`, () => {
    const holds = (sentence: string, work: (parts: Parts) => Promise<void>, timeout = 240_000) =>
      test(sentence, { timeout }, async () => {
        const subject = await open()
        try {
          await work(partsOf(subject))
        } finally {
          await subject.close()
        }
      })

    holds(
      'a job is handed out once its transaction has committed, with its data',
      async ({ subject, started }) => {
        const seen: unknown[] = []
        const queue = await started({ effects: (data) => Promise.resolve(void seen.push(data)) })
        await inTransaction(subject.database, 'send', async (tx) => {
          await queue.send(tx, 'effects', [{ data: { effect: 7 }, key: '7' }])
          await subject.pass(1000)
          expect(seen).toEqual([])
        })
        await subject.until(() => seen.length > 0)
        expect(seen).toEqual([{ effect: 7 }])
      },
    )

    holds(
      'a list of jobs is handed out, and those that wait already are not doubled',
      async ({ subject, started, send }) => {
        const queue = await subject.process()
        await send(queue, 'effects', { effect: 1 })
        const jobs = [1, 2, 3].map((effect) => ({ data: { effect }, key: JSON.stringify({ effect }) }))
        await inTransaction(subject.database, 'send', async (tx) => {
          await queue.send(tx, 'effects', jobs)
          await queue.send(tx, 'effects', [])
        })
        const seen: unknown[] = []
        await started({ effects: (data) => Promise.resolve(void seen.push(data['effect'])) })
        await subject.until(() => seen.length >= 3)
        await subject.pass(1000)
        expect(seen.toSorted()).toEqual([1, 2, 3])
      },
    )

    holds('a job of a transaction that was rolled back never existed', async ({ subject, started, send }) => {
      const seen: unknown[] = []
      const queue = await started({ effects: (data) => Promise.resolve(void seen.push(data['effect'])) })
      await expect(
        inTransaction(subject.database, 'send', async (tx) => {
          await queue.send(tx, 'effects', [{ data: { effect: 1 }, key: '1' }])
          throw new Error('no')
        }),
      ).rejects.toThrow('no')
      await send(queue, 'effects', { effect: 2 })
      await subject.until(() => seen.length > 0)
      await subject.pass(1000)
      expect(seen).toEqual([2])
    })

    holds(
      'of one key one effect waits or runs; once it is done another one may',
      async ({ subject, started, send }) => {
        const sender = await subject.process()
        const seen: unknown[] = []
        const held = Promise.withResolvers<undefined>()
        await started({
          effects: async (data) => {
            seen.push(data['effect'])
            if (data['effect'] === 'first') await held.promise
          },
        })
        await send(sender, 'effects', { effect: 'first' }, { key: 'a' })
        await subject.until(() => seen.length === 1)
        await send(sender, 'effects', { effect: 'second' }, { key: 'a' })
        await send(sender, 'effects', { effect: 'other' }, { key: 'b' })
        await subject.until(() => seen.includes('other'))
        held.resolve(undefined)
        await subject.pass(2000)
        expect(seen).toEqual(['first', 'other'])
        await send(sender, 'effects', { effect: 'third' }, { key: 'a' })
        await subject.until(() => seen.includes('third'))
      },
    )

    holds(
      'a job runs from when it is handed out until its handler has ended',
      async ({ subject, started, send }) => {
        const held = Promise.withResolvers<undefined>()
        let began = false
        const queue = await started({
          effects: async () => {
            began = true
            await held.promise
          },
        })
        const isRunning = (...keys: string[]) =>
          inTransaction(subject.database, 'ask', (tx) => queue.isRunning(tx, 'effects', keys))
        await send(queue, 'effects', { effect: 1 }, { key: 'later', startAfterMs: 60_000 })
        await send(queue, 'effects', { effect: 2 }, { key: 'a' })
        await subject.until(() => began)
        expect([await isRunning('a', 'b'), await isRunning('later'), await isRunning()]).toEqual([
          true,
          false,
          false,
        ])
        held.resolve(undefined)
        await subject.pass(1000)
        expect(await isRunning('a')).toBe(false)
      },
    )

    holds(
      'of one key one turn waits; while that is being done another one may wait',
      async ({ subject, started, send }) => {
        const sender = await subject.process()
        for (let count = 0; count < 3; count++) await send(sender, 'turns', { count }, { key: 'a' })
        await send(sender, 'turns', { count: 10 }, { key: 'b' })
        const seen: unknown[] = []
        const held = Promise.withResolvers<undefined>()
        await started({
          turns: async (data) => {
            seen.push(data['count'])
            if (data['count'] === 0) await held.promise
          },
        })
        await subject.until(() => seen.length === 2)
        await send(sender, 'turns', { count: 3 }, { key: 'a' })
        await subject.until(() => seen.includes(3))
        held.resolve(undefined)
        await subject.pass(2000)
        expect(seen.toSorted()).toEqual([0, 10, 3])
      },
    )

    holds('a job that throws is handed out again', async ({ subject, started, send }) => {
      let tries = 0
      const queue = await started({
        effects: () => {
          tries++
          return tries < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve()
        },
      })
      await send(queue, 'effects', { effect: 1 })
      await subject.until(() => tries === 3)
      await subject.pass(3000)
      expect(tries).toBe(3)
    })

    holds('a job that starts later waits as long', async ({ subject, started, send }) => {
      const seen: unknown[] = []
      const queue = await started({ effects: (data) => Promise.resolve(void seen.push(data['effect'])) })
      await send(queue, 'effects', { effect: 'later' }, { startAfterMs: 2500 })
      await send(queue, 'effects', { effect: 'now' })
      await subject.until(() => seen.length > 0)
      expect(seen).toEqual(['now'])
      await subject.until(() => seen.length > 1)
      expect(seen).toEqual(['now', 'later'])
    })

    holds(
      'no more run at a time than there are slots, and each job goes to one process',
      async ({ subject, started, send }) => {
        const seen: unknown[] = []
        let running = 0
        let most = 0
        const effects: JobHandler = async (data) => {
          running++
          most = Math.max(most, running)
          await subject.work(20)
          running--
          seen.push(data['effect'])
        }
        const queue = await started({ effects }, 1)
        await started({ effects }, 1)
        for (let effect = 0; effect < 10; effect++) await send(queue, 'effects', { effect })
        await subject.until(() => seen.length === 10)
        expect(new Set(seen).size).toBe(10)
        expect(most).toBeLessThanOrEqual(2)
      },
    )

    holds('stopping waits for what runs and hands out no more', async ({ subject, started, send }) => {
      const seen: string[] = []
      const held = Promise.withResolvers<undefined>()
      const queue = await started(
        {
          effects: async () => {
            seen.push('begin')
            await held.promise
            seen.push('end')
          },
        },
        1,
      )
      for (let effect = 0; effect < 2; effect++) await send(queue, 'effects', { effect })
      await subject.until(() => seen.length === 1)
      const stopped = queue.stop().then(() => seen.push('stopped'))
      held.resolve(undefined)
      await subject.until(() => seen.includes('stopped'))
      await stopped
      expect(seen).toEqual(['begin', 'end', 'stopped'])
    })

    holds(
      'what a dead process had taken is done by another one within 15 s',
      async ({ subject, started, send }) => {
        const seen: unknown[] = []
        const sender = await subject.process()
        await send(sender, 'effects', { effect: 1 })
        await subject.dyingProcess()
        const died = subject.now()
        await started({ effects: (data) => Promise.resolve(void seen.push(data['effect'])) })
        await subject.until(() => seen.length === 1)
        expect(subject.now() - died).toBeLessThan(15_000)
      },
      40_000,
    )
  })
}
