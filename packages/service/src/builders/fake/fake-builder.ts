import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Hub } from '../../hub/index.ts'
import type { LocalHub } from '../../hub/local/index.ts'
import type {
  Attempt,
  BuildrootWish,
  Collected,
  ComponentPlan,
  LogName,
  RepoStatus,
  TaskId,
  TaskStatus,
} from '../generic-builder.ts'
import { HubBuilder } from '../hub-builder.ts'
import { folderFarm, type FakeFarm, type FakeOutcome, type FakeTask } from './farm.ts'

/** A hub into which one of our own builders can import its builds. */
export type RecordingHub = Hub & Pick<LocalHub, 'recordOwnBuild'>

export interface FakeScript {
  outcomes?: Readonly<Record<string, readonly FakeOutcome[]>>
  /** Number of looks that find a task still running. */
  openLooks?: number
  /** Number of looks that find the build root not ready yet. */
  buildrootLooks?: number
}

/** A backend that builds nothing. It is deterministic and scriptable, for tests and simulation. */
export class FakeBuilder extends HubBuilder {
  override readonly name = 'fake'
  override readonly can = { importedBases: true }
  override readonly lookIntervalMs = 200
  /** Every task that this object has started, in order. */
  readonly started: string[] = []
  private readonly recording: RecordingHub
  private readonly script: FakeScript
  private readonly farm: FakeFarm
  private readonly buildrootLooks = new Map<string, number>()

  constructor(
    parts: { hub: RecordingHub; dataDir: string },
    script: FakeScript = {},
    farm = folderFarm(path.join(parts.dataDir, 'fake-tasks')),
  ) {
    super(parts)
    this.recording = parts.hub
    this.script = script
    this.farm = farm
  }

  override async regenerate(wish: BuildrootWish): Promise<RepoStatus> {
    const [status = { ready: true }] = await this.buildrootsReady([wish])
    return status
  }

  override buildrootsReady(wishes: readonly BuildrootWish[]): Promise<RepoStatus[]> {
    return Promise.resolve(wishes.map((wish) => this.buildrootReady(wish)))
  }

  private buildrootReady({ tag, nvrs }: BuildrootWish): RepoStatus {
    const key = `${tag} ${nvrs.length}`
    const looks = (this.buildrootLooks.get(key) ?? 0) + 1
    this.buildrootLooks.set(key, looks)
    const ready = looks > (this.script.buildrootLooks ?? 0)
    return ready ? { ready } : { ready, sentence: `the repository of ${tag}` }
  }

  override async build(plan: ComponentPlan, attempt: Attempt): Promise<TaskId> {
    if ((await this.farm.read(attempt)) === undefined) {
      const outcome = await this.outcomeOf(plan)
      await this.farm.write(attempt, {
        package: plan.package,
        tag: plan.tag,
        outcome,
        looks: 0,
        cancelled: false,
      })
      this.started.push(plan.package)
    }
    return attempt
  }

  override async observe(tasks: readonly TaskId[]): Promise<ReadonlyMap<TaskId, TaskStatus>> {
    const statuses = new Map<TaskId, TaskStatus>()
    for (const task of tasks) statuses.set(task, await this.status(task))
    return statuses
  }

  override async collect(task: TaskId): Promise<Collected> {
    const found = await this.farm.read(task)
    if (found === undefined) throw new Error(`there is no task ${task}`)
    return { state: 'complete', nvr: await this.import(found) }
  }

  override async cancelBuild(attempt: Attempt, _task: TaskId | null): Promise<string | undefined> {
    // An attempt that has not begun is recorded as cancelled, so that it never begins.
    const never = { package: '', tag: '', outcome: 'endless', looks: 0, cancelled: false } as const
    const found = (await this.farm.read(attempt)) ?? never
    if (!found.cancelled && found.outcome === 'complete' && !this.isOpen(found)) return this.import(found)
    await this.farm.write(attempt, { ...found, cancelled: true })
    return undefined
  }

  override async readLog(task: TaskId, name: LogName, offset: number): Promise<Buffer | undefined> {
    const found = await this.farm.read(task)
    if (found === undefined) return undefined
    return Buffer.from(`${name} log of ${found.package}\n`).subarray(offset)
  }

  private async outcomeOf(plan: ComponentPlan): Promise<FakeOutcome> {
    const outcomes = this.script.outcomes?.[plan.package]
    if (outcomes === undefined) return 'complete'
    const earlier = (await this.farm.all()).filter(
      (task) => task.package === plan.package && task.tag === plan.tag,
    )
    return outcomes[Math.min(earlier.length, outcomes.length - 1)] ?? 'complete'
  }

  private async status(id: TaskId): Promise<TaskStatus> {
    const task = await this.farm.read(id)
    if (task === undefined) return { state: 'lost', reason: 'it is not known here' }
    if (task.cancelled) return { state: 'failed', reason: 'it was cancelled' }
    if (this.isOpen(task)) {
      await this.farm.write(id, { ...task, looks: task.looks + 1 })
      return { state: 'open', sentence: 'rpmbuild' }
    }
    if (task.outcome === 'failed') return { state: 'failed', reason: `${task.package}: it was told to fail` }
    if (task.outcome === 'lost') return { state: 'lost', reason: 'it was told to get lost' }
    return { state: 'ended' }
  }

  /** Whether the next look would find the task still running. */
  private isOpen({ outcome, looks }: FakeTask): boolean {
    return outcome === 'endless' || looks < (this.script.openLooks ?? 0)
  }

  private async import(task: FakeTask): Promise<string> {
    const release = `1.${createHash('sha1').update(task.tag).digest('hex').slice(0, 8)}`
    const build = { name: task.package, version: '1', release, epoch: null, source: null }
    return this.recording.recordOwnBuild({ ...build, rpms: [], buildroots: [], logs: [] })
  }
}
