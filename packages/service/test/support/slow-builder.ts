import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import path from 'node:path'
import { FakeBuilder } from '../../src/builders/fake/fake-builder.ts'

/**
 * A builder from outside the service. It makes no build root while the file `slow` is in its data folder, and writes
 * lines to `connects`.
 */
export class SlowBuilder extends FakeBuilder {
  private readonly folder: string

  constructor(parts: ConstructorParameters<typeof FakeBuilder>[0]) {
    super(parts)
    this.folder = path.dirname(parts.dataDir)
  }

  override async connect(...plan: Parameters<FakeBuilder['connect']>): Promise<void> {
    appendFileSync(path.join(this.folder, 'connects'), `begin ${process.pid}\n`)
    while (existsSync(path.join(this.folder, 'slow'))) await sleep(50)
    await super.connect(...plan)
    appendFileSync(path.join(this.folder, 'connects'), `end ${process.pid}\n`)
  }
}
