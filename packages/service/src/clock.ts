/** The only source of real time. All other code takes a clock or an instant as an argument. */
export interface Clock {
  now(): Date
  /** Milliseconds since some moment; changes of the machine's time do not change it. */
  elapsed(): number
  /** Runs `work` once, after this delay. Returns a function that cancels it. */
  schedule(milliseconds: number, work: () => void): () => void
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  schedule: (milliseconds, work) => {
    const timer = setTimeout(work, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** Returns the instant `milliseconds` after `from`. */
export function after(from: Date, milliseconds: number): Date {
  return new Date(from.getTime() + milliseconds)
}
