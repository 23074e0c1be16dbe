import type { Block } from '../blocks.ts'
import type { ExpansionRules, KnownBuild } from '../universe.ts'
import { explainBlock } from './explain.ts'
import { rulesOfBlock, type Rule } from './rules.ts'
import { TooManyChoices } from './too-many-choices.ts'

/** Maximum number of combinations that are explained: each one takes several searches. */
const explainedMax = 100

/** A block as its author wrote it, the same block with its expanded streams, and the ways in which it can be built. */
interface Solved {
  written: Block
  expanded: Block
  combinations: readonly (readonly number[])[]
}

/**
 * Explains why combinations of streams that a block names make no build, each reason once. An author who names streams
 * wants each of them; a list that allows any stream is not expected to make all of them.
 *
 * @param own the rules of the builds
 */
export function explainUnmet(
  { written, expanded, combinations }: Solved,
  builds: readonly KnownBuild[],
  own: readonly Rule[],
  rules: ExpansionRules,
): string[] {
  const named = [...written.buildrequires]
    .filter(([, streams]) => streams.some((stream) => !stream.startsWith('-')))
    .map(([name]) => name)
  const keyOf = (streams: ReadonlyMap<string, string>) =>
    JSON.stringify(named.map((name) => streams.get(name)))
  const met = new Set(combinations.map((combination) => keyOf(streamsOf(combination, builds))))
  const sentences = new Set<string>()
  let explained = 0
  for (const streams of product(named, expanded.buildrequires)) {
    if (met.has(keyOf(streams))) continue
    if (explained++ === explainedMax) return [...sentences, andMore]
    const buildrequires = new Map(
      [...expanded.buildrequires].map(([name, all]) => {
        const stream = streams.get(name)
        return [name, stream === undefined ? all : [stream]]
      }),
    )
    const wanted = rulesOfBlock({ ...expanded, buildrequires }, builds, rules)
    try {
      sentences.add(explainBlock(builds, wanted, own))
    } catch (error) {
      if (!(error instanceof TooManyChoices)) throw error
      return [...sentences, andMore]
    }
  }
  return [...sentences]
}

const andMore = 'more combinations of the named streams cannot be resolved'

function streamsOf(combination: readonly number[], builds: readonly KnownBuild[]): Map<string, string> {
  return new Map(
    combination.flatMap((index) => {
      const build = builds[index]
      return build === undefined ? [] : [[build.name, build.stream] as const]
    }),
  )
}

/** Generates every combination of one stream of each of these modules. */
function* product(
  names: readonly string[],
  streams: ReadonlyMap<string, readonly string[]>,
): Generator<ReadonlyMap<string, string>> {
  const [name, ...others] = names
  if (name === undefined) yield new Map()
  else
    for (const stream of streams.get(name) ?? [])
      for (const rest of product(others, streams)) yield new Map([[name, stream], ...rest])
}
