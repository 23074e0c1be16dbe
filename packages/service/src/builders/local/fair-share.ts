/** An attempt that wants a place, or has one. */
export interface Claim {
  id: number
  /** The owner of its module build. */
  owner: string
  /** The tag of the module build. */
  module: string
  /** Expected duration; null if unknown. */
  seconds: number | null
}

/** An attempt that has had a place since this time, in milliseconds. */
export interface RunningClaim extends Claim {
  since: number
}

/**
 * Orders attempts by the sequence in which they get a place. The owner with the fewest running attempts comes first.
 * Within an owner it is the module with the fewest running attempts, then the oldest attempt. So neither a user with
 * many modules nor a module with many components delays others.
 */
export function fairOrder<T extends Claim>(queued: readonly T[], running: readonly Claim[]): T[] {
  const owners = new Map<string, number>()
  const modules = new Map<string, number>()
  const count = (counts: Map<string, number>, key: string) => counts.get(key) ?? 0
  const place = ({ owner, module }: Claim) => {
    owners.set(owner, count(owners, owner) + 1)
    modules.set(module, count(modules, module) + 1)
  }
  for (const claim of running) place(claim)
  const waiting = [...queued]
  const order: T[] = []
  while (waiting.length > 0) {
    const next = waiting.reduce((first, claim) => {
      const byOwner = count(owners, claim.owner) - count(owners, first.owner)
      const byModule = count(modules, claim.module) - count(modules, first.module)
      const difference = byOwner === 0 ? (byModule === 0 ? claim.id - first.id : byModule) : byOwner
      return difference < 0 ? claim : first
    })
    waiting.splice(waiting.indexOf(next), 1)
    place(next)
    order.push(next)
  }
  return order
}

/**
 * Returns after how many seconds each attempt gets its place, if all durations are as expected. Undefined from the
 * first attempt on that must wait for an attempt of unknown duration.
 *
 * @param now in milliseconds
 */
export function expectedStarts(
  order: readonly Claim[],
  running: readonly RunningClaim[],
  places: number,
  now: number,
): (number | undefined)[] {
  const left = ({ seconds, since }: RunningClaim) =>
    seconds === null ? undefined : Math.max(0, seconds - (now - since) / 1000)
  // The time when each place becomes free. An attempt of unknown duration never frees its place.
  const free = running.map((claim) => left(claim) ?? Infinity)
  while (free.length < places) free.push(0)
  return order.map(({ seconds }) => {
    free.sort((a, b) => a - b)
    const start = free.shift() ?? Infinity
    free.push(seconds === null ? Infinity : start + seconds)
    return start === Infinity ? undefined : start
  })
}
