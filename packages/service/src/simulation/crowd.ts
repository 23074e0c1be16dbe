import { createHash } from 'node:crypto'
import { UserError } from '../errors.ts'
import { settled } from '../hub/index.ts'
import { failEffect, retryEffect } from '../jobs/index.ts'
import { cancel } from '../modulebuilds/index.ts'
import { submit } from '../submission/index.ts'
import type { Connections } from './connections.ts'
import { scmurlOf, type SimulatedModule } from './dist-git.ts'
import type { Random } from './random.ts'
import type { Actor, Scheduler } from './scheduler.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** No build and no effect has this number. */
const nowhere = 1_000_000

/** The clients and operators of a simulation. They never die, and repeat a request until they have an answer. */
export class Crowd implements Actor {
  readonly name = 'client'
  alive = true
  frozenUntil = 0
  /** Number of requests without an answer. */
  left = 0
  private readonly helped = new Set<number>()
  private readonly scheduler: Scheduler
  private readonly connections: Connections
  private readonly random: Random
  private readonly processes: readonly SimulatedProcess[]
  private readonly trace: (line: string) => void

  constructor(parts: {
    scheduler: Scheduler
    connections: Connections
    random: Random
    processes: readonly SimulatedProcess[]
    trace: (line: string) => void
  }) {
    this.scheduler = parts.scheduler
    this.connections = parts.connections
    this.random = parts.random
    this.processes = parts.processes
    this.trace = parts.trace
  }

  /** Adds one packager. */
  submitOnce(module: SimulatedModule): void {
    this.come(0, () => this.submit(module))
  }

  /** Adds packagers. They submit a module at any moment, sometimes more than once, and sometimes cancel it. */
  packagers(module: SimulatedModule): void {
    for (let count = this.random.pick([1, 1, 2]); count > 0; count--)
      this.come(this.random.integer(0, 10_000), () => this.submit(module))
    for (let count = this.random.pick([0, 0, 1, 2]); count > 0; count--)
      this.come(this.random.integer(0, 60_000), () => this.cancelOne(module))
    if (this.random.chance(0.2)) this.come(0, () => this.cancelLate(module))
    // The next commit comes when the first one may be ready; its build then reuses the first one's components.
    if (this.random.chance(0.3)) this.come(this.random.integer(30_000, 120_000), () => this.submit(module, 1))
  }

  /** Adds operators, who retry and give up random effects, with or without a reason. */
  operators(): void {
    for (let count = this.random.pick([0, 0, 2, 4]); count > 0; count--)
      this.come(this.random.integer(0, 60_000), () => this.operate())
  }

  /** Adds importers of builds from elsewhere. Some builds are equal, and some share files with other builds. */
  importers(): void {
    for (let count = this.random.pick([0, 1, 3]); count > 0; count--) {
      const version = String(this.random.integer(1, 2))
      this.come(this.random.integer(0, 40_000), () =>
        this.insist(`import ${version}`, (process) => this.bringIn(process, version)),
      )
    }
  }

  private async bringIn({ hub }: SimulatedProcess, version: string): Promise<void> {
    const texts = { 'common.txt': 'the same in all', 'own.txt': `of version ${version}` }
    const files = new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]))
    const output = [...files].map(([filename, content]) => ({
      buildroot_id: 1,
      filename,
      filesize: content.length,
      checksum_type: 'sha256',
      checksum: createHash('sha256').update(content).digest('hex'),
      type: 'file',
      extra: { typeinfo: { module: {} } },
    }))
    const arch = 'x86_64'
    const metadata = {
      metadata_version: 0,
      build: {
        name: 'imported',
        version,
        release: '1',
        source: null,
        extra: { typeinfo: { module: {} } },
        start_time: 1,
        end_time: 2,
      },
      buildroots: [
        {
          id: 1,
          host: { os: 'elsewhere', arch },
          content_generator: { name: 'importer', version: '1' },
          container: { type: 'none', arch },
          tools: [],
          components: [],
        },
      ],
      output,
    }
    await settled(hub.importContent({ metadata, files }).then((outcome) => [outcome]))
  }

  /** Retries, once, an effect that a bug has parked. */
  help(effect: number): void {
    if (this.helped.has(effect)) return
    this.helped.add(effect)
    this.come(0, () => this.insist(`help ${effect}`, ({ world }) => retryEffect(world, effect)))
  }

  /** Gives up an effect while a process performs it. */
  giveUp(effect: number): void {
    this.left++
    void this.insist(`fail ${effect}`, ({ world }) => failEffect(world, effect, 'ada', null)).then(
      () => this.left--,
    )
  }

  private come(afterMs: number, work: () => Promise<void>): void {
    this.left++
    this.scheduler.after(afterMs, this, () => {
      void work().then(() => this.left--)
    })
  }

  private async submit(module: SimulatedModule, which: 0 | 1 = 0): Promise<void> {
    const source = { kind: 'scm' as const, scmurl: scmurlOf(module, which), branch: '1' }
    const submission = { source, owner: 'ada', options: {} }
    await this.insist(`submit ${module.name}`, ({ submissions }) => submit(submissions, submission))
  }

  private async cancelOne({ name }: SimulatedModule): Promise<void> {
    const [build] = await this.choose(
      `select id from module_builds where name = '${name}' order by id limit 1`,
    )
    if (build === undefined) return
    const id = this.random.chance(0.1) ? nowhere : build.id
    await this.insist(`cancel ${id}`, ({ world }) => cancel(world, id, 'ada', 'wrong one'))
  }

  /** Cancels at the last moment: all components are built and the build is about to be done. */
  private async cancelLate({ name }: SimulatedModule): Promise<void> {
    for (let looks = 0; looks < 300; looks++) {
      await this.scheduler.sleep(200, this)
      const [build] = await this.choose(`
        select id from module_builds b where name = '${name}' and state = 'build'
          and not exists (select from component_builds where module_build_id = b.id and state is distinct from 'complete')
        order by id limit 1`)
      if (build === undefined) continue
      await this.insist(`cancel ${build.id}`, ({ world }) => cancel(world, build.id, 'ada', 'too late?'))
      return
    }
  }

  private async operate(): Promise<void> {
    const effects = await this.choose('select id from effects order by id')
    if (effects.length === 0) return
    const id = this.random.chance(0.1) ? nowhere : this.random.pick(effects).id
    if (this.random.chance(0.7)) await this.insist(`retry ${id}`, ({ world }) => retryEffect(world, id))
    else await this.insist(`fail ${id}`, ({ world }) => failEffect(world, id, 'ada', null))
  }

  private choose(question: string): Promise<{ id: number }[]> {
    return this.scheduler.step(this, 'audit', 'choose', () => this.connections.ask<{ id: number }>(question))
  }

  /** Repeats a request as a client does, to any process, until the client knows the result. */
  private async insist(what: string, ask: (process: SimulatedProcess) => Promise<unknown>): Promise<void> {
    for (;;) {
      const process = this.random.pick(this.processes.filter(({ alive }) => alive).concat(this.processes))
      const answer = await Promise.race([
        process.watch(() => ask(process)).catch((error: unknown) => ({ error })),
        this.scheduler.sleep(60_000, this).then(() => 'timeout' as const),
      ])
      const error =
        typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : undefined
      // A refusal means that an earlier try had its effect: the service took the request before, or the subject has
      // ended.
      if (answer !== 'timeout' && (error === undefined || error instanceof UserError)) return
      this.trace(`  ${what}: once more, after ${String(error ?? answer)}`)
      await this.scheduler.sleep(this.random.integer(500, 5000), this)
    }
  }
}
