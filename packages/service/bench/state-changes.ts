// Measures the time of a state change: many module builds of instant components, in one process and in two, on an empty
// database and on one with many finished builds. `npm run bench -- state-changes [--builds N] [--finished N]`.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import pg from 'pg'
import { loadConfig } from '../src/index.ts'
import { connect, inTransaction, joinEmbeddedCluster, migrate, type Database } from '../src/database/index.ts'
import { startProcess } from '../test/support/process.ts'
import { withDatabase } from '../test/support/database-url.ts'
import { peakMemory } from './support/machine.ts'
import { instant, recordBuilds } from './support/record.ts'

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    builds: { type: 'string', default: '1000' },
    finished: { type: 'string', default: '1000000' },
  },
})
const builds = Number(values.builds)
const finished = Number(values.finished)

interface Result {
  processes: number
  finished: number
  seconds: number
  changes: number
  /** The largest resident memory of each process, megabytes. */
  memory: number[]
}

/** Fills a database like that of a service after so many builds: rows only, all published and done. */
async function fill(database: Database, count: number): Promise<void> {
  const insert = (statement: string) =>
    inTransaction(database, 'fill', (tx) => sql.raw(statement).execute(tx))
  const chunk = 100_000
  await insert(`
    with owner as (insert into hub_users (name) values ('filler') returning id),
      event as (insert into hub_events (at, user_id) select '2026-01-01', id from owner returning id)
    select from event`)
  await insert(`insert into hub_packages (name) select 'm' || n from generate_series(0, 999) n`)
  await insert(`
    create view filled_packages as
      select p.id, p.name, u.id as owner from hub_packages p, hub_users u where u.name = 'filler'`)
  for (let first = 1; first <= count; first += chunk) {
    const series = `generate_series(${first}, ${Math.min(count, first + chunk - 1)}) n`
    await insert(`
      insert into module_builds (name, stream, version, context, platform, state, state_reason, owner, scmurl, branch,
          modulemd, koji_tag, batch, revision, time_submitted, time_modified, time_completed)
        select 'm' || n % 1000, (n % 7)::text, n::text, 'c', 'test', case when n % 5 = 0 then 'failed' else 'ready' end,
          'all checks passed', 'ada', 'https://example.com/modules/m' || n % 1000, (n % 7)::text, '', 'module-m-' || n, 2, 12,
          '2026-01-01', '2026-01-01', '2026-01-01' from ${series}`)
    await insert(`
      insert into component_builds (module_build_id, package, scmurl, batch, attempt, state, nvr, task_id)
        select n, 'c', '', 2, 1, 'complete', 'c-1-' || n, n from ${series}`)
    await insert(`
      insert into module_build_trace (module_build_id, revision, time, state)
        select n, r, '2026-01-01', 'done' from ${series}, generate_series(1, 2) r`)
    await insert(`
      insert into messages (subject, revision, topic, body, created_at, published_at)
        select 'module-build:' || n, r, 'module.state.change', '{}', '2026-01-01', '2026-01-01'
          from ${series}, generate_series(1, 2) r`)
    await insert(`
      insert into effects (subject, key, kind, payload, state, created_at, finished_at)
        select 'module-build:' || n, 'e' || r, 'check', '{}', 'done', '2026-01-01', '2026-01-01'
          from ${series}, generate_series(1, 2) r`)
    await insert(
      `insert into registered_tags (name, build_tag, module_build_id)
        select 'module-m-' || n, 'module-m-' || n || '-build', n from ${series}`,
    )
    await insert(`
      insert into test_results (module_build_id, testcase, outcome, detail, time)
        select n, 'artifacts', 'passed', '', '2026-01-01' from ${series}`)
    await insert(`
      insert into hub_builds (package_id, version, release, state, owner_id, extra, created_at)
        select p.id, (n % 7)::text, n || '.c', 1, p.owner, '{}', '2026-01-01'
          from ${series} join filled_packages p on p.name = 'm' || n % 1000`)
    await insert(`
      with made as (insert into hub_tags (name) select 'module-m-' || n from ${series} returning id)
        insert into hub_tag_configs (tag_id, arches, locked, create_event)
        select made.id, 'x86_64', false, e.id from made, (select min(id) as id from hub_events) e`)
  }
  for (const table of ['module_builds', 'component_builds', 'effects', 'messages', 'hub_builds', 'hub_tags'])
    await inTransaction(database, 'analyze', (tx) => sql.raw(`analyze ${table}`).execute(tx))
}

async function measure(folder: string, server: string, processes: number, filled: number): Promise<Result> {
  const name = `bench_${processes}_${filled}`
  await ask(server, `create database ${name}`)
  const url = withDatabase(server, name)
  await migrate(url)
  const database = connect(url)
  await fill(database, filled)
  await recordBuilds(url, database, builds, { batches: 2, perBatch: 5 })
  const told = async () =>
    (
      await sql<{ n: number }>`select count(*) as n from messages where created_at > '2026-01-02'`.execute(
        database,
      )
    ).rows[0]?.n ?? 0
  const before = await told()
  const running = []
  for (let index = 0; index < processes; index++) {
    const own = await mkdtemp(path.join(folder, 'process-'))
    running.push(await startProcess(own, configuration(folder, url, name)))
  }
  const began = performance.now()
  for (;;) {
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from module_builds where state in ('init', 'wait', 'build', 'done')`.execute(
      database,
    )
    if (rows[0]?.n === 0) break
    await sleep(200)
  }
  const seconds = (performance.now() - began) / 1000
  const memory = await Promise.all(running.map(({ child }) => peakMemory(child.pid ?? 0)))
  const changes = (await told()) - before
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from module_builds where state = 'ready' and name like 'bench%'`.execute(database)
  if (rows[0]?.n !== builds) throw new Error(`${rows[0]?.n ?? 0} of ${builds} builds are ready`)
  for (const service of running) await service.stop()
  await database.destroy()
  await ask(server, `drop database ${name}`)
  return { processes, finished: filled, seconds, changes, memory }
}

function configuration(folder: string, url: string, name: string): Record<string, unknown> {
  return {
    ...instant,
    dataDir: path.join(folder, name),
    cacheDir: loadConfig('/dev/null').config.cacheDir,
    database: { url },
    http: { port: 0 },
    log: { level: 'error' },
  }
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

const folder = await mkdtemp('/var/tmp/mbs-bench-')
await chmod(folder, 0o755)
const cluster = await joinEmbeddedCluster(folder, loadConfig('/dev/null').config.cacheDir, (error) =>
  console.error(error),
)
try {
  for (const filled of [0, finished])
    for (const processes of [1, 2]) {
      const result = await measure(folder, cluster.url, processes, filled)
      console.log(
        `${processes} process(es), ${filled} finished builds: ${result.changes} state changes in ` +
          `${result.seconds.toFixed(1)} s, ${((1000 * result.seconds) / result.changes).toFixed(2)} ms each; ` +
          `memory ${result.memory.join(' and ')} MB`,
      )
    }
} finally {
  await cluster.leave()
  await rm(folder, { recursive: true, force: true })
}
