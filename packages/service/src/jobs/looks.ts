import { after, type Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { Pool } from '../pool.ts'
import type { Beats, Report } from './beats.ts'
import type { NewsWriter, Recorder } from './news-writer.ts'
import * as store from './store/index.ts'
import { logFields, parseSubject } from './subject.ts'
import type { Waker, Wakes } from './wakes.ts'

/** News about one wait: it is over, or it goes on with another sentence. */
export type News = { over: Recorder } | { sentence: string }

/** Looks at all due waits of one kind together. */
export interface Lookout {
  kind: string
  intervalMs: number
  /** This makes it look at all waits at once; then the interval is only a safety net. */
  wokenBy?: Waker
  look(waits: readonly store.WaitRow[]): Promise<ReadonlyMap<number, News>>
}

/** The pause between two looks of readers that commits wake, in case that none woke them. */
export const safetyNetMs = 15_000

/** Runs lookouts while there are waits of their kinds, and writes the news that they bring. */
export class Looks {
  private readonly database: Database
  private readonly clock: Clock
  private readonly wakes: Wakes
  private readonly beats: Beats
  private readonly news: NewsWriter
  private readonly report: Report
  private readonly subjects: Pool

  /** @param parts.subjectsMax news of so many subjects of one look are written at a time, with their turns */
  constructor(parts: {
    database: Database
    clock: Clock
    wakes: Wakes
    beats: Beats
    news: NewsWriter
    report: Report
    subjectsMax: number
  }) {
    this.database = parts.database
    this.clock = parts.clock
    this.wakes = parts.wakes
    this.beats = parts.beats
    this.news = parts.news
    this.report = parts.report
    this.subjects = new Pool(parts.subjectsMax)
  }

  /** Begins the looks of these lookouts. A look that finds no wait is not repeated until one is committed. */
  begin(lookouts: readonly Lookout[]): void {
    const looks = lookouts.map((lookout) => {
      let isWoken = false
      const begun = this.beats.begin({
        name: `look ${lookout.kind}`,
        intervalMs: Infinity,
        retryMs: lookout.intervalMs,
        run: () => {
          const all = isWoken
          isWoken = false
          return this.look(lookout, all)
        },
      })
      if (lookout.wokenBy !== undefined)
        this.wakes.on(lookout.wokenBy, () => {
          isWoken = true
          begun.runIn(0)
        })
      return { ...lookout, begun }
    })
    this.beats.begin(
      {
        name: 'next looks',
        intervalMs: safetyNetMs,
        retryMs: 1000,
        wokenBy: 'waits',
        run: async () => {
          const next = await store.nextLooks(this.database)
          for (const { kind, intervalMs, begun } of looks)
            if (next.has(kind)) begun.runIn(Math.min(this.until(next.get(kind)), intervalMs))
        },
      },
      0,
    )
  }

  /**
   * @param all also looks at the waits that are not due yet
   * @returns the time until the next look, in milliseconds; infinite if there are no such waits
   */
  private async look(lookout: Lookout, all: boolean): Promise<number> {
    const now = this.clock.now()
    const nextLook = after(now, lookout.intervalMs)
    const { due, next } = await store.takeDueWaits(this.database, lookout.kind, { now, nextLook, all })
    if (due.length > 0) await this.lookAt(lookout, due)
    // Times that the clock has left behind, or that lie before it was set back, are due within an interval.
    return next === undefined ? Infinity : Math.min(this.until(next), lookout.intervalMs)
  }

  /** Returns the time until then in milliseconds, at least 0; infinite for undefined. */
  private until(at: Date | undefined): number {
    return at === undefined ? Infinity : Math.max(0, at.getTime() - this.clock.now().getTime())
  }

  private async lookAt(lookout: Lookout, waits: readonly store.WaitRow[]): Promise<void> {
    const news = await lookout.look(waits)
    const sentences = waits.flatMap(({ id, sentence }) => {
      const learnt = news.get(id)
      return learnt !== undefined && 'sentence' in learnt && learnt.sentence !== sentence
        ? [[id, learnt.sentence] as const]
        : []
    })
    if (sentences.length > 0)
      await inTransaction(this.database, 'sentences', (tx) => store.setSentences(tx, new Map(sentences)))
    const learn = (wait: store.WaitRow) =>
      // One wait whose news cannot be written must not keep the news of the others.
      this.learn(wait, news.get(wait.id)).catch((error: unknown) =>
        this.report(
          error,
          { ...logFields(parseSubject(wait.subject)), wait: wait.key },
          'news could not be written',
        ),
      )
    const subjects = Map.groupBy(waits, ({ subject }) => subject)
    await Promise.all([...subjects.values()].map((of) => this.subjects.run(() => Promise.all(of.map(learn)))))
  }

  private async learn(wait: store.WaitRow, learnt: News | undefined): Promise<void> {
    if (learnt === undefined || 'sentence' in learnt) return
    await this.news.write(parseSubject(wait.subject), `wait ${wait.kind}`, async (tx, at) => {
      // Two processes may have seen the same end; only the first one records it.
      if (!(await store.deleteWait(tx, wait.id))) return undefined
      return learnt.over(tx, at)
    })
  }
}
