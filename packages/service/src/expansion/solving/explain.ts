import type { Rule } from './rules.ts'
import { Search } from './search.ts'
import type { KnownBuild } from '../universe.ts'

/** Why a block cannot be built, with no more of its requirements than it takes. */
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
  // What can be left out without making it fit is not to blame.
  const core = wanted.reduce<readonly Rule[]>((rest, rule) => {
    const fewer = rest.filter((other) => other !== rule)
    return fits(fewer) ? rest : fewer
  }, wanted)
  const told = core.map(requirement)
  const collision = findCollision(builds, core, own)
  const what =
    told.length === 1 ? `${told.join()} cannot be had` : `${told.join(' and ')} do not fit together`
  return collision === undefined ? what : `${what}: ${collision}`
}

/** What must be there of one module, whatever is chosen elsewhere. */
interface Need {
  /** Who needs it, for people. */
  who: string
  rule: Rule
  providers: readonly number[]
}

/**
 * Follows what the requirements need in turn until two needs of one module have no build in common, or one has none at
 * all. Only what every choice needs is followed, so there are collisions that this does not find.
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

/** What all builds that would meet a need require themselves. */
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
