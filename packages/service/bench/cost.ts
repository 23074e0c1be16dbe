// Counts what the service costs: CPU, SQL statements and processes. `npm run bench -- cost [idle | scheduling |
// submission | reuse | turnaround] [--show]`; `--show` lists the most frequent statements. Only counts and ratios of one
// run can be compared: run it on two commits side by side.
import { execa } from 'execa'
import { chmod, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import pg from 'pg'
import { connect, joinEmbeddedCluster, migrate, type Database } from '../src/database/index.ts'
import { loadConfig } from '../src/index.ts'
import { moduleDocument, TestDistGit } from '../test/support/dist-git.ts'
import { sharedCache, spec } from '../test/support/local.ts'
import { startProcess, type ServiceProcess } from '../test/support/process.ts'
import { withDatabase } from '../test/support/database-url.ts'
import { cpuSeconds, cpuSecondsOfTree, processesStarted } from './support/machine.ts'
import { instant, recordBuilds } from './support/record.ts'
import { countStatements, type StatementCounter } from './support/statements.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    show: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '10' },
  },
})
const rounds = Number(values.rounds)

/** A service in a process of its own, and what is counted about it. */
interface Bench {
  service: ServiceProcess
  counter: StatementCounter
  database: Database
  /** The database's own URL: statements over it are not counted. */
  url: string
  folder: string
  distGit: TestDistGit
}

interface Cost {
  wall: number
  node: number
  postgres: number
  statements: number
  processes: number
}

const folder = await mkdtemp('/var/tmp/mbs-bench-')
await chmod(folder, 0o755)
const cluster = await joinEmbeddedCluster(folder, loadConfig('/dev/null').config.cacheDir, (error) =>
  console.error(error),
)
const postmaster = Number(
  (await readFile(path.join(folder, 'postgresql/postmaster.pid'), 'utf8')).split('\n')[0],
)

/** Starts a service on a new database, runs `work`, and ends the service. */
async function withService(
  name: string,
  configuration: Readonly<Record<string, unknown>>,
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  const own = path.join(folder, name)
  await mkdir(own)
  const client = new pg.Client({ connectionString: cluster.url })
  await client.connect()
  await client.query(`create database ${name}`).finally(() => client.end())
  const url = withDatabase(cluster.url, name)
  await migrate(url)
  const counter = await countStatements(url, own)
  const database = connect(url)
  const distGit = await TestDistGit.create()
  const service = await startProcess(own, {
    dataDir: own,
    cacheDir: sharedCache(),
    database: { url: counter.url },
    http: { port: 0 },
    scm: { allowed: [`${distGit.url}/modules/`], rpms: `${distGit.url}/rpms/`, lookaside: `${distGit.url}/` },
    log: { level: 'error' },
    ...configuration,
  })
  try {
    await sleep(3000)
    await work({ service, counter, database, url, folder: own, distGit })
  } finally {
    await service.stop()
    await database.destroy()
    await counter.close()
    await distGit.remove()
  }
}

/** Runs `work` and returns its cost. Node's part includes ended children; PostgreSQL's part is the whole server. */
async function costOf({ service, counter }: Bench, work: () => Promise<unknown>): Promise<Cost> {
  const pid = service.child.pid ?? 0
  counter.taken()
  counter.frequent(0)
  const before = [
    await processesStarted(),
    await cpuSeconds(pid),
    await cpuSecondsOfTree(postmaster),
  ] as const
  const began = performance.now()
  await work()
  const wall = (performance.now() - began) / 1000
  const statements = counter.taken()
  const postgres = (await cpuSecondsOfTree(postmaster)) - before[2]
  const node = (await cpuSeconds(pid)) - before[1]
  return { wall, node, postgres, statements, processes: (await processesStarted()) - before[0] }
}

function show({ counter }: Bench): void {
  if (values.show)
    for (const [text, count] of counter.frequent(40))
      console.log(`${String(count).padStart(8)}  ${text.slice(0, 160)}`)
}

function shown({ wall, node, postgres, statements, processes }: Cost, per = 1): string {
  const ms = (seconds: number) => `${((1000 * seconds) / per).toFixed(1)} ms`
  return (
    `wall ${ms(wall)}, CPU of Node ${ms(node)}, of PostgreSQL ${ms(postgres)}, ` +
    `${(statements / per).toFixed(1)} statements, ${(processes / per).toFixed(1)} processes`
  )
}

/** Waits until all builds with these names are ready. */
async function untilReady({ database }: Bench, names: string, count: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ state: string; n: number }>`
      select state, count(*) as n from module_builds where name like ${names} group by state`.execute(
      database,
    )
    if (rows.some(({ state }) => state === 'failed')) throw new Error('a build failed')
    if (rows.find(({ state }) => state === 'ready')?.n === count) return
    await sleep(20)
  }
}

async function post({ service }: Bench, body: Readonly<Record<string, unknown>>): Promise<void> {
  const response = await fetch(`${service.url}/module-build-service/2/module-builds/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (response.status !== 201) throw new Error(await response.text())
  await response.arrayBuffer()
}

/** Returns the middle one of several costs, by its wall time. */
function median(costs: readonly Cost[]): Cost {
  const sorted = costs.toSorted((a, b) => a.wall - b.wall)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('nothing was measured')
  return middle
}

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`)

/** What a service costs that has nothing to do: both roles in one process. */
async function idle(): Promise<void> {
  await withService('idle', instant, async (bench) => {
    const seconds = Number(values.seconds)
    // For half a minute after its start the service looks for dead processes each second.
    await sleep(40_000)
    const cost = await costOf(bench, () => sleep(seconds * 1000))
    const percent = (cpu: number) => `${((100 * cpu) / cost.wall).toFixed(2)} %`
    console.log(
      `idle for ${seconds} s: Node ${percent(cost.node)} of a core, PostgreSQL ${percent(cost.postgres)}, ` +
        `${(cost.statements / cost.wall).toFixed(2)} statements and ` +
        `${(cost.processes / cost.wall).toFixed(2)} processes a second`,
    )
    show(bench)
  })
}

/** What a component costs that takes no time: ten batches of ten. */
async function scheduling(): Promise<void> {
  await withService('scheduling', instant, async (bench) => {
    const cost = await costOf(bench, async () => {
      await recordBuilds(bench.url, bench.database, 1, { batches: 10, perBatch: 10 })
      await untilReady(bench, 'bench%', 1)
    })
    console.log(`10 × 10 components: ${shown(cost)}`)
    console.log(`  each of 101:      ${shown(cost, 101)}`)
    show(bench)
  })
}

/** What a submission costs. No process builds anything meanwhile. */
async function submission(): Promise<void> {
  const platform = instant.platforms.test
  const config = { ...instant, roles: ['api'], platforms: { a: platform, b: platform, c: platform } }
  await withService('submission', config, async (bench) => {
    for (const name of namesOf(5))
      await bench.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
    for (const [contexts, components] of [
      [1, 0],
      [1, 5],
      [3, 5],
    ] as const) {
      const streams = ['a', 'b', 'c'].slice(0, contexts).join(', ')
      const dependencies = `  dependencies:\n  - buildrequires: {platform: [${streams}]}\n    requires: {platform: [${streams}]}\n`
      const orders = Object.fromEntries(namesOf(components).map((name) => [name, 0]))
      const document = moduleDocument(orders, dependencies)
      const costs = []
      for (let round = 0; round <= rounds; round++) {
        const place = await bench.distGit.module(`m${contexts}x${components}`, `${document}# ${round}\n`)
        costs.push(await costOf(bench, () => post(bench, place)))
      }
      // The first one fetches the components.
      console.log(`POST, ${contexts} context(s), ${components} components: ${shown(median(costs.slice(1)))}`)
      show(bench)
    }
  })
}

/** What a module costs whose components are all reused. */
async function reuse(): Promise<void> {
  await withService('reuse', instant, async (bench) => {
    const names = namesOf(30)
    for (const name of names) await bench.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
    const document = moduleDocument(Object.fromEntries(names.map((name) => [name, 0])))
    const costs = []
    for (let round = 0; round <= rounds; round++) {
      const place = await bench.distGit.module('reused', `${document}# ${round}\n`)
      costs.push(
        await costOf(bench, async () => {
          await post(bench, place)
          await untilReady(bench, 'reused', round + 1)
        }),
      )
    }
    console.log(`a reused module of 30 components: ${shown(median(costs.slice(1)))}`)
    show(bench)
  })
}

/** The time from the end of a runner to the start of the next one, with one place for runners. */
async function turnaround(): Promise<void> {
  const config = {
    builder: { name: 'local', concurrentBuildsMax: 1 },
    platforms: { host: { generated: true } },
  }
  await withService('turnaround', config, async (bench) => {
    const names = namesOf(20)
    for (const name of names)
      await bench.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: spec(name) })
    const document = moduleDocument(Object.fromEntries(names.map((name) => [name, 0])))
    await post(bench, await bench.distGit.module('turnaround', document))
    await untilReady(bench, 'turnaround', 1)
    const { stdout } = await execa('find', [bench.folder, '-path', '*/attempts/*/result.json'])
    const attempts = stdout.split('\n').map((file) => path.dirname(file))
    const timesOf = async (name: string) => {
      const times = attempts.map(async (attempt) => (await stat(path.join(attempt, name))).mtimeMs)
      return (await Promise.all(times)).toSorted((a, b) => a - b)
    }
    // A runner locks its attempt first, and writes its result last.
    const [starts, ends] = [await timesOf('lock'), await timesOf('result.json')]
    // The module's macros are an attempt of their own; its components wait for it.
    const gaps = ends.slice(1, -1).map((end, index) => (starts[index + 2] ?? 0) - end)
    const sorted = gaps.toSorted((a, b) => a - b)
    const at = (part: number) => (sorted[Math.ceil(sorted.length * part) - 1] ?? 0).toFixed(0)
    console.log(`end of a runner to the next start: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${gaps.length})`)
  })
}

const measures = { idle, scheduling, submission, reuse, turnaround } as const
const [, chosen] = positionals
try {
  for (const [name, measure] of Object.entries(measures))
    if (chosen === undefined || chosen === name) await measure()
} finally {
  await cluster.leave()
  await rm(folder, { recursive: true, force: true })
}
