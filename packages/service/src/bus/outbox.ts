import { sql, type Generated } from 'kysely'
import type { Logger } from 'pino'
import { after, type Clock } from '../clock.ts'
import { inTransaction, slices, type Database, type Tx } from '../database/index.ts'
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

/** A message to write. */
export interface NewMessage {
  subject: string
  /** The subject's own version number, written under its lock: messages go out in this order. */
  revision: number
  topic: string
  body: Record<string, unknown>
}

/** Any number that no other advisory lock of the service has. One relay publishes at a time. */
const relayLock = 7_265_001

/** Most messages that one relay publishes. */
const batchMax = 500

/** Pause of the relay after the bus has not accepted a message. */
const pauseMs = 1000

/**
 * The outbox of messages. A message is written in the transaction of the change, and published afterwards. So the bus
 * receives no message of a change that was rolled back, and receives every message of a committed one.
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

  /**
   * Writes messages within the caller's transaction, in this order.
   */
  async announce(tx: Tx, messages: readonly NewMessage[], now: Date): Promise<void> {
    for (const some of slices(messages))
      await tx
        .$extendTables<Tables>()
        .insertInto('messages')
        .values(some.map((message) => ({ ...message, created_at: now, published_at: null })))
        .execute()
  }

  /**
   * Publishes the unpublished messages, the oldest first. The relay looks at all unpublished messages and keeps no
   * cursor, because a transaction may commit after a later one. A message that the bus does not accept stays for a
   * later relay.
   *
   * @param signal aborted: the relay begins no more messages
   * @returns the time until there is more to do, in milliseconds; undefined if nothing is left
   */
  async relay(signal?: AbortSignal): Promise<number | undefined> {
    const now = this.clock.now()
    // A clock that was set back must not make the pause longer.
    if (this.pausedUntil !== undefined && now < this.pausedUntil && this.pausedUntil <= after(now, pauseMs))
      return pauseMs
    if ((await this.unpublished(this.database, 1)).length === 0) return undefined
    const relayed = await inTransaction(this.database, 'relay', (tx) => this.relayUnderLock(tx, signal))
    // Another process relays; it may have begun before the latest messages were committed.
    if (relayed === undefined) return pauseMs
    const { failure } = relayed
    if (failure === undefined && this.pausedUntil !== undefined)
      this.log.info('the bus accepts messages again')
    if (failure !== undefined) {
      this.metrics.failure(failure, 'relay')
      if (this.pausedUntil === undefined)
        this.log.warn(
          { err: failure },
          `the bus does not accept messages (${messageOf(failure)}); the service keeps them`,
        )
    }
    this.pausedUntil = failure === undefined ? undefined : after(this.clock.now(), pauseMs)
    if (failure !== undefined) return pauseMs
    return relayed.isFull ? 0 : undefined
  }

  /** Returns the gauges of the unpublished messages: their number, and the age of the oldest one. */
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
        help: 'Messages that the bus has not accepted yet',
        labels: [],
        read: async () => [{ labels: {}, value: (await read())?.count ?? 0 }],
      },
      {
        name: 'mbs_messages_oldest_seconds',
        help: 'Age of the oldest message that the bus has not accepted yet',
        labels: [],
        read: async () => {
          const now = this.clock.now()
          const oldest = (await read())?.oldest ?? now
          return [{ labels: {}, value: (now.getTime() - oldest.getTime()) / 1000 }]
        },
      },
    ]
  }

  /** Returns the error of the bus, if the bus did not accept all messages; undefined when another process relays. */
  private async relayUnderLock(
    tx: Tx,
    signal?: AbortSignal,
  ): Promise<{ failure: unknown; isFull: boolean } | undefined> {
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
    return { failure, isFull: published.length === batchMax }
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
