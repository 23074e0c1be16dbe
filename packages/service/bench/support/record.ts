import { pino } from 'pino'
import { InProcessBus, Outbox } from '../../src/bus/index.ts'
import { systemClock } from '../../src/clock.ts'
import { inTransaction, type Database } from '../../src/database/index.ts'
import { Engine, PgBossQueue, Readers } from '../../src/jobs/index.ts'
import { recordPrepared, stateMessages } from '../../src/modulebuilds/index.ts'
import { Metrics } from '../../src/telemetry/index.ts'

/** The configuration of a service whose components take no time. */
export const instant = {
  builder: { name: 'fake' },
  platforms: {
    test: {
      repositories: [{ name: 'none', url: 'file:///nonexistent' }],
      buildGroup: ['bash'],
      arches: ['x86_64'],
    },
  },
} as const

/** Components by their batches: so many in each batch. */
export interface Batches {
  batches: number
  perBatch: number
}

interface BenchComponent {
  name: string
  buildorder: number
}

/** Returns the document of a build that is ready to be built, in the form that a submission records. */
function documentOf(name: string, components: readonly BenchComponent[]): string {
  const rpms = components.map(
    (component) =>
      `      ${component.name}: {rationale: bench, ref: main, buildorder: ${component.buildorder}}\n`,
  )
  return `document: modulemd
version: 2
data:
  name: ${name}
  stream: "1"
  version: 1
  context: c0ffee00
  summary: A module of the benchmark
  description: Its components take no time
  license: {module: [MIT]}
  dependencies:
  - buildrequires: {platform: [test]}
    requires: {platform: [test]}
  components:
    rpms:
${rpms.join('')}`
}

/** Records module builds in `wait`. Their names are `bench1`, `bench2` and so on. */
export async function recordBuilds(
  url: string,
  database: Database,
  builds: number,
  { batches, perBatch }: Batches,
): Promise<void> {
  const components = Array.from({ length: batches * perBatch }, (_, index) => ({
    name: `component${index}`,
    buildorder: Math.floor(index / perBatch),
  }))
  const queue = await PgBossQueue.open(url, (error) => console.error(error))
  const log = pino({ level: 'silent' })
  const clock = systemClock
  const metrics = new Metrics()
  const retries = { attemptsMax: 3, pauseSecondsMax: 1 }
  const engine = new Engine({ database, queue, clock, log, metrics, retries, wakes: new Readers() })
  const news = stateMessages(new Outbox({ database, bus: new InProcessBus(), clock, log, metrics }))
  for (let number = 1; number <= builds; number++)
    await inTransaction(database, 'record', async (tx) => {
      const now = clock.now()
      const name = `bench${number}`
      const request = { name, stream: '1', scmurl: `https://example.com/modules/${name}?#c`, branch: '1' }
      await recordPrepared(
        tx,
        { engine, news },
        { ...request, owner: 'ada', scratch: false, rebuildStrategy: 'all', options: {} },
        undefined,
        [
          {
            name,
            stream: '1',
            version: '1',
            context: 'c0ffee00',
            scmurl: request.scmurl,
            commit: 'c',
            scratch: false,
            dependencyOrder: false,
            srpms: [],
            platform: 'test',
            bases: [],
            disttagMarking: '',
            distTag: null,
            arches: ['x86_64'],
            buildContext: '',
            buildContextNoBms: '',
            runtimeContext: '',
            buildrequires: {},
            requires: [],
            rebuildStrategy: 'all',
            reusedModuleId: null,
            modulemd: documentOf(name, components),
            components: components.map((component) => ({
              package: component.name,
              key: component.name,
              scmurl: 'https://example.com/rpms/c?#c',
              ref: 'c',
              batch: component.buildorder + 2,
              srpm: null,
              arches: ['x86_64'],
              cache: null,
              buildonly: false,
              in_buildroot: false,
              in_srpm_buildroot: false,
              included_from: null,
              expected: null,
              reuse: { code: 'strategy-all', detail: '', componentId: null },
            })),
          },
        ],
        now,
      )
    })
  await queue.stop()
}
