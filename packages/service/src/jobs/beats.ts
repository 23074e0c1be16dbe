import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../clock.ts'
import type { Waker, Wakes } from './wakes.ts'

/** A job that every process with the scheduler role repeats at an interval. */
export interface Beat {
  name: string
  /** The pause after each run. */
  intervalMs: number
  /** The pause after a run that failed; without it, `intervalMs`. */
  retryMs?: number
  /** This makes it run at once; then the interval is only a safety net. */
  wokenBy?: Waker
  /**
   * @param signal aborted when the process stops: a long beat ends at its next safe place
   * @returns a shorter pause until the next run, in milliseconds; undefined for the interval
   */
  run(signal: AbortSignal): Promise<number | undefined> | Promise<void>
}

/** A beat that was begun. */
export interface Begun {
  /** Makes the beat run after this time, unless it runs earlier anyway. A running beat runs again. */
  runIn: (milliseconds: number) => void
}

/** Tells an error to the operator, with the fields of its log line. */
export type Report = (error: unknown, fields: Record<string, unknown>, sentence: string) => void

/** Runs beats. A beat never overlaps itself: its pause begins when it has ended. */
export class Beats {
  private readonly clock: Clock
  private readonly wakes: Wakes
  private readonly onFailure: Report
  private readonly scheduled = new Set<() => void>()
  private readonly beating = new Set<Promise<void>>()
  private readonly stopping = new AbortController()
  private readonly outside = AsyncLocalStorage.snapshot()

  constructor(clock: Clock, wakes: Wakes, onFailure: Report) {
    this.clock = clock
    this.wakes = wakes
    this.onFailure = onFailure
  }

  /** @param afterMs delay before the first run; infinite for a beat that runs only when it is asked to */
  begin(beat: Beat, afterMs = beat.intervalMs): Begun {
    let next: { at: number; callOff: () => void } | undefined
    let isRunning = false
    let again = Infinity
    const run = () => {
      isRunning = true
      again = Infinity
      const beating = beat
        .run(this.stopping.signal)
        .catch((error: unknown) => {
          this.onFailure(error, { beat: beat.name }, 'a beat failed')
          return beat.retryMs
        })
        .then((pause) => {
          this.beating.delete(beating)
          isRunning = false
          runIn(Math.min(again, pause ?? beat.intervalMs))
        })
      this.beating.add(beating)
    }
    const runIn = (milliseconds: number) => {
      if (this.stopping.signal.aborted || milliseconds === Infinity) return
      if (isRunning) {
        again = Math.min(again, milliseconds)
        return
      }
      const at = this.clock.elapsed() + milliseconds
      if (next !== undefined && next.at <= at) return
      next?.callOff()
      // Whoever wakes a beat may be in a transaction, of which the beat is no part.
      const callOff = this.outside(() =>
        this.clock.schedule(milliseconds, () => {
          this.scheduled.delete(callOff)
          next = undefined
          run()
        }),
      )
      next = {
        at,
        callOff: () => {
          this.scheduled.delete(callOff)
          callOff()
        },
      }
      this.scheduled.add(callOff)
    }
    if (beat.wokenBy !== undefined) this.wakes.on(beat.wokenBy, () => runIn(0))
    runIn(afterMs)
    return { runIn }
  }

  /** Begins no beat any more, and waits for the running ones. */
  async stop(): Promise<void> {
    this.stopping.abort()
    for (const callOff of this.scheduled) callOff()
    await Promise.allSettled(this.beating)
  }
}
