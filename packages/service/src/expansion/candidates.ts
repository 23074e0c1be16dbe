import type { Block, StreamChoices } from './blocks.ts'
import { expandStreams, type Ambiguity } from './blocks.ts'
import { nsvcOf, type ExpansionRules, type KnownBuild, type Universe } from './universe.ts'

/** A required stream that has no build on the base modules in question. */
export interface Missing {
  name: string
  stream: string
  /** `N:S` of the module that requires it; empty for the submission itself. */
  neededBy: string
}

/** All builds that a submission may be built against, in the order in which they are found. */
export interface Candidates {
  builds: KnownBuild[]
  /** The same builds by `N:S`. */
  streams: ReadonlyMap<string, readonly KnownBuild[]>
  missing: Missing[]
  ambiguous: Ambiguity[]
}

/**
 * Gathers the candidates: the base modules, all contexts of the newest builds on them of the modules that the blocks
 * require, the modules that these require at run time, and so on (upstream: get_mmds_required_by_module_recursively). A
 * stream without any build is missing even if another stream of the list has one, as in upstream: an author who names a
 * stream wants that stream.
 */
export function gatherCandidates(
  blocks: readonly Block[],
  bases: { ready: readonly KnownBuild[]; all: readonly KnownBuild[] },
  universe: Universe,
  rules: ExpansionRules,
  choices: StreamChoices,
): Candidates {
  const found = new Map<string, KnownBuild[]>()
  const candidates: Candidates = { builds: [], streams: found, missing: [], ambiguous: [] }
  for (const base of bases.ready) found.set(`${base.name}:${base.stream}`, [base])
  const require = (name: string, stream: string, neededBy: string): KnownBuild[] => {
    if (rules.baseModules.includes(name)) return []
    const key = `${name}:${stream}`
    const known = found.get(key)
    if (known !== undefined) return []
    const builds = uniqueBuilds(bases.all.flatMap((base) => universe.newestOn(name, stream, base)))
    found.set(key, builds)
    if (builds.length === 0) candidates.missing.push({ name, stream, neededBy })
    return builds
  }
  const direct = blocks.flatMap(({ buildrequires }) =>
    [...buildrequires].flatMap(([name, streams]) => streams.flatMap((stream) => require(name, stream, ''))),
  )
  if (choices.refuseAmbiguous === true)
    candidates.ambiguous.push(...ambiguities(direct, universe, rules, choices))
  // The search is depth first, as upstream's: the order decides which build is taken when several fit.
  const open = [...bases.ready, ...direct].flatMap(requirementsOf).reverse()
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { requires, neededBy } = next
    const builds = [...requires].flatMap(([name, streams]) =>
      streams.flatMap((stream) => require(name, stream, neededBy)),
    )
    open.push(...builds.flatMap(requirementsOf).reverse())
  }
  candidates.builds = [...found.values()].flat()
  return candidates
}

function requirementsOf({ name, stream, requires: blocks }: KnownBuild) {
  return blocks.map((requires) => ({ requires, neededBy: `${name}:${stream}` }))
}

/**
 * Returns the modules for which a directly required module leaves a choice of streams. They matter only when the
 * service must not choose.
 */
function ambiguities(
  direct: readonly KnownBuild[],
  universe: Universe,
  rules: ExpansionRules,
  choices: StreamChoices,
): Ambiguity[] {
  return direct.flatMap(({ requires }) =>
    requires.flatMap((block) =>
      [...block].flatMap(([name, streams]) => {
        if (rules.baseModules.includes(name) || streams.length < 2) return []
        const expanded = expandStreams(name, streams, universe, choices)
        return Array.isArray(expanded) ? [] : [expanded]
      }),
    ),
  )
}

function uniqueBuilds(builds: readonly KnownBuild[]): KnownBuild[] {
  return [...new Map(builds.map((build) => [nsvcOf(build), build])).values()]
}
