import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { connect, migrate, temporaryCluster, type Database } from '../database/index.ts'
import { pino } from 'pino'
import { InProcessBus, Outbox } from '../bus/index.ts'
import { systemClock } from '../clock.ts'
import { Metrics } from '../telemetry/index.ts'
import { stateMessages } from '../modulebuilds/index.ts'
import { recordPlatforms } from '../universe/index.ts'
import { auditSchema, auditTables } from './audit.ts'
import { Connections } from './connections.ts'
import { seededJobsTable } from './seeded-queue.ts'
import { simulate, type Plan, type Run } from './simulate.ts'
import { simulatedPlatforms } from './simulated-process.ts'

const prefix = 'mbs-simulator-'

/** Removes the folders of killed simulators from memory. */
async function removeLeftovers(memory: string): Promise<void> {
  for (const name of (await readdir(memory)).filter((entry) => entry.startsWith(prefix))) {
    const [pid = ''] = name.slice(prefix.length).split('-')
    if (!existsSync(`/proc/${pid}`)) await rm(path.join(memory, name), { recursive: true, force: true })
  }
}

/** A database of its own in memory, which runs one simulation after the other. */
export class Simulator {
  private readonly connections: Connections
  private readonly database: Database
  private readonly leave: () => Promise<void>

  private constructor(connections: Connections, database: Database, leave: () => Promise<void>) {
    this.connections = connections
    this.database = database
    this.leave = leave
  }

  /** @param cacheDir folder of the PostgreSQL programs for users other than root */
  static async open(cacheDir: string): Promise<Simulator> {
    const memory = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir()
    await removeLeftovers(memory)
    const folder = await mkdtemp(path.join(memory, `${prefix}${process.pid}-`))
    const cluster = await temporaryCluster(folder, cacheDir)
    try {
      await migrate(cluster.url)
      const connections = await Connections.open(cluster.url)
      await connections.define(seededJobsTable)
      await connections.define(auditSchema)
      const database = connect(cluster.url, { connectionsMax: 1 })
      return new Simulator(connections, database, () => cluster.leave())
    } catch (error) {
      await cluster.leave()
      throw error
    }
  }

  async run(plan: Plan): Promise<Run> {
    await this.connections.ask(`
      truncate ${auditTables}, seeded_jobs, effects, waits, messages, test_results, registered_tags, component_builds,
        module_build_trace, module_builds, artifacts, artifact_removals, hub_users, hub_packages, hub_module_names, hub_tags, hub_targets,
        hub_content_generators restart identity cascade`)
    // Every process of the service does this when it starts.
    await recordPlatforms(this.world(), simulatedPlatforms, [], new Date('2026-01-01'))
    return simulate(this.connections, plan)
  }

  /** Returns the parts of a world that the start of a process needs. */
  private world() {
    const { database } = this
    const log = pino({ level: 'silent' })
    const parts = { database, bus: new InProcessBus(), clock: systemClock, log, metrics: new Metrics() }
    return { database, news: stateMessages(new Outbox(parts)) }
  }

  async close(): Promise<void> {
    await this.database.destroy()
    await this.connections.close()
    await this.leave()
  }
}
