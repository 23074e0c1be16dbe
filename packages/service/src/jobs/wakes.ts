/** What wakes readers: commits of such rows, by any process, or ends of attempts, as far as the builder can tell. */
export type Waker = 'messages' | 'waits' | 'ends of attempts'

/** Calls readers when there is something new for them. */
export interface Wakes {
  /**
   * Calls `reader` soon after such an event. A call may come late, twice, or not at all: a reader also looks by itself,
   * rarely.
   */
  on(waker: Waker, reader: () => void): void
}

/** The readers of one process. Whoever learns of an event calls them. */
export class Readers implements Wakes {
  private readonly readers = new Map<Waker, (() => void)[]>()

  on(waker: Waker, reader: () => void): void {
    this.readers.set(waker, [...(this.readers.get(waker) ?? []), reader])
  }

  wake(waker: Waker): void {
    for (const reader of this.readers.get(waker) ?? []) reader()
  }

  /** When events may have been missed. */
  wakeAll(): void {
    for (const waker of this.readers.keys()) this.wake(waker)
  }
}
