// Reads the API with many module builds in the database: requests per second and latency of lists, verbose lists,
// single builds and filters, for several clients at once. `npm run bench -- api [--builds N] [--clients N] [--seconds
// N]`.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import pg from 'pg'
import { connect, inTransaction, joinEmbeddedCluster, migrate, type Database } from '../src/database/index.ts'
import { loadConfig } from '../src/index.ts'
import { startProcess } from '../test/support/process.ts'
import { withDatabase } from '../test/support/database-url.ts'

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    builds: { type: 'string', default: '100000' },
    clients: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '5' },
  },
})
const builds = Number(values.builds)
const componentsPerBuild = 5

/** A document of some size, which is the largest part of a verbose list. */
const document = `document: modulemd
version: 2
data:
  name: bench
  stream: "1"
  summary: A module of the benchmark
  description: ${'It has a text of some length. '.repeat(20)}
  license: {module: [MIT]}
  components:
    rpms:
${Array.from({ length: 5 }, (_, index) => `      c${index}: {rationale: ${'bench '.repeat(10)}, ref: main}\n`).join('')}`

async function fill(database: Database): Promise<void> {
  const run = (statement: string) => inTransaction(database, 'fill', (tx) => sql.raw(statement).execute(tx))
  const series = `generate_series(1, ${builds}) n`
  await run(`
    insert into module_builds (name, stream, version, context, state, owner, rebuild_strategy, stream_version,
        buildrequires, requires, time_submitted, time_modified, time_completed)
      values ('platform', 'el9', '2', '00000000', 'ready', 'mbs_import', 'all', 90000, '{}', '[]', now(), now(), now())`)
  await run(`
    insert into module_builds (name, stream, version, context, platform, state, state_reason, owner, scmurl, branch,
        modulemd, koji_tag, batch, revision, arches, buildrequires, requires, build_context, runtime_context,
        time_submitted, time_modified, time_completed)
      select 'm' || n % 500, (n % 7)::text, (9000000000 + n / 2)::text, to_hex(n % 2 + 3735928559), 'el9',
        case when n % 10 = 0 then 'failed' else 'ready' end, 'all checks passed', 'user' || n % 20,
        'https://example.com/modules/m' || n % 500 || '?#' || md5(n::text), (n % 7)::text,
        '${document.replaceAll("'", "''")}', 'module-m-' || n, 3, 12, '{x86_64}',
        '{"platform": {"stream": "el9", "version": "2", "context": "00000000", "koji_tag": "", "ref": ""}}',
        '[{"platform": ["el9"]}]', md5(n::text), md5(n::text), now(), now(), now() from ${series}`)
  await run(`insert into module_build_bases select id, 1 from module_builds where name <> 'platform'`)
  await run(`
    insert into component_builds (module_build_id, package, scmurl, ref, batch, attempt, state, nvr, task_id, time_started,
        time_completed)
      select n + 1, 'c' || c, 'https://example.com/rpms/c' || c, md5(n::text), 2 + c / 3, 1, 'complete',
        'c' || c || '-1-' || n, n * 10 + c, now() - interval '1 minute', now()
        from ${series}, generate_series(1, ${componentsPerBuild}) c`)
  await run(`
    insert into module_build_trace (module_build_id, revision, time, state)
      select n + 1, r, now(), (array['init', 'wait', 'build', 'done', 'ready'])[r]
        from ${series}, generate_series(1, 5) r`)
  for (const table of ['module_builds', 'component_builds', 'module_build_trace', 'module_build_bases'])
    await run(`analyze ${table}`)
}

interface Result {
  perSecond: number
  p50: number
  p99: number
  bytes: number
}

/** Runs the clients. Each sends one request after another, on a connection that it keeps. */
async function ask(url: string, pathOf: () => string): Promise<Result> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: Number(values.clients) })
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
    Array.from({ length: Number(values.clients) }, async () => {
      while (performance.now() < until) await get()
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
  await fill(database)
  await database.destroy()
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
  console.log(`${builds} module builds with ${componentsPerBuild} components each, ${values.clients} clients`)
  for (const [name, pathOf] of questions) {
    await ask(service.url, pathOf)
    const { perSecond, p50, p99, bytes } = await ask(service.url, pathOf)
    console.log(
      `${name.padEnd(24)} ${perSecond.toFixed(0).padStart(6)}/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  ${(bytes / 1024).toFixed(1)} KiB`,
    )
  }
  await service.stop()
} finally {
  await cluster.leave()
  await rm(folder, { recursive: true, force: true })
}
