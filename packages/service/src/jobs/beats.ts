import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { asInfraError } from '../errors.ts'

/** What is done again and again by every process that has the role for it. */
export interface Beat {
  name: string
  intervalMs: number
  run(): Promise<void>
}

/** Does beats, each of them once at a time: the pause begins when it has ended. One that fails is logged. */
export class Beats {
  private readonly clock: Clock
  private readonly log: Logger
  private readonly scheduled = new Set<() => void>()
  private readonly beating = new Set<Promise<void>>()
  private stopping = false

  constructor(parts: { clock: Clock; log: Logger }) {
    this.clock = parts.clock
    this.log = parts.log
  }

  /** @param afterMs so long before the first time */
  begin(beat: Beat, afterMs = beat.intervalMs): void {
    if (this.stopping) return
    const callOff = this.clock.schedule(afterMs, () => {
      this.scheduled.delete(callOff)
      const beating = beat
        .run()
        .catch((error: unknown) =>
          this.log[asInfraError(error) === undefined ? 'error' : 'warn'](
            { err: error, beat: beat.name },
            'a beat failed',
          ),
        )
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
    this.stopping = true
    for (const callOff of this.scheduled) callOff()
    await Promise.allSettled(this.beating)
  }
}
