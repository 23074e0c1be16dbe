/** The rows of which commits wake readers. */
export type Rows = 'messages' | 'waits'

/** Calls readers when rows that they read were committed, by any process. */
export interface Wakes {
  /**
   * Calls `reader` soon after each commit of such rows. A call may come late, twice, or not at all: a reader also looks by
   * itself, rarely.
   */
  on(rows: Rows, reader: () => void): void
}

/** The readers of one process. Whoever learns of commits calls them. */
export class Readers implements Wakes {
  private readonly readers = new Map<Rows, (() => void)[]>()

  on(rows: Rows, reader: () => void): void {
    this.readers.set(rows, [...(this.readers.get(rows) ?? []), reader])
  }

  wake(rows: Rows): void {
    for (const reader of this.readers.get(rows) ?? []) reader()
  }

  /** When commits may have been missed. */
  wakeAll(): void {
    for (const rows of this.readers.keys()) this.wake(rows)
  }
}
