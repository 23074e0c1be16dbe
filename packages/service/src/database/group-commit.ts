import type { Clock } from '../clock.ts'

/** What comes within this time of the first item is committed with it: as long as a small statement takes. */
const gatherMs = 1

/** @param isAgain the item is alone because it could not be committed together with others */
type Commit<Item, Result> = (items: readonly Item[], isAgain: boolean) => Promise<readonly Result[]>

interface Waiting<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * Commits items one group at a time: all items that come while a group is being committed are the next group. What
 * often comes together then shares one transaction and its locks.
 */
export class GroupCommit<Item, Result> {
  private readonly clock: Pick<Clock, 'schedule'>
  private readonly commit: Commit<Item, Result>
  private waiting: Waiting<Item, Result>[] = []
  private isCommitting = false

  /**
   * @param commit commits items and returns a result for each, in their order. If it fails for several, it is called
   * again for each alone, so that one item keeps no other from being committed.
   */
  constructor(clock: Pick<Clock, 'schedule'>, commit: Commit<Item, Result>) {
    this.clock = clock
    this.commit = commit
  }

  get isIdle(): boolean {
    return !this.isCommitting
  }

  /** Returns the result of the item once it is committed. */
  add(item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    this.waiting.push({ item, resolve, reject })
    if (!this.isCommitting) void this.commitAll()
    return promise
  }

  private async commitAll(): Promise<void> {
    this.isCommitting = true
    while (this.isCommitting) {
      await new Promise<void>((resolve) => this.clock.schedule(gatherMs, resolve))
      const settled = await this.commitGroup(this.waiting.splice(0))
      this.isCommitting = this.waiting.length > 0
      for (const settle of settled) settle()
    }
  }

  /** @returns what tells the results to those who wait for them */
  private async commitGroup(
    group: readonly Waiting<Item, Result>[],
    isAgain = false,
  ): Promise<(() => void)[]> {
    try {
      const results = await this.commit(
        group.map(({ item }) => item),
        isAgain,
      )
      return group.map(
        ({ resolve }, index) =>
          () =>
            resolve(results[index] as Result),
      )
    } catch (error) {
      if (group.length === 1) return group.map((one) => () => one.reject(error))
      const settled = []
      for (const one of group) settled.push(...(await this.commitGroup([one], true)))
      return settled
    }
  }
}
