import { hasMinorVersions, streamVersion } from '../stream-version.ts'
import type { Block } from '../blocks.ts'
import type { ExpansionRules, KnownBuild } from '../universe.ts'

/** That one of several builds must be there, if its owner is. */
export interface Rule {
  /** The index of the build that requires it; `submission` for the block that is solved. */
  owner: number
  /** What is asked for, for people. */
  wanted: Wanted
  /** Indexes of builds, ascending. */
  providers: readonly number[]
}

/** A module and the streams that will do; none means any. */
export interface Wanted {
  name: string
  streams: readonly string[]
}

/** The owner of what a submission requires itself. */
export const submission = -1

/**
 * What the builds require of each other, as upstream tells it to libsolv: of several blocks one, of a block everything.
 * In conjunctive form, where each rule is a choice.
 */
export function rulesOf(builds: readonly KnownBuild[], rules: ExpansionRules): Rule[] {
  const providers = new Providers(builds, rules)
  return builds.flatMap((build, owner) => {
    const blocks = build.requires.filter((block) => block.size > 0)
    const alternatives = blocks.map((block) =>
      [...block].map(([name, streams]) => ({
        wanted: { name, streams },
        providers: providers.of(name, streams, build.baseStreams.get(name), 'at least'),
      })),
    )
    return conjunction(alternatives).map((clause) => ({ owner, ...clause }))
  })
}

/** What a submission's block requires for building: a rule for each name. */
export function rulesOfBlock(
  { buildrequires }: Block,
  builds: readonly KnownBuild[],
  rules: ExpansionRules,
): Rule[] {
  const providers = new Providers(builds, rules)
  return [...buildrequires].map(([name, streams]) => ({
    owner: submission,
    wanted: { name, streams },
    providers: providers.of(name, streams, undefined, 'exactly'),
  }))
}

/** Finds the builds that provide a requirement. */
class Providers {
  readonly #builds: readonly KnownBuild[]
  readonly #rules: ExpansionRules
  readonly #byName = new Map<string, number[]>()
  readonly #known = new Map<string, readonly number[]>()

  constructor(builds: readonly KnownBuild[], rules: ExpansionRules) {
    this.#builds = builds
    this.#rules = rules
    for (const [index, { name }] of builds.entries()) {
      const same = this.#byName.get(name)
      if (same === undefined) this.#byName.set(name, [index])
      else same.push(index)
    }
  }

  /** @param builtOn the stream of the base that the owner was built on, whose version counts */
  of(
    name: string,
    streams: readonly string[],
    builtOn: string | undefined,
    comparison: 'at least' | 'exactly',
  ): readonly number[] {
    const key = JSON.stringify([name, streams, builtOn, comparison])
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const found = (this.#byName.get(name) ?? []).filter(
      (index) =>
        streams.length === 0 ||
        streams.some((stream) => this.#provides(this.#builds[index], stream, builtOn, comparison)),
    )
    this.#known.set(key, found)
    return found
  }

  #provides(
    build: KnownBuild | undefined,
    stream: string,
    builtOn: string | undefined,
    comparison: 'at least' | 'exactly',
  ): boolean {
    if (build === undefined) return false
    const { baseModules, streamSuffixes } = this.#rules
    const isBase = baseModules.includes(build.name)
    if (build.stream !== stream && !(isBase && build.virtualStreams.includes(stream))) return false
    const required = builtOn ?? stream
    // Only bases with minor versions are compared by them.
    if (!isBase || !hasMinorVersions(required, streamSuffixes)) return true
    const wanted = streamVersion(required, streamSuffixes)
    const has = streamVersion(build.stream, streamSuffixes) || Number(build.version)
    return comparison === 'exactly' ? has === wanted : has >= wanted
  }
}

type Clause = Omit<Rule, 'owner'>

/** One of several blocks holds: then one of each choice of one requirement per block holds. */
function conjunction(blocks: readonly (readonly Clause[])[]): Clause[] {
  const [first, ...others] = blocks
  if (first === undefined) return []
  return others.reduce<Clause[]>(
    (clauses, block) =>
      clauses.flatMap((clause) =>
        block.map((other) => ({
          wanted: clause.wanted,
          providers: union(clause.providers, other.providers),
        })),
      ),
    [...first],
  )
}

function union(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].sort((left, right) => left - right)
}
