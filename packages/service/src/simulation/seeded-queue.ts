import { sql } from 'kysely'
import type { Tx } from '../database/index.ts'
import type { JobHandler, NewJob, Queue, QueueName } from '../jobs/index.ts'
import type { Connections } from './connections.ts'
import type { Random } from './random.ts'
import type { Actor, Scheduler } from './scheduler.ts'

/** The jobs of a simulation. This queue and pg-boss have only the contract in common. */
export const seededJobsTable = `
  create table seeded_jobs (
    id bigint generated always as identity primary key,
    name text not null,
    key text not null,
    data jsonb not null,
    start_after double precision not null,
    taker text,
    taken integer not null default 0
  );
  create unique index seeded_jobs_waiting on seeded_jobs (name, key) where taker is null and taken = 0;
  create unique index seeded_jobs_effects on seeded_jobs (key) where name = 'effects'`

/** A taker without a heartbeat for this long counts as dead (pg-boss allows no less). */
const heartbeatMs = 10_000

/** The safety net, as of the real queue. */
const pollMs = 15_000

/** Pause before a job that has thrown is handed out again. */
const retryMs = 1000

interface JobRow {
  id: number
  name: QueueName
  key: string
  data: Record<string, unknown>
  start_after: number
  taken: number
  /** The attempt of a queued effect; 0 for an effect that has ended, null for a turn. */
  effect_attempt: number | null
}

/**
 * Jobs under virtual time, handed out in an order that the seed chooses. This is the second implementation of the
 * contract {@link Queue}, with one object per simulated process.
 */
export class SeededQueue implements Queue {
  private readonly scheduler: Scheduler
  private readonly connections: Connections
  private readonly random: Random
  private readonly actor: Actor
  private readonly watch: <T>(work: () => T) => T
  private handlers: Record<QueueName, JobHandler> | undefined
  private readonly free: Record<QueueName, number> = { turns: 0, effects: 0 }
  private readonly running = new Set<Promise<void>>()
  private readonly over = new Set<string>()
  private fetching = false
  private callOff: () => void = () => undefined

  constructor(parts: {
    scheduler: Scheduler
    connections: Connections
    random: Random
    actor: Actor
    /** Runs a handler under the crash points of its process. */
    watch: <T>(work: () => T) => T
  }) {
    this.scheduler = parts.scheduler
    this.connections = parts.connections
    this.random = parts.random
    this.actor = parts.actor
    this.watch = parts.watch
  }

  async send(tx: Tx, name: QueueName, jobs: readonly NewJob[]): Promise<void> {
    if (jobs.length === 0) return
    const rows = jobs.map(({ data, key, startAfterMs = 0 }) => {
      const startAfter = this.scheduler.now + startAfterMs
      return sql`(${name}, ${key}, ${JSON.stringify(data)}::jsonb, ${startAfter}::double precision)`
    })
    await sql`
      insert into seeded_jobs (name, key, data, start_after) values ${sql.join(rows)}
      on conflict do nothing`.execute(tx)
  }

  async isRunning(tx: Tx, name: QueueName, keys: readonly string[]): Promise<boolean> {
    const { rows } = await sql`
      select from seeded_jobs where name = ${name} and taker is not null and key = any(${keys}) limit 1`.execute(
      tx,
    )
    return rows.length > 0
  }

  start(handlers: Record<QueueName, JobHandler>, slots: Record<QueueName, number>): Promise<void> {
    this.handlers = handlers
    Object.assign(this.free, slots)
    this.repeat()
    return Promise.resolve()
  }

  pause(): Promise<void> {
    this.handlers = undefined
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.pause()
    await Promise.all(this.running)
  }

  /** Looks for jobs that no notification has announced. */
  private repeat(): void {
    if (this.handlers === undefined) return
    this.poke()
    this.scheduler.after(pollMs, this.actor, () => this.repeat())
  }

  /** Looks for jobs. It is called when a transaction has committed jobs, and when a job reaches its start time. */
  poke(): void {
    const names = (Object.keys(this.free) as QueueName[]).filter((name) => this.free[name] > 0)
    if (this.handlers === undefined || this.fetching || names.length === 0 || !this.actor.alive) return
    this.fetching = true
    void this.scheduler
      .step(this.actor, 'audit', 'fetch a job', () => this.fetch(names))
      .then((job) => {
        this.fetching = false
        if (job !== undefined) this.handle(job)
      })
  }

  /** Returns whether an attempt at an effect was over when this queue handed out its job. */
  wasOver(effect: number, attempt: number): boolean {
    return this.over.has(`${effect}:${attempt}`)
  }

  /** Frees the jobs that this dead or frozen process has taken, so that another process can take them. */
  static async takeOver(connections: Connections, actor: Actor): Promise<void> {
    await connections.ask('update seeded_jobs set taker = null where taker = $1', [actor.name])
  }

  static readonly heartbeatMs = heartbeatMs

  private async fetch(names: readonly QueueName[]): Promise<JobRow | undefined> {
    const jobs = await this.connections.ask<JobRow>(
      `select id, name, key, data, start_after, taken,
          (select case e.state when 'queued' then e.attempt else 0 end
             from effects e where e.id::text = data->>'effect') as effect_attempt
        from seeded_jobs where taker is null and name = any($1) order by id`,
      [names],
    )
    const due = jobs.filter((job) => job.start_after <= this.scheduler.now)
    if (due.length === 0) {
      this.callOff()
      const next = Math.min(...jobs.map((job) => job.start_after))
      if (Number.isFinite(next))
        this.callOff = this.scheduler.after(next - this.scheduler.now, this.actor, () => this.poke())
      return undefined
    }
    const job = this.random.pick(due)
    await this.connections.ask('update seeded_jobs set taker = $2, taken = taken + 1 where id = $1', [
      job.id,
      this.actor.name,
    ])
    return { ...job, taken: job.taken + 1 }
  }

  private handle(job: JobRow): void {
    const handler = this.handlers?.[job.name]
    if (handler === undefined) return
    this.free[job.name]--
    if (job.effect_attempt !== null && job.effect_attempt !== job.data['attempt']) this.over.add(job.key)
    const done = this.watch(() => handler(job.data))
      .then(
        () => this.end('delete from seeded_jobs where id = $1 and taken = $2', job),
        () =>
          this.end(
            'update seeded_jobs set taker = null, start_after = $3 where id = $1 and taken = $2',
            job,
            [this.scheduler.now + retryMs],
          ),
      )
      .finally(() => {
        this.running.delete(done)
        this.free[job.name]++
        this.poke()
      })
    this.running.add(done)
    this.poke()
  }

  /** Ends a job, unless another process has taken it meanwhile. */
  private async end(statement: string, { id, taken }: JobRow, more: readonly number[] = []): Promise<void> {
    await this.scheduler.step(this.actor, 'audit', 'end a job', () =>
      this.connections.ask(statement, [id, taken, ...more]),
    )
  }
}
