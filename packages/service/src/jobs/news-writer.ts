import type { Clock } from '../clock.ts'
import { GroupCommit, type Tx } from '../database/index.ts'
import { waits } from './store/index.ts'
import { subjectKey, type Subject } from './subject.ts'

type Write = (tx: Tx, now: Date) => Promise<unknown>

/** Writes news of a subject under its lock, and takes its turn in the same transaction unless the news are `waits`. */
type WriteAndTakeTurn = (subject: Subject, name: string, write: Write) => Promise<void>

interface News {
  name: string
  write: Write
}

/**
 * Writes news of subjects. The components of a batch often end together: what comes while earlier news of the same
 * subject are being written shares one transaction, one lock and one turn.
 */
export class NewsWriter {
  private readonly clock: Clock
  private readonly writeAndTakeTurn: WriteAndTakeTurn
  private readonly writers = new Map<string, GroupCommit<News, undefined>>()

  constructor(clock: Clock, writeAndTakeTurn: WriteAndTakeTurn) {
    this.clock = clock
    this.writeAndTakeTurn = writeAndTakeTurn
  }

  /**
   * Writes one piece of news; nothing, when the subject does not exist. `write` may run twice: if news cannot be written
   * together, each is written alone. What it counts or logs may then stand there twice.
   */
  async write(subject: Subject, name: string, write: Write): Promise<void> {
    const key = subjectKey(subject)
    const writer =
      this.writers.get(key) ?? new GroupCommit(this.clock, (news) => this.writeTogether(subject, news))
    this.writers.set(key, writer)
    try {
      await writer.add({ name, write })
    } finally {
      if (writer.isIdle) this.writers.delete(key)
    }
  }

  private async writeTogether(subject: Subject, news: readonly News[]): Promise<readonly undefined[]> {
    await this.writeAndTakeTurn(subject, news[0]?.name ?? '', async (tx, now) => {
      // They take the same steps at the same time, so that each step is one statement for all of them.
      const writes = news.map(({ write }) => write(tx, now))
      // When one fails, the others must have ended before the transaction ends.
      await Promise.allSettled(writes)
      const written = await Promise.all(writes)
      return written.every((one) => one === waits) ? waits : undefined
    })
    return []
  }
}
