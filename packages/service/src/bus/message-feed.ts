import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Database } from '../database/index.ts'
import { asInfraError } from '../errors.ts'
import type { Wakes } from '../jobs/index.ts'

/** A message of the outbox. */
export interface FedMessage {
  id: number
  subject: string
  topic: string
  body: Record<string, unknown>
}

/** Transactions take ids before they commit, so a message may appear up to this many ids after the newest one. */
const lateMax = 2000

/** Most messages that the feed reads at once. */
const rowsMax = 500

/** Returns the messages after an id, in order; of one subject or of all. */
export async function messagesAfter(
  database: Database,
  id: number,
  subject: string | undefined,
  limit: number,
): Promise<FedMessage[]> {
  const { rows } = await sql<FedMessage>`
    select id, subject, topic, body from messages
     where id > ${id} and (${subject ?? null}::text is null or subject = ${subject ?? null})
     order by id limit ${limit}`.execute(database)
  return rows
}

/**
 * Passes messages to listeners once they are committed, from any process. The feed reads the outbox while it has
 * listeners.
 */
export class MessageFeed {
  private readonly database: Database
  private readonly log: Logger
  private readonly intervalMs: number
  private readonly listeners = new Set<(message: FedMessage) => void>()
  private seen = new Set<number>()
  private isWoken = false
  private goOn: () => void = () => undefined
  /** While the feed reads: a promise that resolves when the feed knows the first new id. */
  private begun: Promise<void> | undefined

  /** @param parts.intervalMs the feed reads as often, although nobody has woken it */
  constructor(parts: { database: Database; log: Logger; wakes: Wakes; intervalMs: number }) {
    this.database = parts.database
    this.log = parts.log
    this.intervalMs = parts.intervalMs
    parts.wakes.on('messages', () => this.wake())
  }

  /**
   * Passes every message to the listener that is committed after the promise has resolved, and perhaps some earlier
   * ones.
   *
   * @param leaving ends the listening when it is aborted
   */
  async listen(listener: (message: FedMessage) => void, leaving: AbortSignal): Promise<void> {
    if (leaving.aborted) return
    this.listeners.add(listener)
    leaving.addEventListener(
      'abort',
      () => {
        this.listeners.delete(listener)
        // Without listeners the feed ends. What is committed from now on is not news to the next one.
        if (this.listeners.size === 0) this.wake()
      },
      { once: true },
    )
    this.begun ??= this.start()
    await this.begun
  }

  private wake(): void {
    this.isWoken = true
    this.goOn()
  }

  private start(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    void this.look(() => resolve(undefined))
    return promise
  }

  private async look(onBegun: () => void): Promise<void> {
    let newest: number | undefined
    while (this.listeners.size > 0) {
      this.isWoken = false
      try {
        newest = newest === undefined ? await this.begin() : await this.step(newest)
        onBegun()
      } catch (error) {
        // While the database is unavailable, listeners receive nothing; they receive the messages of that time
        // afterwards.
        if (asInfraError(error) === undefined) this.log.error({ err: error }, 'the feed of messages')
      }
      await this.pause()
    }
    onBegun()
    this.begun = undefined
  }

  /** Waits until messages were committed, since the last read or from now on. */
  private async pause(): Promise<void> {
    if (this.isWoken) return
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => resolve(undefined), this.intervalMs)
    this.goOn = () => resolve(undefined)
    await promise
    clearTimeout(timer)
  }

  /** Marks the present messages as seen, because they are not news. */
  private async begin(): Promise<number> {
    const { rows } = await sql<{ id: number }>`
      select id from messages order by id desc limit ${lateMax}`.execute(this.database)
    this.seen = new Set(rows.map(({ id }) => id))
    return rows[0]?.id ?? 0
  }

  private async step(newest: number): Promise<number> {
    const { rows } = await sql<FedMessage>`
      select id, subject, topic, body from messages
       where id > ${newest - lateMax} and not id = any(${[...this.seen]})
       order by id limit ${rowsMax}`.execute(this.database)
    // There may be more.
    if (rows.length === rowsMax) this.isWoken = true
    for (const message of rows) {
      this.seen.add(message.id)
      for (const listener of this.listeners) listener(message)
    }
    const last = Math.max(newest, rows.at(-1)?.id ?? newest)
    for (const id of this.seen) if (id <= last - lateMax) this.seen.delete(id)
    return last
  }
}
