import type { Rule } from './rules.ts'
import { Search } from './search.ts'
import type { KnownBuild } from '../universe.ts'

/** Explains why a block cannot be built, with as few of its requirements as possible. */
export function explainBlock(
  builds: readonly KnownBuild[],
  wanted: readonly Rule[],
  own: readonly Rule[],
): string {
  const without = wanted.filter(({ providers }) => providers.length === 0)
  if (without.length > 0) return without.map((rule) => `nothing provides ${requirement(rule)}`).join('; ')
  const names = builds.map(({ name }) => name)
  const fits = (some: readonly Rule[]) => {
    const search = new Search(names, [...some, ...own])
    return search.begin() && search.complete()
  }
  // A requirement is not to blame if the others still do not fit without it.
  const core = wanted.reduce<readonly Rule[]>((rest, rule) => {
    const fewer = rest.filter((other) => other !== rule)
    return fits(fewer) ? rest : fewer
  }, wanted)
  const told = core.map(requirement)
  const collision = findCollision(builds, core, own)
  const what =
    told.length === 1 ? `${told.join()} cannot be resolved` : `${told.join(' and ')} do not fit together`
  return collision === undefined ? what : `${what}: ${collision}`
}

/** A requirement on one module that every choice elsewhere has. */
interface Need {
  /** The module that needs it, for people. */
  who: string
  rule: Rule
  providers: readonly number[]
}

/**
 * Follows the requirements of the requirements until two needs of one module have no build in common, or one need has
 * no build at all. It follows only needs that every choice has, so it does not find all collisions.
 */
function findCollision(
  builds: readonly KnownBuild[],
  core: readonly Rule[],
  own: readonly Rule[],
): string | undefined {
  const rulesOfBuild = Map.groupBy(own, ({ owner }) => owner)
  const known = new Map<string, Need[]>()
  const open: Need[] = core.map((rule) => ({ who: 'the module', rule, providers: rule.providers }))
  for (let need = open.shift(); need !== undefined; need = open.shift()) {
    const { name } = need.rule.wanted
    const others = known.get(name) ?? []
    if (need.providers.length === 0) return `${sentence(need)}, and nothing provides that`
    const opposite = others.find(
      ({ providers }) => !providers.some((build) => need.providers.includes(build)),
    )
    if (opposite !== undefined) return `${sentence(opposite)}, but ${sentence(need)}`
    if (others.some(({ providers }) => providers.every((build) => need.providers.includes(build)))) continue
    known.set(name, [...others, need])
    open.push(...needsOf(need, builds, rulesOfBuild))
  }
  return undefined
}

/** Returns the requirements that all builds which meet a need have in common. */
function needsOf(
  { providers }: Need,
  builds: readonly KnownBuild[],
  rulesOfBuild: ReadonlyMap<number, readonly Rule[]>,
): Need[] {
  const [first, ...others] = providers.map((build) => rulesOfBuild.get(build) ?? [])
  const who = [...new Set(providers.map((build) => `${builds[build]?.name}:${builds[build]?.stream}`))].join(
    ' or ',
  )
  return (first ?? []).flatMap((rule) => {
    const same = others.map((rules) => rules.find(({ wanted }) => wanted.name === rule.wanted.name))
    if (same.includes(undefined)) return []
    const all = [rule, ...same.flatMap((one) => one ?? [])]
    const streams = [...new Set(all.flatMap(({ wanted }) => wanted.streams))]
    const wanted = {
      name: rule.wanted.name,
      streams: all.some((one) => one.wanted.streams.length === 0) ? [] : streams,
    }
    return [{ who, rule: { ...rule, wanted }, providers: [...new Set(all.flatMap((one) => one.providers))] }]
  })
}

function sentence({ who, rule }: Need): string {
  return `${who} needs ${requirement(rule)}`
}

function requirement({ wanted: { name, streams } }: Rule): string {
  return streams.length === 0 ? `any ${name}` : `${name}:${streams.join(',')}`
}
