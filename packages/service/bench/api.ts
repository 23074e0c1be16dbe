// Reads the API with many module builds in the database: requests per second and latency of lists, verbose lists,
// single builds and filters, for several clients at once. `npm run bench -- api [--builds N] [--clients N] [--seconds
// N]`; with `--each REQUESTS` instead as many requests, one after another, of each filter and each order.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { connect, joinEmbeddedCluster, migrate } from '../src/database/index.ts'
import { loadConfig } from '../src/index.ts'
import { lists } from '../test/support/list-queries.ts'
import { filledTables, recordManyBuilds } from '../test/support/many-builds.ts'
import { startProcess } from '../test/support/process.ts'
import { withDatabase } from '../test/support/database-url.ts'

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    builds: { type: 'string', default: '100000' },
    clients: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '5' },
    each: { type: 'string' },
  },
})
const builds = Number(values.builds)
const componentsPerBuild = 5

interface Result {
  perSecond: number
  p50: number
  p99: number
  bytes: number
}

interface Load {
  clients: number
  /** Requests of each client; without it they ask for `seconds`. */
  requests?: number
}

/** Runs the clients. Each sends one request after another, on a connection that it keeps. */
async function ask(
  url: string,
  pathOf: () => string,
  { clients, requests = Infinity }: Load = { clients: Number(values.clients) },
): Promise<Result> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients })
  const latencies: number[] = []
  let bytes = 0
  const get = () =>
    new Promise<void>((resolve, reject) => {
      const began = performance.now()
      http
        .get(`${url}/module-build-service/2/${pathOf()}`, { agent }, (response) => {
          if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode}`))
          response.on('data', (chunk: Buffer) => (bytes += chunk.length))
          response.on('end', () => {
            latencies.push(performance.now() - began)
            resolve()
          })
        })
        .on('error', reject)
    })
  const until = performance.now() + Number(values.seconds) * 1000
  const began = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let count = 0; count < requests && (requests < Infinity || performance.now() < until); count++)
        await get()
    }),
  )
  const elapsed = (performance.now() - began) / 1000
  agent.destroy()
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? 0
  return {
    perSecond: sorted.length / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    bytes: bytes / Math.max(1, sorted.length),
  }
}

const random = (max: number) => 2 + Math.floor(Math.random() * (max - 1))

/** The most frequent requests of clients. */
const questions: readonly (readonly [name: string, path: () => string])[] = [
  ['list', () => 'module-builds/'],
  ['short list', () => 'module-builds/?short=true'],
  ['verbose list', () => 'module-builds/?verbose=true'],
  ['page in the middle', () => `module-builds/?page=${random(5000)}`],
  ['one build', () => `module-builds/${random(builds)}`],
  ['one build, verbose', () => `module-builds/${random(builds)}?verbose=true`],
  [
    'by name and stream',
    () => `module-builds/?name=m${random(500)}&stream=${random(6)}&state=ready&order_desc_by=version`,
  ],
  ['by state', () => 'module-builds/?state=failed'],
  ['by base module', () => 'module-builds/?base_module_br_name=platform&base_module_br_stream=el9'],
  ['by tag', () => `module-builds/?koji_tag=module-m-${random(builds)}`],
  ['components of a build', () => `component-builds/?module_build=${random(builds)}`],
]

async function askAll(url: string): Promise<void> {
  console.log(`${values.clients} clients`)
  for (const [name, pathOf] of questions) {
    await ask(url, pathOf)
    const { perSecond, p50, p99, bytes } = await ask(url, pathOf)
    console.log(
      `${name.padEnd(24)} ${perSecond.toFixed(0).padStart(6)}/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  ${(bytes / 1024).toFixed(1)} KiB`,
    )
  }
}

/** Prints the latencies of every filter and order, the slowest first. */
async function askEach(url: string, requests: number): Promise<void> {
  const results = []
  for (const { list, queries } of lists)
    for (const query of queries) {
      const path = `${list}/?${query}`
      await ask(url, () => path, { clients: 1, requests: 3 })
      results.push({ path, ...(await ask(url, () => path, { clients: 1, requests })) })
    }
  for (const { path, p50, p99 } of results.toSorted((a, b) => b.p50 - a.p50))
    console.log(`p50 ${p50.toFixed(1).padStart(7)} ms  p99 ${p99.toFixed(1).padStart(7)} ms  ${path}`)
}

const folder = await mkdtemp('/var/tmp/mbs-bench-')
await chmod(folder, 0o755)
const cluster = await joinEmbeddedCluster(folder, loadConfig('/dev/null').config.cacheDir, (error) =>
  console.error(error),
)
try {
  const client = new pg.Client({ connectionString: cluster.url })
  await client.connect()
  await client.query('create database bench_api').finally(() => client.end())
  const url = withDatabase(cluster.url, 'bench_api')
  await migrate(url)
  const database = connect(url)
  await recordManyBuilds(database, builds, componentsPerBuild)
  await database.destroy()
  const filled = new pg.Client({ connectionString: url })
  await filled.connect()
  await filled.query(`vacuum analyze ${filledTables.join(', ')}`).finally(() => filled.end())
  const service = await startProcess(folder, {
    dataDir: folder,
    cacheDir: loadConfig('/dev/null').config.cacheDir,
    database: { url },
    http: { port: 0 },
    roles: ['api'],
    builder: { name: 'fake' },
    platforms: {
      test: {
        repositories: [{ name: 'none', url: 'file:///none' }],
        buildGroup: ['bash'],
        arches: ['x86_64'],
      },
    },
    log: { level: 'error' },
  })
  console.log(`${builds} module builds with ${componentsPerBuild} components each`)
  await (values.each === undefined ? askAll(service.url) : askEach(service.url, Number(values.each)))
  await service.stop()
} finally {
  await cluster.leave()
  await rm(folder, { recursive: true, force: true })
}
