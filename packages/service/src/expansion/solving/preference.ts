import { streamVersion } from '../stream-version.ts'
import { nsvcOf, type ExpansionRules, type KnownBuild } from '../universe.ts'

/**
 * The order in which libsolv takes builds where several would do (policy_filter_unwanted): by the text of their NSVCs,
 * those of a lower version than others of their stream behind. Versions of four digits and more do not count there: it
 * takes them for hashes, so that of real builds the first in the order of the alphabet is taken.
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

/** What libsolv compares of a build: stream to version. */
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
