/** An attempt that wants a place, or has one. */
export interface Claim {
  id: number
  /** Whose module build it belongs to. */
  owner: string
  /** The tag of the module build. */
  module: string
  /** How long it is expected to take; null when nobody knows. */
  seconds: number | null
}

/** One that has its place since then, in milliseconds. */
export interface RunningClaim extends Claim {
  since: number
}

/**
 * The order in which attempts get a place: whoever has the fewest running comes next, of one owner the module with the
 * fewest running, and then the oldest. So neither a user with many modules nor a module with many components keeps others
 * waiting.
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
 * In how many seconds each attempt of an order gets its place, when everything takes as long as expected; undefined from
 * the first one on that waits for something of which nobody knows how long it takes.
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
  // When each place is free; what nobody knows is never.
  const free = running.map((claim) => left(claim) ?? Infinity)
  while (free.length < places) free.push(0)
  return order.map(({ seconds }) => {
    free.sort((a, b) => a - b)
    const start = free.shift() ?? Infinity
    free.push(seconds === null ? Infinity : start + seconds)
    return start === Infinity ? undefined : start
  })
}
