import type { Clock } from '../clock.ts'

/** What is done again and again by every process that has the role for it. */
export interface Beat {
  name: string
  intervalMs: number
  /** @param signal aborted when the process stops: a long beat ends at its next resting place */
  run(signal: AbortSignal): Promise<void>
}

type OnFailure = (error: unknown, fields: Record<string, unknown>, sentence: string) => void

/** Does beats, each of them once at a time: the pause begins when it has ended. */
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

  /** @param afterMs so long before the first time */
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

  /** Begins none any more, and waits for those that run. */
  async stop(): Promise<void> {
    this.stopping.abort()
    for (const callOff of this.scheduled) callOff()
    await Promise.allSettled(this.beating)
  }
}
