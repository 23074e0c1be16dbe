import { sql } from 'kysely'
import type { Database } from '../database/index.ts'

/** The expected duration of a component's build, from its last builds. */
export interface Expected {
  /** Mean, in seconds. */
  seconds: number
  /** Standard deviation of the durations, in seconds; 0 for a single build, for which it is unknown. */
  error: number
  samples: number
}

/** Number of a package's last builds that give its expected duration. */
const samplesMax = 10

/**
 * Returns the expected durations of packages. Uses the builds on this platform if there are any, otherwise the builds
 * on all platforms.
 */
export async function expectedDurations(
  database: Database,
  packages: readonly string[],
  platform: string,
): Promise<Map<string, Expected>> {
  if (packages.length === 0) return new Map()
  const { rows } = await sql<{ package: string; seconds: number; error: number; samples: number }>`
    with built as (
      select c.package, extract(epoch from c.time_completed - c.time_started)::float8 as seconds,
          b.platform = ${platform} as here,
          bool_or(b.platform = ${platform}) over (partition by c.package) as any_here,
          row_number() over (partition by c.package, b.platform = ${platform} order by c.time_completed desc) as place
        from component_builds c join module_builds b on b.id = c.module_build_id
       where c.package = any(${packages}) and c.state = 'complete' and c.reused_component_id is null
         and c.time_started is not null and c.time_completed is not null)
    select package, avg(seconds) as seconds, coalesce(stddev_samp(seconds), 0) as error, count(*)::int as samples
      from built where place <= ${samplesMax} and here = any_here
     group by package`.execute(database)
  return new Map(rows.map(({ package: name, ...expected }) => [name, expected]))
}

/**
 * The slowest component of each batch. Batches are built one after the other, so these components decide when a module
 * is done.
 */
export interface CriticalPath {
  packages: string[]
  /** Sum of the known durations, in seconds. */
  seconds: number
  /** Standard deviation of the sum, in seconds. */
  error: number
  /** Components that were never built here. The sum does not include them. */
  unknown: string[]
}

/** Returns the critical path through components that will be built, by their batches. */
export function criticalPath(
  components: readonly { package: string; batch: number; expected: Expected | null }[],
): CriticalPath {
  const batches = Map.groupBy(components, ({ batch }) => batch)
  const slowest = [...batches]
    .sort(([a], [b]) => a - b)
    .map(([, inBatch]) =>
      inBatch.reduce((longest, one) =>
        (one.expected?.seconds ?? -1) > (longest.expected?.seconds ?? -1) ? one : longest,
      ),
    )
  const known = slowest.flatMap(({ expected }) => expected ?? [])
  return {
    packages: slowest.map((one) => one.package),
    seconds: known.reduce((sum, { seconds }) => sum + seconds, 0),
    error: Math.sqrt(known.reduce((sum, { error }) => sum + error * error, 0)),
    unknown: components.filter(({ expected }) => expected === null).map((one) => one.package),
  }
}
