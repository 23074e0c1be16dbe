import type { Tx } from '../database/index.ts'
import { subjectKey, type Subject } from './subject.ts'

/** Writes news of a subject under its lock, and wakes its turn in the same transaction. */
export type UnderLock = <T>(
  subject: Subject,
  name: string,
  write: (tx: Tx, now: Date) => Promise<T>,
) => Promise<T | undefined>

interface Waiting {
  name: string
  write: (tx: Tx, now: Date) => Promise<unknown>
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

/**
 * Writes news of subjects. All news of one subject that come while earlier ones are being written are then written in
 * one transaction, with one lock and one turn: the components of a batch often end together.
 */
export class NewsWriter {
  private readonly underLock: UnderLock
  private readonly waiting = new Map<string, Waiting[]>()

  constructor(underLock: UnderLock) {
    this.underLock = underLock
  }

  /**
   * Writes one piece of news. `write` may run twice: if news cannot be written together, each is written alone.
   *
   * @returns the result of `write`; undefined when the subject does not exist
   */
  write<T>(subject: Subject, name: string, write: (tx: Tx, now: Date) => Promise<T>): Promise<T | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const one = { name, write, resolve, reject }
    const key = subjectKey(subject)
    const others = this.waiting.get(key)
    if (others === undefined) {
      this.waiting.set(key, [one])
      void this.writeAll(subject, key)
    } else others.push(one)
    return promise as Promise<T | undefined>
  }

  private async writeAll(subject: Subject, key: string): Promise<void> {
    // News that come in the same moment are written together from the first transaction on.
    await Promise.resolve()
    for (;;) {
      const news = this.waiting.get(key)
      if (news === undefined || news.length === 0) break
      this.waiting.set(key, [])
      await this.writeTogether(subject, news)
    }
    this.waiting.delete(key)
  }

  private async writeTogether(subject: Subject, news: readonly Waiting[]): Promise<void> {
    const [first] = news
    if (first === undefined) return
    if (news.length > 1)
      try {
        const results = await this.underLock(subject, first.name, async (tx, now) => {
          const written: unknown[] = []
          for (const { write } of news) written.push(await write(tx, now))
          return written
        })
        for (const [index, { resolve }] of news.entries()) resolve(results?.[index])
        return
      } catch {
        // One of them cannot be written. It must not keep the others from being written.
      }
    for (const { name, write, resolve, reject } of news)
      await this.underLock(subject, name, write).then(resolve, reject)
  }
}
