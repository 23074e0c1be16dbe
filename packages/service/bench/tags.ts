// Measures the listing of a tag that inherits over five levels, in a hub with 1,000,000 tagged builds. `npm run bench
// -- tags [--builds N] [--repetitions N]`.
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { loadConfig } from '../src/config/index.ts'
import { connect, inTransaction, migrate, temporaryCluster, type Database } from '../src/database/index.ts'
import { historyOf, lastChangeOf } from '../src/hub/local/tags/history.ts'
import { listTagged, type ListingOptions } from '../src/hub/local/tags/listing.ts'

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    builds: { type: 'string', default: '1000000' },
    repetitions: { type: 'string', default: '100' },
  },
})
const builds = Number(values.builds)
const repetitions = Number(values.repetitions)
const packages = 4000
const levels = 6

/** Makes a chain of tags. The last one lists the packages, and every tag has the same number of builds of each. */
async function fill(database: Database): Promise<void> {
  await inTransaction(database, 'fill', async (tx) => {
    const run = (text: ReturnType<typeof sql>) => text.execute(tx)
    await run(sql`insert into hub_events (at, user_id) select '2026-01-01'::timestamptz + n * interval '1 second', 1
      from generate_series(1, ${builds}) n`)
    await run(sql`insert into hub_tags (name) select 'level-' || n from generate_series(1, ${levels}) n`)
    await run(
      sql`insert into hub_tag_configs (tag_id, arches, locked, create_event) select id, '', false, 1 from hub_tags`,
    )
    await run(sql`insert into hub_tag_inheritance
        (tag_id, parent_id, priority, intransitive, noconfig, pkg_filter, create_event)
      select id, id + 1, 0, false, false, '', 1 from hub_tags where id < ${levels}`)
    await run(
      sql`insert into hub_packages (name) select 'package-' || n from generate_series(1, ${packages}) n`,
    )
    await run(sql`insert into hub_tag_packages (tag_id, package_id, extra_arches, blocked, create_event)
      select ${levels}, id, '', false, 1 from hub_packages`)
    await run(sql`insert into hub_tag_package_owners (tag_id, package_id, owner_id, create_event)
      select ${levels}, id, 1, 1 from hub_packages`)
    await run(sql`insert into hub_builds (package_id, version, release, state, owner_id, created_at, completed_at)
      select 1 + n % ${packages}, n / ${packages}, '1', 1, 1, '2026-01-01', '2026-01-01'
        from generate_series(0, ${builds - 1}) n`)
    await run(sql`insert into hub_build_typeinfos (build_id, type) select id, 'rpm' from hub_builds`)
    // The last builds still have their first tag; one in ten of the others has moved on.
    await run(sql`insert into hub_tagged_builds (tag_id, build_id, package_id, create_event, revoke_event)
      select 1 + (id / ${packages}) % ${levels}, id, package_id, id, case when id % 10 = 0 then id + 1 end
        from hub_builds where id < ${builds}`)
  })
  await inTransaction(database, 'analyse', (tx) => sql`analyze`.execute(tx))
}

async function measure(what: string, work: () => Promise<readonly unknown[]>): Promise<void> {
  const times: number[] = []
  let rows = 0
  for (let count = 0; count < repetitions; count++) {
    const began = performance.now()
    rows = (await work()).length
    times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1)
  console.log(`${what}: ${rows} rows, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`)
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-bench-tags-'))
const cluster = await temporaryCluster(folder, loadConfig('/dev/null').config.cacheDir)
try {
  await migrate(cluster.url)
  const database = connect(cluster.url)
  await fill(database)
  console.log(`${builds} tagged builds of ${packages} packages in a chain of ${levels} tags`)
  const questions: Record<string, ListingOptions> = {
    'the latest of each package': { inherit: true, latest: 1 },
    'the latest of one package': { inherit: true, latest: 1, package: 'package-7' },
    'the latest of each, as it was half way': { inherit: true, latest: 1, at: Math.floor(builds / 2) },
    'the latest modules': { inherit: true, latest: 1, type: 'module' },
    'all of one package': { inherit: true, package: 'package-7' },
  }
  for (const [what, options] of Object.entries(questions))
    await measure(what, () => listTagged(database, 'level-1', options))
  await measure('the newest of its history', () => historyOf(database, 'level-1', { limit: 100 }))
  await measure('its last change', async () => [await lastChangeOf(database, 'level-1')])
  await database.destroy()
} finally {
  await cluster.leave()
  await rm(folder, { recursive: true, force: true })
}
