import type { JobHandler, NewJob, Queue, QueueName } from './queue.ts'

/** A queue that hands out its jobs when a test asks it to. It knows nothing of transactions. */
export class ListQueue implements Queue {
  readonly sent: { name: QueueName; data: Record<string, unknown> }[] = []
  private handlers: Record<QueueName, JobHandler> | undefined

  send(_tx: unknown, name: QueueName, jobs: readonly NewJob[]): Promise<void> {
    this.sent.push(...jobs.map(({ data }) => ({ name, data })))
    return Promise.resolve()
  }

  start(handlers: Record<QueueName, JobHandler>): Promise<void> {
    this.handlers = handlers
    return Promise.resolve()
  }

  /** Runs the jobs that were sent since the last call. */
  async work(): Promise<void> {
    for (const { name, data } of this.sent.splice(0)) await this.handlers?.[name](data)
  }

  isRunning = () => Promise.resolve(false)
  pause = () => Promise.resolve()
  stop = () => Promise.resolve()
}
