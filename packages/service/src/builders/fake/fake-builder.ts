import { createHash } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { inTransaction, type Database } from '../../database/index.ts'
import { importBuild } from '../../hub/index.ts'
import type { Attempt, ComponentPlan, LogName, RepoStatus, TaskId, TaskStatus } from '../generic-builder.ts'
import { HubBuilder } from '../hub-builder.ts'

/** What shall become of a package's attempts, first attempt first; after the last it goes on as that. */
export type FakeOutcome = 'complete' | 'failed' | 'lost' | 'endless'

export interface FakeScript {
  outcomes?: Readonly<Record<string, readonly FakeOutcome[]>>
  /** So many looks find a task still running. */
  openLooks?: number
  /** So many looks find the build root not ready yet. */
  buildrootLooks?: number
}

interface FakeTask {
  plan: ComponentPlan
  outcome: FakeOutcome
  looks: number
  cancelled: boolean
}

/** A backend that builds nothing: deterministic and scriptable, for tests and simulation. Its tasks live in memory. */
export class FakeBuilder extends HubBuilder {
  override readonly name = 'fake'
  override readonly can = { findExisting: false }
  /** Every task that was ever started, in order. */
  readonly started: string[] = []
  private readonly script: FakeScript
  private readonly tasks = new Map<TaskId, FakeTask>()
  private readonly buildrootLooks = new Map<string, number>()

  constructor(parts: { database: Database; clock: Clock }, script: FakeScript = {}) {
    super(parts)
    this.script = script
  }

  override buildrootReady({ tag }: { tag: string }, nvrs: readonly string[]): Promise<RepoStatus> {
    const key = `${tag} ${nvrs.length}`
    const looks = (this.buildrootLooks.get(key) ?? 0) + 1
    this.buildrootLooks.set(key, looks)
    const ready = looks > (this.script.buildrootLooks ?? 0)
    return Promise.resolve(ready ? { ready } : { ready, sentence: `the repository of ${tag}` })
  }

  override build(plan: ComponentPlan, attempt: Attempt): Promise<TaskId> {
    if (!this.tasks.has(attempt)) {
      const outcomes = this.script.outcomes?.[plan.package] ?? ['complete']
      const earlier = [...this.tasks.values()].filter(
        (task) => task.plan.package === plan.package && task.plan.tag === plan.tag,
      )
      const outcome = outcomes[Math.min(earlier.length, outcomes.length - 1)] ?? 'complete'
      this.tasks.set(attempt, { plan, outcome, looks: 0, cancelled: false })
      this.started.push(plan.package)
    }
    return Promise.resolve(attempt)
  }

  override async observe(tasks: readonly TaskId[]): Promise<ReadonlyMap<TaskId, TaskStatus>> {
    const statuses = new Map<TaskId, TaskStatus>()
    for (const task of tasks) statuses.set(task, await this.status(task))
    return statuses
  }

  override cancelBuild(task: TaskId): Promise<void> {
    const found = this.tasks.get(task)
    if (found !== undefined) found.cancelled = true
    return Promise.resolve()
  }

  override repoFromTag(tag: string): Promise<string> {
    return Promise.resolve(`fake://${tag}`)
  }

  override readLog(task: TaskId, name: LogName, offset: number): Promise<Buffer | undefined> {
    const found = this.tasks.get(task)
    if (found === undefined) return Promise.resolve(undefined)
    return Promise.resolve(Buffer.from(`${name} log of ${found.plan.package}\n`).subarray(offset))
  }

  private async status(id: TaskId): Promise<TaskStatus> {
    const task = this.tasks.get(id)
    if (task === undefined) return { state: 'lost', reason: 'it is not known here' }
    if (task.cancelled) return { state: 'failed', reason: 'it was cancelled' }
    task.looks++
    if (task.outcome === 'endless' || task.looks <= (this.script.openLooks ?? 0))
      return { state: 'open', sentence: 'rpmbuild' }
    if (task.outcome === 'failed')
      return { state: 'failed', reason: `${task.plan.package}: it was told to fail` }
    if (task.outcome === 'lost') return { state: 'lost', reason: 'it was told to get lost' }
    return { state: 'complete', nvr: await this.import(task.plan) }
  }

  private async import(plan: ComponentPlan): Promise<string> {
    const release = `1.${createHash('sha1').update(plan.tag).digest('hex').slice(0, 8)}`
    const build = { name: plan.package, version: '1', release, type: 'rpm' as const, extra: {}, rpms: [] }
    await inTransaction(this.database, (tx) => importBuild(tx, build, this.clock.now()))
    return `${plan.package}-1-${release}`
  }
}
