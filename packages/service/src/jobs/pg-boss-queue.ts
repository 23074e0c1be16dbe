import { sql } from 'kysely'
import { fromKysely, PgBoss } from 'pg-boss'
import type { Tx } from '../database/index.ts'
import type { GaugeSource } from '../telemetry/index.ts'
import type { JobHandler, Queue, QueueName, SendOptions } from './queue.ts'

const names: readonly QueueName[] = ['turns', 'effects']

/**
 * `short`: at most one job per key waits; a turn reads all facts when it runs. `exclusive`: at most one job per key
 * waits or runs; no attempt runs twice at a time.
 */
const policies = { turns: 'short', effects: 'exclusive' } as const

/** The least value that pg-boss allows. Another process takes over a killed worker's job after 8 to 11 s. */
const heartbeatSeconds = 10

/** Jobs in PostgreSQL by pg-boss, in a schema of its own in the service's database. */
export class PgBossQueue implements Queue {
  private readonly boss: PgBoss
  private stopping = false

  private constructor(boss: PgBoss) {
    this.boss = boss
  }

  static async open(url: string, onError: (error: Error) => void): Promise<PgBossQueue> {
    const boss = new PgBoss({
      connectionString: url,
      application_name: 'mbs-jobs',
      useListenNotify: true,
      superviseIntervalSeconds: 1,
      monitorIntervalSeconds: 1,
      schedule: false,
      max: 20,
    })
    boss.on('error', onError)
    await boss.start()
    for (const name of names) {
      // pg-boss cannot change the policy of a queue. The sweep recreates the jobs from the rows that they belong to.
      const present = await boss.getQueue(name)
      if (present !== null && present.policy !== policies[name]) await boss.deleteQueue(name)
      await boss.createQueue(name, {
        policy: policies[name],
        notify: true,
        heartbeatSeconds,
        // The heartbeat identifies a dead worker; an effect may take long for good reasons.
        expireInSeconds: 4 * 3600,
        retryLimit: 1000,
        retryDelay: 1,
        deleteAfterSeconds: 3600,
      })
    }
    return new PgBossQueue(boss)
  }

  async send(
    tx: Tx,
    name: QueueName,
    data: Record<string, unknown>,
    { key, startAfterMs }: SendOptions,
  ): Promise<void> {
    await this.boss.send(name, data, {
      db: fromKysely(tx),
      singletonKey: key,
      ...(startAfterMs === undefined ? {} : { startAfter: startAfterMs / 1000 }),
    })
  }

  async isRunning(tx: Tx, name: QueueName, keys: readonly string[]): Promise<boolean> {
    if (keys.length === 0) return false
    const { rows } = await sql`
      select from pgboss.job where name = ${name} and state = 'active' and singleton_key = any(${keys}) limit 1`.execute(
      tx,
    )
    return rows.length > 0
  }

  async start(handlers: Record<QueueName, JobHandler>, slots: Record<QueueName, number>): Promise<void> {
    const options = {
      pollingIntervalSeconds: 0.5,
      notifyPollingIntervalSeconds: 2,
      heartbeatRefreshSeconds: 3,
    }
    for (const name of names)
      for (let slot = 0; slot < slots[name]; slot++) {
        // In pg-boss a finished job does not wake the worker; a chain of jobs would advance only at each poll.
        const worker: { id?: string } = {}
        worker.id = await this.boss.work<Record<string, unknown>>(name, options, async ([job]) => {
          try {
            // The worker fetched the job while the process stops. The error returns it for another process or the next
            // start.
            if (this.stopping) throw new Error('this process is stopping')
            if (job !== undefined) await handlers[name](job.data)
          } finally {
            if (worker.id !== undefined) this.boss.notifyWorker(worker.id)
          }
        })
      }
  }

  /** The numbers of jobs that wait, wait for their start time, run, and have been given up. */
  readonly gauge: GaugeSource = {
    name: 'mbs_jobs',
    help: 'Jobs of the queues; failed: given up after all retries',
    labels: ['queue', 'state'],
    read: async () =>
      (await this.boss.getQueues([...names])).flatMap((queue) =>
        Object.entries({
          ready: queue.readyCount,
          deferred: queue.deferredCount,
          active: queue.activeCount,
          failed: queue.failedCount,
        }).map(([state, value]) => ({ labels: { queue: queue.name, state }, value })),
      ),
  }

  /**
   * Corrects times that lie far in the future because the clock was set back. Without the correction jobs would wait as
   * long, dead workers would seem alive, and pg-boss would not look for dead workers. The function runs again and again
   * and changes nothing else.
   *
   * @param delaySecondsMax longest start delay of any job
   */
  async mendTimes(delaySecondsMax: number): Promise<void> {
    const database = this.boss.getDb()
    const far = `now() + interval '${delaySecondsMax + 60} seconds'`
    await database.executeSql(`
      update pgboss.job set start_after = now() where state < 'active' and start_after > ${far};
      update pgboss.job set heartbeat_on = now() where state = 'active' and heartbeat_on > now() + interval '60 seconds';
      update pgboss.queue set monitor_claim_on = now(), monitor_on = now()
        where greatest(monitor_claim_on, monitor_on) > now() + interval '60 seconds';
      update pgboss.queue set maintain_on = now() where maintain_on > now() + interval '60 seconds'`)
  }

  async pause(): Promise<void> {
    this.stopping = true
    for (const name of names) await this.boss.offWork(name, { wait: false })
  }

  async stop(): Promise<void> {
    this.stopping = true
    await this.boss.stop({ graceful: true, timeout: 10_000, close: true })
  }
}
