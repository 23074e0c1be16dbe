import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { fromKysely, PgBoss, type Job } from 'pg-boss'
import { PreparingClient, type Tx } from '../database/index.ts'
import { messageOf } from '../errors.ts'
import type { GaugeSource } from '../telemetry/index.ts'
import type { JobHandler, NewJob, Queue, QueueName } from './queue.ts'
import type { Readers } from './wakes.ts'

const names: readonly QueueName[] = ['turns', 'effects']

/**
 * `short`: at most one job per key waits; a turn reads all facts when it runs. `exclusive`: at most one job per key
 * waits or runs; no attempt runs twice at a time.
 */
const policies = { turns: 'short', effects: 'exclusive' } as const

/** The least value that pg-boss allows. Another process takes over a killed worker's job after 8 to 11 s. */
const heartbeatSeconds = 10
const heartbeatEveryMs = 3000

/** The safety net: whatever told nobody is found after this time. */
const pollMs = 15_000

/** While jobs run or notifications arrive, this process looks for dead ones as often. */
const watchMs = 1000

/** So long after the last notification another process may still take a job. */
const quietMs = 30_000

/** Pause before a job that has thrown is handed out again, and before the database is asked again. */
const retrySeconds = 1
const retryMs = retrySeconds * 1000 + 100

/** pg-boss deletes finished jobs, and looks after its indexes, when it is asked to. */
const maintainMs = 3_600_000

/** One statement for all queues. */
const surveySql = `
  select exists (select from pgboss.job where state < 'active' and not blocked and start_after <= now()) as ready,
      count(*)::integer as running,
      count(*) filter (where heartbeat_on + heartbeat_seconds * interval '1 second' < now())::integer as dead
    from pgboss.job where state = 'active'`

/** Without this index, a survey would read all finished jobs. */
const indexSql = `create index if not exists mbs_running on pgboss.job_common (heartbeat_on) where state = 'active'`

/** The channel of pg-boss: it announces each job that may run, with the name of the queue (its `plans.js`). */
const channelSql = `select 'pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24) as channel`

/**
 * Jobs in PostgreSQL by pg-boss, in a schema of its own in the service's database.
 *
 * A process is silent while there is nothing to do: a notification wakes it when a transaction commits a job. While it
 * finds jobs that no notification has announced (behind a pooler of transactions), it looks every second.
 */
export class PgBossQueue implements Queue {
  private readonly boss: PgBoss
  private readonly onError: (error: Error) => void
  private fetchers: Fetcher[] = []
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly listening: { close(): Promise<void> }[] = []
  private readers: Readers | undefined
  private readonly outside = AsyncLocalStorage.snapshot()
  private stopping = false
  private quietAt = 0
  private wokenAt = 0
  private silentUntil = 0
  private othersRun = false

  private constructor(boss: PgBoss, onError: (error: Error) => void) {
    this.boss = boss
    this.onError = onError
  }

  /** @param prepares whether frequent statements are prepared on each connection */
  static async open(
    url: string,
    onError: (error: Error) => void,
    { prepares = true }: { prepares?: boolean } = {},
  ): Promise<PgBossQueue> {
    const boss = new PgBoss({
      connectionString: url,
      // pg-boss hands its options on to the pool.
      ...(prepares ? { Client: PreparingClient } : {}),
      application_name: 'mbs-jobs',
      supervise: false,
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
        retryDelay: retrySeconds,
        deleteAfterSeconds: 3600,
      })
    }
    await boss.getDb().executeSql(indexSql)
    return new PgBossQueue(boss, onError)
  }

  async send(tx: Tx, name: QueueName, jobs: readonly NewJob[]): Promise<void> {
    if (jobs.length === 0) return
    await this.boss.insert(
      name,
      jobs.map(({ data, key, startAfterMs }) => ({
        data,
        singletonKey: key,
        ...(startAfterMs === undefined ? {} : { startAfter: startAfterMs / 1000 }),
      })),
      { db: fromKysely(tx) },
    )
    // Nobody is notified when a job reaches its start time. The transaction may commit later than that.
    for (const { startAfterMs } of jobs)
      if (startAfterMs !== undefined) for (const late of [100, 2000]) this.lookIn(startAfterMs + late)
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
    this.fetchers = names.map(
      (name) =>
        new Fetcher(name, this.boss, handlers[name], slots[name], {
          onError: this.onError,
          onRetry: () => this.lookIn(retryMs),
        }),
    )
    const { rows } = await this.boss.getDb().executeSql(channelSql)
    const { channel } = (rows as { channel: string }[])[0] ?? { channel: '' }
    await this.listen(channel, {
      on: (name) => this.woken(name),
      onReconnect: () => this.look(),
    })
    // A process may have died before this one began to listen.
    this.quietAt = performance.now() + quietMs
    this.repeat(heartbeatEveryMs, () => Promise.all(this.fetchers.map((fetcher) => fetcher.beat())))
    this.repeat(pollMs, () => this.survey())
    this.repeat(watchMs, async () => {
      const isSilent = performance.now() < this.silentUntil
      if (isSilent) this.readers?.wakeAll()
      if (isSilent || this.othersRun || performance.now() < this.quietAt) await this.survey()
    })
    this.repeat(maintainMs, () => this.boss.supervise())
    this.look()
  }

  /** The numbers of jobs that wait, wait for their start time, run, and have been given up. */
  readonly gauge: GaugeSource = {
    name: 'mbs_jobs',
    help: 'Jobs of the queues; failed: given up after all retries',
    labels: ['queue', 'state'],
    read: async () => {
      const { rows } = await this.boss.getDb().executeSql(`
        select name, case when state = 'failed' then 'failed' when state = 'active' then 'active'
            when start_after > now() then 'deferred' else 'ready' end as state, count(*)::integer as value
          from pgboss.job where state <= 'active' or state = 'failed' group by 1, 2`)
      const found = rows as { name: string; state: string; value: number }[]
      return names.flatMap((queue) =>
        ['ready', 'deferred', 'active', 'failed'].map((state) => ({
          labels: { queue, state },
          value: found.find((row) => row.name === queue && row.state === state)?.value ?? 0,
        })),
      )
    },
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

  /**
   * Wakes readers when any process has committed their rows. The connection is the queue's; while jobs come that no
   * notification has announced, the readers are woken every second.
   */
  async announceTo(readers: Readers): Promise<void> {
    this.readers = readers
    await this.listen('mbs_rows', {
      on: (rows) => {
        if (rows === 'messages' || rows === 'waits') readers.wake(rows)
      },
      onReconnect: () => readers.wakeAll(),
    })
  }

  pause(): Promise<void> {
    this.stopping = true
    for (const timer of this.timers) clearTimeout(timer)
    for (const fetcher of this.fetchers) fetcher.pause()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.pause()
    // Until the handlers have ended, their jobs must not seem to be those of a dead process.
    const beating = setInterval(() => {
      for (const fetcher of this.fetchers)
        fetcher.beat().catch((error: unknown) => this.onError(asError(error)))
    }, heartbeatEveryMs)
    await Promise.all(this.fetchers.map((fetcher) => fetcher.ended()))
    clearInterval(beating)
    await Promise.all(this.listening.map((listener) => listener.close()))
    await this.boss.stop({ graceful: true, timeout: 10_000, close: true })
  }

  /**
   * Listens to notifications. pg-boss connects again when the connection is lost, but not when the first attempt fails:
   * the database may have had no connection left at that moment.
   */
  private async listen(
    channel: string,
    { on, onReconnect }: { on: (payload: string) => void; onReconnect: () => void },
  ): Promise<void> {
    try {
      const listener = await this.boss.getDb().listen?.(channel, on, onReconnect)
      if (listener === undefined) return
      this.listening.push(listener)
      if (this.stopping) await listener.close()
    } catch (error) {
      this.onError(asError(error))
      this.in(retryMs, () => void this.listen(channel, { on, onReconnect }))
    }
  }

  private woken(name: string): void {
    this.wokenAt = performance.now()
    this.quietAt = this.wokenAt + quietMs
    for (const fetcher of this.fetchers) if (fetcher.name === name) fetcher.look()
  }

  private look(): void {
    for (const fetcher of this.fetchers) fetcher.look()
  }

  private lookIn(milliseconds: number): void {
    this.in(milliseconds, () => this.look())
  }

  private in(milliseconds: number, work: () => void): void {
    if (this.stopping) return
    // The caller may be in a transaction or serve a request. The work is not part of either.
    this.outside(() => {
      const timer = setTimeout(() => {
        this.timers.delete(timer)
        work()
      }, milliseconds)
      timer.unref()
      this.timers.add(timer)
    })
  }

  /** Looks for jobs that nobody has announced, and lets other processes have the jobs of dead ones. */
  private async survey(): Promise<void> {
    const { rows } = await this.boss.getDb().executeSql(surveySql)
    const [found] = rows as { ready: boolean; running: number; dead: number }[]
    if (found === undefined) return
    if (found.ready) {
      // Jobs may also wait for a free place; then to look too often costs little.
      if (performance.now() - this.wokenAt > watchMs) this.silentUntil = performance.now() + quietMs
      this.look()
    }
    this.othersRun = found.running > this.fetchers.reduce((sum, fetcher) => sum + fetcher.running, 0)
    if (found.dead === 0) return
    await this.boss.supervise()
    this.lookIn(retryMs)
  }

  private repeat(milliseconds: number, work: () => unknown): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      void Promise.resolve()
        .then(work)
        .catch((error: unknown) => this.onError(asError(error)))
        .finally(() => {
          if (!this.stopping) this.repeat(milliseconds, work)
        })
    }, milliseconds)
    this.timers.add(timer)
  }
}

/** Takes the jobs of one queue for this process. */
class Fetcher {
  readonly name: QueueName
  private readonly boss: PgBoss
  private readonly handler: JobHandler
  private readonly slots: number
  private readonly on: { onError: (error: Error) => void; onRetry: () => void }
  private readonly held = new Map<string, Job<Record<string, unknown>>>()
  private readonly handling = new Set<Promise<void>>()
  private done: Job<Record<string, unknown>>[] = []
  private finishing: Promise<void> | undefined
  private fetching: Promise<void> | undefined
  private isWanted = false
  private isPaused = false

  constructor(
    name: QueueName,
    boss: PgBoss,
    handler: JobHandler,
    slots: number,
    on: { onError: (error: Error) => void; onRetry: () => void },
  ) {
    this.name = name
    this.boss = boss
    this.handler = handler
    this.slots = slots
    this.on = on
  }

  get running(): number {
    return this.held.size
  }

  /** Fetches as many jobs as there are free slots; the last call while it fetches makes it fetch again. */
  look(): void {
    this.isWanted = true
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = undefined
      // A call may have come after the last fetch and before this.
      if (this.isWanted && this.mayFetch()) this.look()
    })
  }

  /** Tells that the jobs of this process are alive. */
  async beat(): Promise<void> {
    if (this.held.size > 0) await this.boss.touch(this.name, [...this.held.values()])
  }

  pause(): void {
    this.isPaused = true
  }

  async ended(): Promise<void> {
    await this.fetching
    await Promise.all(this.handling)
    await this.finishing
  }

  private mayFetch(): boolean {
    return !this.isPaused && this.handling.size < this.slots
  }

  private async fetch(): Promise<void> {
    while (this.isWanted && this.mayFetch()) {
      this.isWanted = false
      const free = this.slots - this.handling.size
      try {
        const jobs = await this.boss.fetch<Record<string, unknown>>(this.name, { batchSize: free })
        // There may be more; they are fetched when slots are free again.
        if (jobs.length === free) this.isWanted = true
        for (const job of jobs) this.handle(job)
      } catch (error) {
        this.report(error)
        this.on.onRetry()
      }
    }
  }

  private handle(job: Job<Record<string, unknown>>): void {
    this.held.set(job.id, job)
    const handling = Promise.resolve()
      .then(() => {
        // The error returns the job for another process or the next start.
        if (this.isPaused) throw new Error('this process is stopping')
        return this.handler(job.data)
      })
      .then(
        () => this.finish(job),
        (error: unknown) => this.giveBack(job, error),
      )
      .finally(() => {
        this.held.delete(job.id)
        this.handling.delete(handling)
        if (this.isWanted) this.look()
      })
    this.handling.add(handling)
  }

  /** Ends jobs. All that end in one moment, or while others are being ended, take one statement together. */
  private async finish(job: Job<Record<string, unknown>>): Promise<void> {
    this.done.push(job)
    while (this.done.includes(job)) {
      this.finishing ??= this.finishAll().finally(() => {
        this.finishing = undefined
      })
      await this.finishing
    }
  }

  private async finishAll(): Promise<void> {
    await setImmediate()
    const jobs = this.done
    this.done = []
    await this.boss.complete(this.name, jobs).catch((error: unknown) => this.report(error))
  }

  private async giveBack(job: Job<Record<string, unknown>>, error: unknown): Promise<void> {
    await this.boss
      .fail(this.name, job, { message: messageOf(error) })
      .catch((failure: unknown) => this.report(failure))
    this.on.onRetry()
  }

  private report(error: unknown): void {
    this.on.onError(asError(error))
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
