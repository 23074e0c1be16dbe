import type { Tx } from '../database/index.ts'

/** The kinds of jobs. A `turns` job carries a subject, an `effects` job an effect's id. */
export type QueueName = 'turns' | 'effects'

export interface SendOptions {
  /** One job per key is enough: a second one is dropped while the first waits, and of `effects` while it runs too. */
  key: string
  startAfterMs?: number
}

export type JobHandler = (data: Record<string, unknown>) => Promise<void>

/**
 * Where jobs wait until somebody takes them. A job is done at least once: whoever takes one and dies loses it to
 * another taker.
 */
export interface Queue {
  /** Enqueues within the caller's transaction: rolled back with it, visible when it commits. */
  send(tx: Tx, name: QueueName, data: Record<string, unknown>, options: SendOptions): Promise<void>
  /** Begins to hand out jobs, `slots` of each kind at a time. */
  start(handlers: Record<QueueName, JobHandler>, slots: Record<QueueName, number>): Promise<void>
  /** Hands out no more; what runs goes on. */
  pause(): Promise<void>
  /** Hands out no more and waits for the handlers that run; nothing can be sent afterwards. */
  stop(): Promise<void>
}
