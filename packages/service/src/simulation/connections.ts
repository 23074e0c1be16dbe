import { readFileSync } from 'node:fs'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { Actor, Blocking, Scheduler } from './scheduler.ts'

interface Held {
  client: pg.Client
  actor: Actor
  /** The connection is inside a transaction. */
  open: boolean
  /** The tables of which a commit wakes readers, and to which the transaction has added rows. */
  added: Set<Announced>
  /** The running statement, which may wait for a lock. */
  running: Promise<unknown> | undefined
}

/** The tables of which a commit wakes readers. */
const announced = ['seeded_jobs', 'messages', 'waits'] as const
export type Announced = (typeof announced)[number]

function inserts(sql: string, table: string): boolean {
  return sql.includes(`insert into ${table}`) || sql.includes(`insert into "${table}"`)
}

/**
 * Real connections to a real server for simulated processes. Each statement is a step of the simulation, so that
 * transactions of several processes interleave at every statement. A process that dies loses its connections, and the
 * server rolls back their transactions.
 */
export class Connections {
  private readonly free: pg.Client[] = []
  private readonly held = new Set<Held>()
  private readonly url: string
  private readonly admin: pg.Client
  private scheduler: Scheduler | undefined
  private onCommit: (actor: Actor, added: Announced) => void = () => undefined

  private constructor(url: string, admin: pg.Client) {
    this.url = url
    this.admin = admin
  }

  static async open(url: string): Promise<Connections> {
    return new Connections(url, await connected(url, false))
  }

  /**
   * Prepares the connections for the next simulation on the same server.
   *
   * @param onCommit called when a transaction of the actor has committed new rows of such a table
   */
  use(scheduler: Scheduler, onCommit: (actor: Actor, added: Announced) => void): void {
    this.scheduler = scheduler
    this.onCommit = onCommit
  }

  /** Runs any number of statements that define tables, triggers or functions. */
  async define(sql: string): Promise<void> {
    await this.admin.query(sql)
  }

  /** Runs a query of the simulator itself, outside simulated time. */
  async ask<T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return (await this.admin.query({ name: nameOf(sql), text: sql, values: [...parameters] })).rows as T[]
  }

  pool(actor: Actor): PostgresPool {
    return {
      options: {},
      connect: async () => this.wrapped(await this.take(actor)),
      end: () => Promise.resolve(),
    }
  }

  /** Rolls back all transactions of this actor. */
  async drop(actor: Actor): Promise<void> {
    for (const held of [...this.held].filter((one) => one.actor === actor)) {
      const { running } = held
      if (running !== undefined) {
        signal(held, 'SIGCONT')
        await this.admin.query('select pg_cancel_backend($1)', [processIdOf(held.client)])
        await running.catch(() => undefined)
      }
      await this.rollBack(held)
      this.giveBack(held)
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.free, ...[...this.held].map(({ client }) => client)].map((client) => client.end()),
    )
    await this.admin.end()
  }

  private async take(actor: Actor): Promise<Held> {
    // Whether a connection is free or not, this is one step: leftovers of an earlier run must not change this run.
    const client = await this.needScheduler().step(
      actor,
      'audit',
      'connect',
      async () => this.free.pop() ?? (await connected(this.url, true)),
    )
    const held = { client, actor, open: false, added: new Set<Announced>(), running: undefined }
    this.held.add(held)
    return held
  }

  private giveBack(held: Held): void {
    if (this.held.delete(held)) this.free.push(held.client)
  }

  private wrapped(held: Held): PostgresPoolClient {
    return {
      query: (sql: string, parameters: readonly unknown[]) => this.statement(held, sql, parameters),
      release: () => this.giveBack(held),
      processID: processIdOf(held.client),
    } as unknown as PostgresPoolClient
  }

  private async statement(held: Held, sql: string, parameters: readonly unknown[]): Promise<unknown> {
    const scheduler = this.needScheduler()
    const ends = sql === 'commit' || sql === 'rollback'
    const result = await scheduler.step(
      held.actor,
      'statement',
      sql,
      async () => {
        held.running = held.client.query({ name: nameOf(sql), text: sql, values: [...parameters] })
        try {
          return await held.running
        } finally {
          held.running = undefined
          if (sql.startsWith('start transaction') || sql === 'begin') held.open = true
          if (ends) held.open = false
        }
      },
      ends ? undefined : this.blocking(held),
    )
    for (const table of announced) if (inserts(sql, table)) held.added.add(table)
    if (sql === 'commit') for (const table of held.added) this.onCommit(held.actor, table)
    if (ends) held.added.clear()
    return result
  }

  private blocking(held: Held): Blocking {
    return {
      isBlocked: () => this.isBlocked(held),
      pause: () => signal(held, 'SIGSTOP'),
      resume: () => signal(held, 'SIGCONT'),
    }
  }

  /**
   * Returns whether the statement waits for a lock. If it waits for itself in a cycle, this function cancels it, so
   * that it waits no more. PostgreSQL would do so only after some real time, and to any member of the cycle.
   */
  private async isBlocked({ client }: Held): Promise<boolean> {
    if (isComputing(processIdOf(client))) return false
    const [row] = await this.ask<{ blocked: boolean; deadlocked: boolean }>(
      `with recursive waits_for (pid) as (
          select unnest(pg_blocking_pids($1)) union select unnest(pg_blocking_pids(pid)) from waits_for)
        select count(*) > 0 as blocked, coalesce(bool_or(pid = $1), false) as deadlocked from waits_for`,
      [processIdOf(client)],
    )
    if (row?.deadlocked === true) await this.ask('select pg_cancel_backend($1)', [processIdOf(client)])
    return row?.blocked === true && !row.deadlocked
  }

  private async rollBack(held: Held): Promise<void> {
    if (held.open) await held.client.query('rollback')
    held.open = false
  }

  private needScheduler(): Scheduler {
    if (this.scheduler === undefined) throw new Error('no simulation is running')
    return this.scheduler
  }
}

const names = new Map<string, string>()

/**
 * Returns a name under which each connection prepares the statement once. Planning is the main cost of a small
 * statement.
 */
function nameOf(sql: string): string {
  const known = names.get(sql) ?? `s${names.size}`
  names.set(sql, known)
  return known
}

/** Sends a signal to the server process of a connection. */
function signal({ client }: Held, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(processIdOf(client), name)
  } catch {
    // The server belongs to another user, so this process may not signal it. The order of its lock waits then varies.
  }
}

/** Returns whether the server process of a connection is running, or waits only for a processor. */
function isComputing(pid: number): boolean {
  try {
    return / R /.test(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, ''))
  } catch {
    // This process cannot see the server's processes.
    return false
  }
}

function processIdOf(client: pg.Client): number {
  return (client as unknown as { processID: number }).processID
}

async function connected(url: string, readOnly: boolean): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    ...(readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
  })
  await client.connect()
  return client
}
