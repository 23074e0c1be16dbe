import { sql } from 'kysely'
import type { Database } from '../database/index.ts'

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
  private readonly intervalMs: number
  private readonly listeners = new Set<(message: FedMessage) => void>()
  private seen = new Set<number>()
  private looking = false

  constructor({ database, intervalMs }: { database: Database; intervalMs: number }) {
    this.database = database
    this.intervalMs = intervalMs
  }

  /** @returns what ends the listening */
  listen(listener: (message: FedMessage) => void): () => void {
    this.listeners.add(listener)
    if (!this.looking) {
      this.looking = true
      void this.look()
    }
    return () => this.listeners.delete(listener)
  }

  private async look(): Promise<void> {
    let newest: number | undefined
    while (this.listeners.size > 0) {
      try {
        newest = newest === undefined ? await this.begin() : await this.step(newest)
      } catch {
        // The database is away: what is written meanwhile is told once it is back.
      }
      await new Promise((resolve) => setTimeout(resolve, this.intervalMs))
    }
    this.looking = false
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
