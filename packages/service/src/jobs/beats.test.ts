import { expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { Beats, type Beat } from './beats.ts'
import { Readers } from './wakes.ts'

/** A clock whose time the test passes. */
class PassedClock implements Clock {
  private time = 0
  private timers: { at: number; work: () => void }[] = []

  now(): Date {
    return new Date(this.time)
  }

  elapsed(): number {
    return this.time
  }

  schedule(milliseconds: number, work: () => void): () => void {
    const timer = { at: this.time + milliseconds, work }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((one) => one !== timer)
    }
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      const [next] = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.time = next.at
      this.timers = this.timers.filter((one) => one !== next)
      next.work()
    }
    this.time = end
  }
}

function begun(beat: Partial<Beat>) {
  const clock = new PassedClock()
  const readers = new Readers()
  const failures: unknown[] = []
  const times: number[] = []
  const beats = new Beats(clock, readers, (error) => failures.push(error))
  const made = beats.begin({
    name: 'test',
    intervalMs: 1000,
    run: () => Promise.resolve(void times.push(clock.elapsed())),
    ...beat,
  })
  return { clock, readers, failures, times, beats, ...made }
}

test('a beat runs again after its interval, and after a failure too', async () => {
  const { clock, times } = begun({})
  await clock.pass(3500)
  expect(times).toEqual([1000, 2000, 3000])
  const failing = begun({ run: () => Promise.reject<undefined>(new Error('no')) })
  await failing.clock.pass(2500)
  expect(failing.failures).toHaveLength(2)
  const hasty = begun({ run: () => Promise.reject<undefined>(new Error('no')), retryMs: 100 })
  await hasty.clock.pass(1250)
  expect(hasty.failures).toHaveLength(3)
})

test('commits wake a beat at once, and its interval begins anew', async () => {
  const { clock, times, readers } = begun({ wokenBy: 'messages' })
  await clock.pass(300)
  readers.wake('waits')
  readers.wake('messages')
  readers.wake('messages')
  await clock.pass(1500)
  expect(times).toEqual([300, 1300])
})

test('a wake during a run makes the beat run once more', async () => {
  const times: number[] = []
  const held = Promise.withResolvers<undefined>()
  const { clock, readers } = begun({
    wokenBy: 'waits',
    run: async () => {
      times.push(times.length)
      if (times.length === 1) await held.promise
    },
  })
  await clock.pass(1000)
  for (let count = 0; count < 3; count++) readers.wake('waits')
  held.resolve(undefined)
  await clock.pass(500)
  expect(times).toEqual([0, 1])
})

test('a run decides about a shorter pause, and a beat without interval runs when it is first asked to', async () => {
  const times: number[] = []
  let left = 2
  const { clock, runIn, beats } = begun({
    intervalMs: Infinity,
    run: () => {
      times.push(clock.elapsed())
      return Promise.resolve(left-- > 0 ? 100 : undefined)
    },
  })
  await clock.pass(5000)
  expect(times).toEqual([])
  runIn(400)
  runIn(200)
  runIn(900)
  await clock.pass(5000)
  expect(times).toEqual([5200, 5300, 5400])
  runIn(10)
  await beats.stop()
  await clock.pass(5000)
  expect(times).toHaveLength(3)
})
