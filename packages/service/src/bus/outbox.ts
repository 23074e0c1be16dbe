import { sql, type Generated } from 'kysely'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import type { Clock } from '../clock.ts'
import type { Queue } from '../jobs/index.ts'

/** A message as consumers get it. */
export interface Message {
  id: number
  topic: string
  body: Record<string, unknown>
}

export type Subscriber = (message: Message) => Promise<void> | void

type Tables = {
  messages: {
    id: Generated<number>
    subject: string
    revision: number
    topic: string
    body: Record<string, unknown>
    created_at: Date
    published_at: Date | null
  }
}

/** Any number that no other advisory lock here has: one relay publishes at a time. */
const relayLock = 7_265_001

/**
 * What is to be told to the world is written with what happened, in one transaction, and published afterwards:
 * nothing is told that a rollback undid, and nothing that was committed stays untold.
 */
export class Outbox {
  private readonly database: Database
  private readonly queue: Queue
  private readonly clock: Clock
  private readonly subscribers: Subscriber[] = []

  constructor(parts: { database: Database; queue: Queue; clock: Clock }) {
    this.database = parts.database
    this.queue = parts.queue
    this.clock = parts.clock
  }

  /** @param revision the subject's own version number, written under its lock: messages go out in its order */
  async announce(
    tx: Tx,
    message: { subject: string; revision: number; topic: string; body: Record<string, unknown> },
    now: Date,
  ): Promise<void> {
    await tx
      .$extendTables<Tables>()
      .insertInto('messages')
      .values({ ...message, created_at: now, published_at: null })
      .execute()
    await this.queue.send(tx, 'outbox', {}, { key: message.subject })
  }

  /** Every message that is published from now on, at least once, in the order of its subject. */
  subscribe(subscriber: Subscriber): void {
    this.subscribers.push(subscriber)
  }

  /** Publishes what is unpublished. Ordered by subject and revision, never by a cursor: late commits count too. */
  async relay(): Promise<void> {
    await inTransaction(this.database, async (tx) => {
      await sql`select pg_advisory_xact_lock(${relayLock})`.execute(tx)
      const messages = tx.$extendTables<Tables>()
      const unpublished = await messages
        .selectFrom('messages')
        .select(['id', 'topic', 'body'])
        .where('published_at', 'is', null)
        .orderBy('subject')
        .orderBy('revision')
        .limit(500)
        .execute()
      for (const message of unpublished) for (const subscriber of this.subscribers) await subscriber(message)
      if (unpublished.length === 0) return
      await messages
        .updateTable('messages')
        .set({ published_at: this.clock.now() })
        .where(
          'id',
          'in',
          unpublished.map(({ id }) => id),
        )
        .execute()
      if (unpublished.length === 500) await this.queue.send(tx, 'outbox', {}, { key: 'relay' })
    })
  }
}
