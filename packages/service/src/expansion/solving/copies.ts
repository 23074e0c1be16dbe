import type { Block } from '../blocks.ts'
import type { ExpansionRules, KnownBuild } from '../universe.ts'

/** The count stops at these limits: beyond them, upstream itself would not end, or would give up at such a depth. */
const visitsMax = 100_000
const depthMax = 900

/**
 * Counts how often upstream puts the builds of each stream into its pool: once each time it finds the stream, along
 * every path that leads there. More copies make older builds of a stream count as further behind the newest one. So the
 * copies decide between combinations of old and new builds.
 *
 * @param builds the builds of each stream (`N:S`), base modules first
 */
export function copiesOf(
  blocks: readonly Block[],
  builds: ReadonlyMap<string, readonly KnownBuild[]>,
  { baseModules }: ExpansionRules,
): Map<string, number> {
  const copies = new Map<string, number>()
  let visits = 0
  const streamsOf = (requires: ReadonlyMap<string, readonly string[]>) =>
    [...requires].flatMap(([name, streams]) =>
      baseModules.includes(name) ? [] : streams.map((stream) => `${name}:${stream}`),
    )
  const add = (stream: string): number => {
    const count = (copies.get(stream) ?? 0) + 1
    copies.set(stream, count)
    return count
  }
  const follow = (build: KnownBuild, depth: number) => {
    if (depth > depthMax) return
    for (const requires of build.requires) {
      const added = streamsOf(requires).map((stream) => ({ stream, count: add(stream) }))
      for (const { stream, count } of added)
        for (let copy = 0; copy < count && ++visits < visitsMax; copy++)
          for (const next of builds.get(stream) ?? []) follow(next, depth + 1)
    }
  }
  for (const { buildrequires } of blocks) for (const stream of streamsOf(buildrequires)) add(stream)
  for (const stream of [...builds.keys()].filter((one) => copies.has(one)))
    // Upstream's list grows during this loop.
    for (let copy = 0; copy < (copies.get(stream) ?? 0) && ++visits < visitsMax; copy++)
      for (const build of builds.get(stream) ?? []) follow(build, 0)
  return copies
}
