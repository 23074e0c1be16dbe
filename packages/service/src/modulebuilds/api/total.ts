import type { RawBuilder } from 'kysely'
import type { Database } from '../../database/index.ts'

/** Time for which a slow count is reused, in milliseconds. */
const keptMs = 1000

/** A count that takes less time than this, in milliseconds, is never reused. */
const slowMs = 5

/** Maximum number of different lists whose counts are kept. */
const keptMax = 1000

/**
 * Counts the rows of lists. PostgreSQL reads all rows for a count, which is most of the work for a page of a long list.
 * So a slow count is reused for a second. The pages themselves stay right: only the total may be out of date.
 */
export class Total {
  private readonly known = new Map<string, { at: number; count: Promise<number> }>()
  private readonly now: () => number

  /** @param now a monotonic clock, in milliseconds */
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
      // The second begins when the count is known.
      else this.known.set(key, { at: this.now(), count })
    }, forget)
    return count
  }
}
