import type { Clock } from '../clock.ts'

/** A job that every process with the scheduler role repeats at an interval. */
export interface Beat {
  name: string
  intervalMs: number
  /** @param signal aborted when the process stops: a long beat ends at its next safe place */
  run(signal: AbortSignal): Promise<void>
}

type OnFailure = (error: unknown, fields: Record<string, unknown>, sentence: string) => void

/** Runs beats. A beat never overlaps itself: its pause begins when it has ended. */
export class Beats {
  private readonly clock: Clock
  private readonly onFailure: OnFailure
  private readonly scheduled = new Set<() => void>()
  private readonly beating = new Set<Promise<void>>()
  private readonly stopping = new AbortController()

  constructor(clock: Clock, onFailure: OnFailure) {
    this.clock = clock
    this.onFailure = onFailure
  }

  /** @param afterMs delay before the first run */
  begin(beat: Beat, afterMs = beat.intervalMs): void {
    if (this.stopping.signal.aborted) return
    const callOff = this.clock.schedule(afterMs, () => {
      this.scheduled.delete(callOff)
      const beating = beat
        .run(this.stopping.signal)
        .catch((error: unknown) => this.onFailure(error, { beat: beat.name }, 'a beat failed'))
        .finally(() => {
          this.beating.delete(beating)
          this.begin(beat)
        })
      this.beating.add(beating)
    })
    this.scheduled.add(callOff)
  }

  /** Begins no beat any more, and waits for the running ones. */
  async stop(): Promise<void> {
    this.stopping.abort()
    for (const callOff of this.scheduled) callOff()
    await Promise.allSettled(this.beating)
  }
}
