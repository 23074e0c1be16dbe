import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Database } from '../database/index.ts'
import { asInfraError } from '../errors.ts'

/** A message of the outbox. */
export interface FedMessage {
  id: number
  subject: string
  topic: string
  body: Record<string, unknown>
}

/** Ids are given before transactions commit: so far behind the newest one a message may still come. */
const lateMax = 2000

/** The messages after one, in order; of one subject or of all. */
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
 * Tells listeners of messages once they are committed, whichever process wrote them: the outbox is looked at while
 * anybody listens.
 */
export class MessageFeed {
  private readonly database: Database
  private readonly log: Logger
  private readonly intervalMs: number
  private readonly listeners = new Set<(message: FedMessage) => void>()
  private seen = new Set<number>()
  /** While it looks: what is over once it knows where the news begins. */
  private begun: Promise<void> | undefined

  constructor({ database, log, intervalMs }: { database: Database; log: Logger; intervalMs: number }) {
    this.database = database
    this.log = log
    this.intervalMs = intervalMs
  }

  /**
   * Every message that is committed after this is over is told, and perhaps some before it.
   *
   * @returns what ends the listening
   */
  async listen(listener: (message: FedMessage) => void): Promise<() => void> {
    this.listeners.add(listener)
    this.begun ??= this.start()
    await this.begun
    return () => this.listeners.delete(listener)
  }

  private start(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    void this.look(() => resolve(undefined))
    return promise
  }

  private async look(onBegun: () => void): Promise<void> {
    let newest: number | undefined
    while (this.listeners.size > 0) {
      try {
        newest = newest === undefined ? await this.begin() : await this.step(newest)
        onBegun()
      } catch (error) {
        // While the database is away nothing is told; what is written meanwhile is told once it is back.
        if (asInfraError(error) === undefined) this.log.error({ err: error }, 'the feed of messages')
      }
      await new Promise((resolve) => setTimeout(resolve, this.intervalMs))
    }
    onBegun()
    this.begun = undefined
  }

  /** What is there already is not news. */
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
       order by id limit 500`.execute(this.database)
    for (const message of rows) {
      this.seen.add(message.id)
      for (const listener of this.listeners) listener(message)
    }
    const last = Math.max(newest, rows.at(-1)?.id ?? newest)
    for (const id of this.seen) if (id <= last - lateMax) this.seen.delete(id)
    return last
  }
}
