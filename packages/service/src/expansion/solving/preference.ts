import { streamVersion } from '../stream-version.ts'
import { nsvcOf, type ExpansionRules, type KnownBuild } from '../universe.ts'

/**
 * Returns libsolv's order of builds when several fit (policy_filter_unwanted): by the text of their NSVCs; a build with
 * a lower version than others of its stream comes later. libsolv ignores versions of four digits and more, because it
 * takes them for hashes. So among real builds, the first one in alphabetical order is taken.
 */
export function preferenceOf(
  builds: readonly KnownBuild[],
  rules: ExpansionRules,
): (open: readonly number[]) => number[] {
  const names = builds.map(nsvcOf)
  const provided = builds.map((build) => versionsProvided(build, rules))
  return (open) => {
    const behind = new Map<number, number>()
    const streams = Map.groupBy(
      open.flatMap((build) =>
        [...(provided[build] ?? [])].map(([stream, version]) => ({ build, stream, version })),
      ),
      ({ stream }) => stream,
    )
    for (const same of streams.values()) {
      const versions = [...new Set(same.map(({ version }) => version))].sort((a, b) => b - a)
      for (const { build, version } of same)
        behind.set(build, (behind.get(build) ?? 0) + versions.indexOf(version))
    }
    const nameOf = (build: number) => names[build] ?? ''
    return [...open].sort(
      (a, b) =>
        (behind.get(a) ?? 0) - (behind.get(b) ?? 0) ||
        (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : a - b),
    )
  }
}

/** Returns the versions of a build that libsolv compares, by stream. */
function versionsProvided(
  build: KnownBuild,
  { baseModules, streamSuffixes }: ExpansionRules,
): Map<string, number> {
  const { name, stream, version } = build
  const isBase = baseModules.includes(name)
  const number = isBase ? streamVersion(stream, streamSuffixes) : 0
  if (number !== 0) return new Map([stream, ...build.virtualStreams].map((one) => [`${name}:${one}`, number]))
  if (version > 999n) return new Map()
  return new Map(
    [stream, ...(isBase ? build.virtualStreams : [])].map((one) => [`${name}:${one}`, Number(version)]),
  )
}
