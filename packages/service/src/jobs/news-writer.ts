import { GroupCommit, type Tx } from '../database/index.ts'
import { subjectKey, type Subject } from './subject.ts'

/** Writes news of a subject under its lock, and wakes its turn in the same transaction. */
type UnderLock = <T>(
  subject: Subject,
  name: string,
  write: (tx: Tx, now: Date) => Promise<T>,
) => Promise<T | undefined>

interface News {
  name: string
  write: (tx: Tx, now: Date) => Promise<unknown>
}

/**
 * Writes news of subjects. The components of a batch often end together: what comes while earlier news of the same
 * subject are being written shares one transaction, one lock and one turn.
 */
export class NewsWriter {
  private readonly underLock: UnderLock
  private readonly writers = new Map<string, GroupCommit<News, unknown>>()

  constructor(underLock: UnderLock) {
    this.underLock = underLock
  }

  /**
   * Writes one piece of news. `write` may run twice: if news cannot be written together, each is written alone. What it
   * counts or logs may then stand there twice.
   *
   * @returns the result of `write`; undefined when the subject does not exist
   */
  async write<T>(
    subject: Subject,
    name: string,
    write: (tx: Tx, now: Date) => Promise<T>,
  ): Promise<T | undefined> {
    const key = subjectKey(subject)
    const writer = this.writers.get(key) ?? new GroupCommit((news) => this.writeTogether(subject, news))
    this.writers.set(key, writer)
    try {
      return (await writer.add({ name, write })) as T | undefined
    } finally {
      if (writer.isIdle) this.writers.delete(key)
    }
  }

  private async writeTogether(subject: Subject, news: readonly News[]): Promise<readonly unknown[]> {
    const written = await this.underLock(subject, news[0]?.name ?? '', async (tx, now) => {
      const results: unknown[] = []
      for (const { write } of news) results.push(await write(tx, now))
      return results
    })
    return written ?? []
  }
}
