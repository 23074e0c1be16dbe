import type { Clock } from '../clock.ts'
import { GroupCommit, type Tx } from '../database/index.ts'
import { waits } from './store/index.ts'
import { subjectKey, type Subject } from './subject.ts'

/**
 * Writes news to the database. `waits`: it has begun a wait, and nothing is to be decided before that wait is over. After
 * other news their subject has a turn.
 */
export type Recorder = (tx: Tx, now: Date) => Promise<unknown>

interface Writers {
  /** Writes news of a subject under its lock, and takes its turn in the same transaction unless the news are `waits`. */
  andTakeTurn(subject: Subject, name: string, write: Recorder): Promise<unknown>
  /** Writes news of a subject under its lock, and sends a job for its turn. */
  andWakeTurn(subject: Subject, name: string, write: Recorder): Promise<unknown>
}

interface News {
  name: string
  write: Recorder
}

/**
 * Writes news of subjects. The components of a batch often end together: what comes while earlier news of the same
 * subject are being written shares one transaction, one lock and one turn.
 */
export class NewsWriter {
  private readonly clock: Clock
  private readonly writers: Writers
  private readonly groups = new Map<string, GroupCommit<News, undefined>>()

  constructor(clock: Clock, writers: Writers) {
    this.clock = clock
    this.writers = writers
  }

  /**
   * Writes one piece of news; nothing, when the subject does not exist. `write` may run twice: if news cannot be written
   * together, each is written alone. What it counts or logs may then stand there twice.
   */
  async write(subject: Subject, name: string, write: Recorder): Promise<void> {
    const key = subjectKey(subject)
    const group =
      this.groups.get(key) ??
      new GroupCommit(this.clock, (news, isAgain) => this.writeTogether(subject, news, isAgain))
    this.groups.set(key, group)
    try {
      await group.add({ name, write })
    } finally {
      if (group.isIdle) this.groups.delete(key)
    }
  }

  private async writeTogether(
    subject: Subject,
    news: readonly News[],
    isAgain: boolean,
  ): Promise<readonly undefined[]> {
    const write: Recorder = async (tx, now) => {
      // They take the same steps at the same time, so that each step is one statement for all of them.
      const writes = news.map((one) => one.write(tx, now))
      // When one fails, the others must have ended before the transaction ends.
      await Promise.allSettled(writes)
      const written = await Promise.all(writes)
      return written.every((one) => one === waits) ? waits : undefined
    }
    const name = news[0]?.name ?? ''
    // The others of the group are written alone too. Their jobs become one turn.
    await (isAgain
      ? this.writers.andWakeTurn(subject, name, write)
      : this.writers.andTakeTurn(subject, name, write))
    return []
  }
}
