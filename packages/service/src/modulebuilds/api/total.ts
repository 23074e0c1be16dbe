import type { RawBuilder } from 'kysely'
import type { Database } from '../../database/index.ts'

/** So long a total that took its time is given again. */
const keptMs = 1000

/** What is counted faster than this is counted each time. */
const slowMs = 5

/** So many different lists are remembered. */
const keptMax = 1000

/**
 * How many rows a list has. Counting reads all of them, which is most of the work of a page of a long list; so a total
 * that took its time stands for a second. Every page of it stays right: only the total may lag behind.
 */
export class Total {
  private readonly known = new Map<string, { at: number; count: Promise<number> }>()
  private readonly now: () => number

  /** @param now milliseconds that never go back */
  constructor(now: () => number = () => performance.now()) {
    this.now = now
  }

  /** @param question `select count(*) as count …` */
  async of(database: Database, question: RawBuilder<unknown>): Promise<number> {
    const { sql, parameters } = question.compile(database)
    const key = JSON.stringify([sql, parameters])
    const known = this.known.get(key)
    if (known !== undefined && this.now() - known.at < keptMs) return known.count
    const began = this.now()
    const count = question.execute(database).then(({ rows }) => (rows[0] as { count: number }).count)
    if (this.known.size >= keptMax) this.known.clear()
    this.known.set(key, { at: Infinity, count })
    const forget = () => {
      if (this.known.get(key)?.count === count) this.known.delete(key)
    }
    count.then(() => {
      if (this.now() - began < slowMs) forget()
      // It stands for a second from when it is known.
      else this.known.set(key, { at: this.now(), count })
    }, forget)
    return count
  }
}
