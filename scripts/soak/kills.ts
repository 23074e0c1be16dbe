import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Field, isOver, signal } from './field.ts'
import { Load } from './load.ts'

/** The result of the kills. */
export interface KillReport {
  kills: Record<Victim, number>
  builds: number
  /** Builds that did not become ready, and services that did not restart. */
  lost: string[]
  /** Components that were compiled to the end more than once for one build. */
  doubled: string[]
  /** Processes, mounts and working files that are left over. */
  left: string[]
  /** Seconds until every build under way had progressed; also without a kill, for comparison. */
  recovery: { killed: number[]; undisturbed: number[] }
}

type Victim = 'service' | 'runner' | 'postmaster'

/**
 * Kills service processes, runners and PostgreSQL with -9 at random moments. Meanwhile two service processes on one
 * embedded database build the example module for real, again and again.
 */
export async function soakKills(
  options: { kills: number },
  print: (line: string) => void,
): Promise<KillReport> {
  const field = await Field.open()
  try {
    for (const index of [0, 1]) await field.start(index)
    return await new Kills(field, print).run(options.kills)
  } finally {
    await field.close()
  }
}

class Kills {
  private readonly field: Field
  private readonly print: (line: string) => void
  private readonly load: Load
  private readonly restarts: Promise<unknown>[] = []
  private readonly notStarted: string[] = []
  private readonly away = new Set<number>()

  constructor(field: Field, print: (line: string) => void) {
    this.field = field
    this.load = new Load(field)
    this.print = print
  }

  async run(kills: number): Promise<KillReport> {
    const count: Record<Victim, number> = { service: 0, runner: 0, postmaster: 0 }
    const recovery = { killed: [] as number[], undisturbed: [] as number[] }
    const loading = this.load.run()
    for (let done = 0; done < kills;) {
      await sleep(500 + Math.random() * 3000)
      // Every fourth moment is only measured.
      if (Math.random() < 0.25) recovery.undisturbed.push(await this.untilMovedOn())
      const victim = await this.killOne()
      if (victim === undefined) continue
      count[victim]++
      done++
      recovery.killed.push(await this.untilMovedOn())
      if (done % 10 === 0) this.print(`${done} kills, ${this.load.all.length} builds`)
    }
    this.load.stop()
    await loading
    await Promise.all(this.restarts)
    const builds = await Promise.all(this.load.all.map((id) => this.field.show(id)))
    for (const index of [0, 1]) await this.field.end(index)
    return {
      kills: count,
      builds: builds.length,
      lost: [
        ...this.notStarted,
        ...builds.flatMap((build) =>
          build?.state_name === 'ready' ? [] : [JSON.stringify(build).slice(0, 500)],
        ),
      ],
      doubled: await this.field.doubled(),
      left: await this.field.left(),
      recovery,
    }
  }

  private async killOne(): Promise<Victim | undefined> {
    const dice = Math.random()
    if (dice < 0.15) {
      const pid = await this.field.postmaster()
      if (pid === undefined) return undefined
      signal(pid, 'SIGKILL')
      return 'postmaster'
    }
    if (dice < 0.4) {
      const pid = await this.runner()
      if (pid === undefined) return undefined
      signal(pid, 'SIGKILL')
      return 'runner'
    }
    const index = Math.random() < 0.5 ? 0 : 1
    if (this.away.has(index)) return undefined
    this.away.add(index)
    await this.field.end(index, 'SIGKILL')
    // The restart is delayed, so that the other service is alone for a while.
    const restart = async () => {
      await sleep(Math.random() * 3000)
      await this.field.start(index)
      this.away.delete(index)
    }
    // The report comes at the end: an exit here would leave the services running.
    this.restarts.push(
      restart().catch((error: unknown) =>
        this.notStarted.push(`a service did not start again: ${String(error)}`),
      ),
    )
    return 'service'
  }

  /**
   * Returns a runner whose component has not lost an attempt yet, because a component fails after three lost attempts.
   */
  private async runner(): Promise<number | undefined> {
    const lost = new Set<number>()
    for (const id of this.load.open)
      for (const component of (await this.field.show(id))?.components ?? [])
        if (component.attempt > 1 && component.task_id !== null) lost.add(component.task_id)
    const attempts = await this.field.attempts()
    for (const id of await readdir(path.join(attempts, 'running')).catch(() => [])) {
      if (lost.has(Number(id))) continue
      const text = await readFile(path.join(attempts, id, 'process.json'), 'utf8').catch(() => undefined)
      if (text !== undefined) return (JSON.parse(text) as { pid: number }).pid
    }
    return undefined
  }

  /** Returns the seconds until each build that is under way now has progressed. */
  private async untilMovedOn(): Promise<number> {
    const began = performance.now()
    const before = new Map<number, string>()
    for (const id of this.load.open) {
      const build = await this.field.show(id)
      // A build that has just ended does not progress any more.
      if (build !== undefined && !isOver(build))
        before.set(id, JSON.stringify([build.state_name, build.components]))
    }
    while (before.size > 0) {
      for (const [id, known] of before) {
        const build = await this.field.show(id)
        if (build !== undefined && JSON.stringify([build.state_name, build.components]) !== known)
          before.delete(id)
      }
      await sleep(50)
    }
    return (performance.now() - began) / 1000
  }
}

/** Returns the value below which this share of all values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
