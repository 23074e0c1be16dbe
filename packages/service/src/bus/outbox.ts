import { sql, type Generated } from 'kysely'
import type { Logger } from 'pino'
import { after, type Clock } from '../clock.ts'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { messageOf } from '../errors.ts'
import type { GaugeSource, Metrics } from '../telemetry/index.ts'
import type { Bus, Message } from './bus.ts'

type Tables = {
  messages: {
    id: Generated<number>
    uuid: Generated<string>
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

/** So many messages are published in one go. */
const batchMax = 500

/** So long the relay leaves a bus alone that did not take a message. */
const pauseMs = 1000

/**
 * What is to be told to the world is written with what happened, in one transaction, and published afterwards:
 * nothing is told that a rollback undid, and nothing that was committed stays untold.
 */
export class Outbox {
  private readonly database: Database
  private readonly bus: Bus
  private readonly clock: Clock
  private readonly log: Logger
  private readonly metrics: Metrics
  private pausedUntil: Date | undefined

  constructor(parts: { database: Database; bus: Bus; clock: Clock; log: Logger; metrics: Metrics }) {
    this.database = parts.database
    this.bus = parts.bus
    this.clock = parts.clock
    this.log = parts.log
    this.metrics = parts.metrics
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
  }

  /**
   * Publishes what is unpublished, oldest first. It looks at all that is unpublished and keeps no cursor, because a
   * transaction may commit after a later one. What the bus does not take is published another time.
   *
   * @param signal aborted: no more messages are begun
   */
  async relay(signal?: AbortSignal): Promise<void> {
    const now = this.clock.now()
    // A clock that was set back must not make the pause longer.
    if (this.pausedUntil !== undefined && now < this.pausedUntil && this.pausedUntil <= after(now, pauseMs))
      return
    if ((await this.unpublished(this.database, 1)).length === 0) return
    const relayed = await inTransaction(this.database, 'relay', (tx) => this.relayUnderLock(tx, signal))
    if (relayed === undefined) return
    const { failure } = relayed
    if (failure === undefined && this.pausedUntil !== undefined) this.log.info('the bus takes messages again')
    if (failure !== undefined) {
      this.metrics.failure(failure, 'relay')
      if (this.pausedUntil === undefined)
        this.log.warn({ err: failure }, `the bus takes no messages (${messageOf(failure)}); they are kept`)
    }
    this.pausedUntil = failure === undefined ? undefined : after(this.clock.now(), pauseMs)
  }

  /** How many messages the bus has not taken yet, and for how long. */
  gauges(): GaugeSource[] {
    const read = async () =>
      this.database
        .$extendTables<Tables>()
        .selectFrom('messages')
        .where('published_at', 'is', null)
        .select((row) => [row.fn.countAll<number>().as('count'), row.fn.min('created_at').as('oldest')])
        .executeTakeFirst()
    return [
      {
        name: 'mbs_messages_unpublished',
        help: 'Messages that the bus has not taken yet',
        labels: [],
        read: async () => [{ labels: {}, value: (await read())?.count ?? 0 }],
      },
      {
        name: 'mbs_messages_oldest_seconds',
        help: 'Age of the oldest message that the bus has not taken yet',
        labels: [],
        read: async () => {
          const now = this.clock.now()
          const oldest = (await read())?.oldest ?? now
          return [{ labels: {}, value: (now.getTime() - oldest.getTime()) / 1000 }]
        },
      },
    ]
  }

  /** Gives the error of the bus, if it took not all; undefined when another process relays. */
  private async relayUnderLock(tx: Tx, signal?: AbortSignal): Promise<{ failure: unknown } | undefined> {
    const { rows } = await sql<{ mine: boolean }>`
      select pg_try_advisory_xact_lock(${relayLock}) as mine`.execute(tx)
    if (rows[0]?.mine !== true) return undefined
    const published: number[] = []
    let failure: unknown
    try {
      for (const { id, ...message } of await this.unpublished(tx, batchMax)) {
        if (signal?.aborted === true) break
        await this.bus.publish(message)
        published.push(id)
        this.metrics.published.inc({ topic: message.topic })
      }
    } catch (error) {
      failure = error
    }
    if (published.length > 0)
      await tx
        .$extendTables<Tables>()
        .updateTable('messages')
        .set({ published_at: this.clock.now() })
        .where('id', 'in', published)
        .execute()
    return { failure }
  }

  private async unpublished(database: Database | Tx, limit: number): Promise<(Message & { id: number })[]> {
    // Within a subject the ids rise with its revision, because both are written under its lock.
    const rows = await database
      .$extendTables<Tables>()
      .selectFrom('messages')
      .select(['id', 'uuid', 'topic', 'body', 'created_at'])
      .where('published_at', 'is', null)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(({ id, uuid, topic, body, created_at }) => ({
      id,
      uuid,
      topic,
      body,
      sentAt: created_at,
    }))
  }
}
