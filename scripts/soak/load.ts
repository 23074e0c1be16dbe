import { setTimeout as sleep } from 'node:timers/promises'
import { isOver, type Field } from './field.ts'

/** Builds under way at a time. */
const depth = 3

/** Keeps a few real builds under way, one after the other, until it is told that it is enough. */
export class Load {
  /** Builds that have not ended, as far as is known. */
  readonly open = new Set<number>()
  /** Every build. */
  readonly all: number[] = []
  private isEnough = false
  private readonly field: Field

  constructor(field: Field) {
    this.field = field
  }

  /** Ends when {@link stop} was called and every build has ended. */
  async run(): Promise<void> {
    while (!this.isEnough || this.open.size > 0) {
      if (!this.isEnough && this.open.size < depth) {
        // A new stream each time, because one commit is built once.
        const id = await this.field.submit(`s${this.all.length + 1}`)
        this.all.push(id)
        this.open.add(id)
      }
      for (const id of this.open) {
        const build = await this.field.show(id)
        if (build !== undefined && isOver(build)) this.open.delete(id)
      }
      await sleep(200)
    }
  }

  stop(): void {
    this.isEnough = true
  }
}
