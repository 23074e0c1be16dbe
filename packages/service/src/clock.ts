/** The only place where real time comes from; everything else takes a clock or an instant as an argument. */
export interface Clock {
  now(): Date
  /** Does `work` once, that much later. Gives what calls it off. */
  schedule(milliseconds: number, work: () => void): () => void
}

export const systemClock: Clock = {
  now: () => new Date(),
  schedule: (milliseconds, work) => {
    const timer = setTimeout(work, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** The instant `milliseconds` after `from`. */
export function after(from: Date, milliseconds: number): Date {
  return new Date(from.getTime() + milliseconds)
}
