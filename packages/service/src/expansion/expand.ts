import { isDeepStrictEqual } from 'node:util'
import { computeContexts, type Contexts } from '@mbs/modulemd'
import { UserError } from '../errors.ts'
import {
  basesOf,
  expandStreams,
  type Ambiguity,
  type Bases,
  type Block,
  type StreamChoices,
} from './blocks.ts'
import { gatherCandidates, type Missing } from './candidates.ts'
import { combinationsOf } from './solving/combinations.ts'
import { copiesOf } from './solving/copies.ts'
import { explainBlock } from './solving/explain.ts'
import { preferenceOf } from './solving/preference.ts'
import { explainUnmet } from './solving/unmet.ts'
import { rulesOf, rulesOfBlock } from './solving/rules.ts'
import { TooManyChoices } from './solving/too-many-choices.ts'
import { upstreamRules, type ExpansionRules, type KnownBuild, type Universe } from './universe.ts'

/** One of the builds that a document makes. */
export interface Expansion extends Contexts {
  /** The index of the document's block that makes this build. */
  block: number
  /** The dependencies of this build: the document's other blocks, and this block with one stream for each module. */
  dependencies: Block[]
  /** All modules in the build root, by name, with base modules and modules that other modules require. */
  modules: KnownBuild[]
}

/** All builds that a document makes, and the reasons why some are impossible. */
export interface Expansions {
  expansions: Expansion[]
  /** Reasons why a block makes no build; they matter only if no other block does. */
  reasons: string[]
  /**
   * Reasons why combinations of streams that a block names make no build, while other combinations of it do; only with
   * `tellUnmet`.
   */
  unmet: string[]
}

/**
 * Returns all builds of a document's dependencies (upstream: generate_expanded_mmds): one for each combination of
 * streams that fits, with the contexts that upstream computes. They are in the order of the blocks, and then of names
 * and streams.
 *
 * @param options.buildsMax maximum number of builds that the document may make
 * @throws UserError (422) that names everything that is missing or does not fit, and the available alternatives
 */
export function expand(
  blocks: readonly Block[],
  universe: Universe,
  options: StreamChoices & { rules?: ExpansionRules; tellUnmet?: boolean; buildsMax?: number } = {},
): Expansions {
  const { rules = upstreamRules, tellUnmet = false, buildsMax = 10_000 } = options
  const expanded = expandBlocks(blocks, universe, options)
  const bases = basesOf(expanded, universe, rules)
  if (bases.ready.length === 0)
    throw new UserError(422, withoutBase(blocks, universe, rules), 'data.dependencies')
  const all = [...bases.ready, ...bases.garbage]
  const candidates = gatherCandidates(expanded, { ready: bases.ready, all }, universe, rules, options)
  refuseAmbiguous(candidates.ambiguous)
  if (candidates.missing.length > 0)
    throw new UserError(
      422,
      candidates.missing.map((missing) => describeMissing(missing, universe, bases)).join('; '),
      'data.dependencies',
    )
  const { builds } = candidates
  const own = withinBounds(() => rulesOf(builds, rules))
  const preference = preferenceOf(builds, rules)
  const copies = copiesOf(expanded, candidates.streams, rules)
  const result: Expansions = { expansions: [], reasons: [], unmet: [] }
  const problems: string[] = []
  for (const [index, block] of distinct(blocks, expanded)) {
    const wanted = rulesOfBlock(block, builds, rules)
    const combinations = withinBounds(() =>
      combinationsOf(builds, [...wanted, ...own], preference, copies, {
        document: buildsMax,
        block: buildsMax - result.expansions.length,
      }),
    )
    const explain = () => withinBounds(() => explainBlock(builds, wanted, own))
    if (combinations === undefined) problems.push(explain())
    else if (combinations.length === 0) result.reasons.push(explain())
    else if (tellUnmet)
      result.unmet.push(
        ...explainUnmet(
          { written: blocks[index] ?? block, expanded: block, combinations },
          builds,
          own,
          rules,
        ),
      )
    for (const combination of combinations ?? [])
      result.expansions.push(
        present(
          blocks,
          index,
          combination.flatMap((build) => builds[build] ?? []),
          rules,
        ),
      )
  }
  if (problems.length > 0) throw new UserError(422, problems.join('; '), 'data.dependencies')
  return result
}

function expandBlocks(blocks: readonly Block[], universe: Universe, choices: StreamChoices): Block[] {
  const ambiguous: Ambiguity[] = []
  const expandAll = (requirements: ReadonlyMap<string, readonly string[]>) =>
    new Map(
      [...requirements].map(([name, streams]) => {
        const expanded = expandStreams(name, streams, universe, choices)
        if (Array.isArray(expanded)) return [name, expanded]
        ambiguous.push(expanded)
        return [name, []]
      }),
    )
  const expanded = blocks.map(({ buildrequires, requires }) => ({
    requires: expandAll(requires),
    buildrequires: expandAll(buildrequires),
  }))
  refuseAmbiguous(ambiguous)
  return expanded
}

/**
 * Returns the expanded blocks without duplicates. A block is a duplicate if it is written like an earlier block or like
 * the expansion of an earlier block: it would make the same builds again. (Upstream loses its place among such blocks,
 * and sometimes fails.)
 */
function distinct(blocks: readonly Block[], expanded: readonly Block[]): [number, Block][] {
  return [...expanded.entries()].filter(([index]) => {
    const earlier = [...blocks.slice(0, index), ...expanded.slice(0, index)]
    return !earlier.some((other) => isDeepStrictEqual(other, blocks[index]))
  })
}

function present(
  blocks: readonly Block[],
  index: number,
  modules: KnownBuild[],
  rules: ExpansionRules,
): Expansion {
  const block = blocks[index]
  if (block === undefined) throw new Error(`there is no block ${index}`)
  const streams = new Map(modules.map(({ name, stream }) => [name, stream]))
  const one = (name: string) => [streams.get(name) ?? '']
  const buildrequires = new Map([...block.buildrequires.keys()].map((name) => [name, one(name)]))
  // A runtime requirement that is written like the build requirement means the same choice; other ones stay as written.
  const requires = new Map(
    [...block.requires].map(([name, wanted]) => {
      const same = sameSet(wanted, block.buildrequires.get(name))
      return [name, same ? one(name) : [...wanted]]
    }),
  )
  // Upstream keeps the other blocks and includes them in the contexts; clients know these contexts.
  const others = blocks.filter((other) => !isDeepStrictEqual(other, block))
  const dependencies = [...others, { buildrequires, requires }]
  const contexts = computeContexts({
    buildrequires: streams,
    requires: dependencies.map((one) => one.requires),
    baseModules: rules.baseModules,
  })
  const byName = [...modules].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { block: index, dependencies, modules: byName, ...contexts }
}

function sameSet(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((entry) => b.includes(entry))
}

function withinBounds<T>(solve: () => T): T {
  try {
    return solve()
  } catch (error) {
    if (!(error instanceof TooManyChoices)) throw error
    throw new UserError(422, `${error.message}; name the streams to build against`, 'data.dependencies')
  }
}

function refuseAmbiguous(ambiguous: readonly Ambiguity[]): void {
  if (ambiguous.length === 0) return
  const sentences = ambiguous.map(
    ({ name, streams }) =>
      `there are several streams of ${name} to choose from (${streams.join(', ')}); say which with --stream ${name}:STREAM`,
  )
  throw new UserError(422, [...new Set(sentences)].join('; '), 'data.dependencies')
}

function withoutBase(blocks: readonly Block[], universe: Universe, { baseModules }: ExpansionRules): string {
  const [first = 'platform'] = baseModules
  const have = baseModules.flatMap((name) => universe.streamsOf(name).map((stream) => `${name}:${stream}`))
  const there =
    have.length === 0 ? 'there is none yet' : `there ${have.length === 1 ? 'is' : 'are'} ${have.join(', ')}`
  const wanted = baseModules.flatMap((name) =>
    blocks.flatMap(({ buildrequires }) => {
      const streams = buildrequires.get(name)
      return streams === undefined ? [] : [`${name}:${streams.join(',') || '(any)'}`]
    }),
  )
  if (wanted.length === 0) return `the module must buildrequire a ${first}; ${there}`
  return `nothing provides ${wanted.join(', ')}; ${there}`
}

/** Returns a sentence such as "`foo:1` needs `bar:2`; platform el9 has bar:3 only". */
function describeMissing({ name, stream, neededBy }: Missing, universe: Universe, bases: Bases): string {
  const all = [...bases.ready, ...bases.garbage]
  const where = all.map((base) => `${base.name}:${base.stream}`).join(', ')
  const there = universe.streamsOn(name, all)
  const elsewhere = universe.streamsOf(name)
  const who = neededBy === '' ? 'the module' : neededBy
  const instead =
    there.length > 0
      ? `${where} has ${there.map((other) => `${name}:${other}`).join(', ')} only`
      : elsewhere.length > 0
        ? `no ${name} is built on ${where}, only elsewhere (${elsewhere.map((other) => `${name}:${other}`).join(', ')})`
        : `there is no ${name} yet`
  return `${who} needs ${name}:${stream}; ${instead}`
}
