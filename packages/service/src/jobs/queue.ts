import type { Tx } from '../database/index.ts'

/** The kinds of jobs. A `turns` job carries a subject, an `effects` job an effect's id. */
export type QueueName = 'turns' | 'effects'

/** A job to enqueue. */
export interface NewJob {
  data: Record<string, unknown>
  /** One job per key is enough: a second one is dropped while the first waits, and for `effects` also while it runs. */
  key: string
  startAfterMs?: number
}

export type JobHandler = (data: Record<string, unknown>) => Promise<void>

/**
 * A store of jobs that wait for a process. A job is handed out at least once: when a process takes a job and dies,
 * another process gets the job.
 */
export interface Queue {
  /** Enqueues within the caller's transaction: the jobs are rolled back with it, and visible when it commits. */
  send(tx: Tx, name: QueueName, jobs: readonly NewJob[]): Promise<void>
  /** Returns whether a process runs one of these jobs now. A job of a dead process counts until another one takes it over. */
  isRunning(tx: Tx, name: QueueName, keys: readonly string[]): Promise<boolean>
  /** Begins to hand out jobs, `slots` of each kind at a time. */
  start(handlers: Record<QueueName, JobHandler>, slots: Record<QueueName, number>): Promise<void>
  /** Hands out no more jobs; running handlers go on. */
  pause(): Promise<void>
  /** Hands out no more jobs and waits for the running handlers. The caller can send nothing afterwards. */
  stop(): Promise<void>
}
