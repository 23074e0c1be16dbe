import { clausesOf } from './clauses.ts'
import { TooManyChoices } from './too-many-choices.ts'
import { hasMinorVersions, streamVersion } from '../stream-version.ts'
import type { Block } from '../blocks.ts'
import type { ExpansionRules, KnownBuild } from '../universe.ts'

/** If the owner is chosen, one of several builds must be chosen too. */
export interface Rule {
  /** The index of the build that requires it; `submission` for the block to be solved. */
  owner: number
  /** The requirement, for people. */
  wanted: Wanted
  /** Indexes of builds, ascending. */
  providers: readonly number[]
}

/** A module and its allowed streams; an empty list allows any stream. */
export interface Wanted {
  name: string
  streams: readonly string[]
}

/** The owner of the submission's own requirements. */
export const submission = -1

/**
 * Returns the requirements between builds, as upstream gives them to libsolv: one of several blocks, and everything in
 * that block. The rules are in conjunctive form: each rule is a choice.
 *
 * @throws TooManyChoices
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
    const clauses = clausesOf(alternatives)
    if (clauses === undefined)
      throw new TooManyChoices(`${build.name}:${build.stream} leaves too many choices`)
    return clauses.map((clause) => ({ owner, ...clause }))
  })
}

/** Returns the build requirements of a submission's block: a rule for each name. */
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

  /** @param builtOn the stream of the base module on which the owner was built; its version is compared */
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
    // Only base modules with minor versions are compared by them.
    if (!isBase || !hasMinorVersions(required, streamSuffixes)) return true
    const wanted = streamVersion(required, streamSuffixes)
    const has = streamVersion(build.stream, streamSuffixes) || Number(build.version)
    return comparison === 'exactly' ? has === wanted : has >= wanted
  }
}
