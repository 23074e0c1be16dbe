import { submission, type Rule } from './rules.ts'
import { Search } from './search.ts'
import { TooManyChoices } from './too-many-choices.ts'
import type { KnownBuild } from '../universe.ts'

/**
 * Returns every way in which a block can be built: one for each combination of streams of its direct requirements, with
 * the builds that are least far behind the newest ones (upstream: MMDResolver.solve). The search follows the
 * consequences of each choice; it does not try the product.
 *
 * @param limit maximum number of builds of the document, and how many of them this block may make
 * @returns for each combination the indexes of its builds; undefined when the block can never be built
 * @throws TooManyChoices
 */
export function combinationsOf(
  builds: readonly KnownBuild[],
  rules: readonly Rule[],
  preference: (open: readonly number[]) => number[],
  copies: ReadonlyMap<string, number>,
  limit: { document: number; block: number },
): number[][] | undefined {
  const search = new Search(
    builds.map(({ name }) => name),
    rules,
    preference,
  )
  const direct = rules.filter(({ owner }) => owner === submission)
  const ranks = ranksOf(builds, copies)
  const byName = Map.groupBy(builds.keys(), (build) => builds[build]?.name)
  const found: number[][] = []
  if (search.begin()) byStreams(0)
  if (found.length > 0) return found
  // Upstream tries no combination at all if one requirement has no provider; then it reports no problem either.
  return direct.some(({ providers }) => providers.length === 0) ? [] : undefined

  /** Decides the stream of one requirement after the other. */
  function byStreams(position: number): void {
    const rule = direct[position]
    if (rule === undefined) {
      const best = bestBuilds(search, direct, ranks)
      if (best !== undefined) found.push(best)
      if (found.length > limit.block)
        throw new TooManyChoices(`the requirements stand for more than ${limit.document} builds`)
      return
    }
    const streams = Map.groupBy(rule.providers, (build) => builds[build]?.stream)
    for (const same of streams.values()) {
      search.count()
      const mark = search.mark()
      const others = (byName.get(rule.wanted.name) ?? []).filter((build) => !same.includes(build))
      if (search.exclude(others)) byStreams(position + 1)
      search.undo(mark)
    }
  }
}

/** Returns the builds of the chosen streams that together are the newest; the first of equal ones. */
function bestBuilds(search: Search, direct: readonly Rule[], ranks: readonly number[]): number[] | undefined {
  let best: { builds: number[]; rank: number } | undefined
  const start = search.mark()
  choose(0)
  search.undo(start)
  return best?.builds

  function choose(position: number): void {
    if (best !== undefined && leastRank() >= best.rank) return
    const rule = direct[position]
    if (rule === undefined) {
      const mark = search.mark()
      if (search.complete()) {
        const builds = search.chosen()
        const rank = sumOf(builds)
        if (best === undefined || rank < best.rank) best = { builds, rank }
      }
      search.undo(mark)
      return
    }
    const able = rule.providers.filter((build) => !search.isExcluded(build))
    for (const build of able) {
      search.count()
      const mark = search.mark()
      if (search.choose(build)) choose(position + 1)
      search.undo(mark)
    }
  }

  /**
   * Returns the lowest possible rank: the sum of the chosen builds and of the newest remaining build of each open
   * requirement.
   */
  function leastRank(): number {
    const least = direct.map(({ providers }) =>
      providers.some((build) => !search.isOpen(build) && !search.isExcluded(build))
        ? 0
        : Math.min(...providers.filter((build) => search.isOpen(build)).map(rankOf)),
    )
    return sumOf(search.chosen()) + least.reduce((sum, rank) => sum + rank, 0)
  }

  function sumOf(builds: readonly number[]): number {
    return builds.reduce((sum, build) => sum + rankOf(build), 0)
  }

  function rankOf(build: number): number {
    return ranks[build] ?? 0
  }
}

/**
 * Returns how far each build is behind the newest one of its stream: its place in upstream's list of the stream. Higher
 * versions come first in the list, and upstream lists each build as often as `copies` says.
 */
function ranksOf(builds: readonly KnownBuild[], copies: ReadonlyMap<string, number>): number[] {
  const ranks: number[] = Array.from(builds, () => 0)
  const streams = Map.groupBy(builds.keys(), (build) => `${builds[build]?.name}:${builds[build]?.stream}`)
  for (const [stream, same] of streams) {
    const newestFirst = same.sort((a, b) => compareVersions(builds[b], builds[a]))
    for (const build of newestFirst) {
      const order = (other: number) => compareVersions(builds[other], builds[build])
      const newer = newestFirst.filter((other) => order(other) > 0).length
      const before = newestFirst.indexOf(build) - newer
      ranks[build] = newer * (copies.get(stream) ?? 1) + before
    }
  }
  return ranks
}

function compareVersions(a: KnownBuild | undefined, b: KnownBuild | undefined): number {
  const [left, right] = [a?.version ?? 0n, b?.version ?? 0n]
  return left < right ? -1 : left > right ? 1 : 0
}
