import { setTimeout as sleep } from 'node:timers/promises'
import { isOver, type Field } from './field.ts'

/** Number of builds under way at a time. */
const depth = 3

/** Keeps a few real builds under way until it is stopped. */
export class Load {
  /** Builds that have not ended, as far as the load knows. */
  readonly open = new Set<number>()
  /** All builds. */
  readonly all: number[] = []
  private isEnough = false
  private readonly field: Field

  constructor(field: Field) {
    this.field = field
  }

  /** Resolves when {@link stop} was called and every build has ended. */
  async run(): Promise<void> {
    while (!this.isEnough || this.open.size > 0) {
      if (!this.isEnough && this.open.size < depth) {
        // A new stream each time, because the service builds one commit only once.
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
