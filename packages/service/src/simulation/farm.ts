import { createHash } from 'node:crypto'
import type { Artifacts } from '../artifacts/index.ts'
import {
  HubBuilder,
  type BuildrootPlan,
  type BuildrootWish,
  type Collected,
  type ComponentPlan,
  type PackageDependencies,
  type RepoStatus,
  type TaskId,
  type TaskStatus,
} from '../builders/index.ts'
import type { LocalHub, NewBuildroot, NewRpm } from '../hub/local/index.ts'
import type { FaultRates } from './faults.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

export interface FarmTask {
  attempt: number
  package: string
  tag: string
  endsAt: number
  outcome: 'complete' | 'failed' | 'lost'
  cancelled: boolean
}

/** The build farm of a simulation. Like a real one, it outlives every process and remembers its requests. */
export class Farm {
  readonly tasks = new Map<number, FarmTask>()
  /** Attempts that were cancelled before they began. */
  readonly never = new Set<number>()
  readonly cancelAsked = new Set<number>()
  readonly faults: string[] = []
  private readonly repositories = new Map<string, { nvrs: ReadonlySet<string>; readyAt: number }>()
  private readonly scheduler: Scheduler
  private readonly random: Random
  private readonly rates: () => FaultRates
  /** Returns the packages of earlier batches, for a package of the module with this tag. */
  private readonly predecessors: (tag: string, name: string) => readonly string[]
  private readonly taskSecondsMax: number

  constructor(parts: {
    scheduler: Scheduler
    random: Random
    rates: () => FaultRates
    predecessors: (tag: string, name: string) => readonly string[]
    taskSecondsMax: number
  }) {
    this.scheduler = parts.scheduler
    this.random = parts.random
    this.rates = parts.rates
    this.predecessors = parts.predecessors
    this.taskSecondsMax = parts.taskSecondsMax
  }

  start(attempt: number, name: string, tag: string): void {
    if (this.tasks.has(attempt) || this.never.has(attempt)) return
    for (const earlier of this.predecessors(tag, name)) {
      const nvr = nvrOf(earlier, tag)
      if (!this.successes(tag, earlier).length)
        this.faults.push(`${name} of ${tag} was started before ${earlier} of an earlier batch was built`)
      else if (!this.holds(tag, nvr))
        this.faults.push(`${name} of ${tag} was started before its build root had ${nvr} of an earlier batch`)
    }
    const { taskLost, taskFails } = this.rates()
    const outcome = this.random.chance(taskLost)
      ? 'lost'
      : this.random.chance(taskFails)
        ? 'failed'
        : 'complete'
    const endsAt = this.scheduler.now + this.random.integer(0, this.taskSecondsMax * 1000)
    this.tasks.set(attempt, { attempt, package: name, tag, endsAt, outcome, cancelled: false })
  }

  /** Returns the packages of its module that a package needs for its build, without the macros. */
  needsOf(tag: string, name: string): string[] {
    return this.predecessors(tag, name).filter((earlier) => earlier !== 'module-build-macros')
  }

  cancel(attempt: number): void {
    this.cancelAsked.add(attempt)
    const task = this.tasks.get(attempt)
    if (task === undefined) this.never.add(attempt)
    else if (!this.hasEnded(task)) task.cancelled = true
  }

  hasEnded(task: FarmTask): boolean {
    return task.cancelled || task.endsAt <= this.scheduler.now
  }

  /** Returns the successful attempts at packages of this name for this tag. */
  successes(tag: string, name: string): FarmTask[] {
    return [...this.tasks.values()].filter(
      (task) =>
        task.tag === tag &&
        task.package === name &&
        task.outcome === 'complete' &&
        !task.cancelled &&
        this.hasEnded(task),
    )
  }

  /** Returns the repository of a tag. The farm recreates the repository when it lacks one of these builds. */
  repository(tag: string, nvrs: readonly string[]): RepoStatus {
    const present = this.repositories.get(tag)
    if (present === undefined || nvrs.some((nvr) => !present.nvrs.has(nvr))) {
      const readyAt = this.scheduler.now + this.random.integer(0, 4000)
      this.repositories.set(tag, { nvrs: new Set([...nvrs, ...(present?.nvrs ?? [])]), readyAt })
    }
    return this.isReady(tag) ? { ready: true } : { ready: false, sentence: `the repository of ${tag}` }
  }

  private isReady(tag: string): boolean {
    return (this.repositories.get(tag)?.readyAt ?? Infinity) <= this.scheduler.now
  }

  private holds(tag: string, nvr: string): boolean {
    return this.isReady(tag) && this.repositories.get(tag)?.nvrs.has(nvr) === true
  }
}

export function nvrOf(name: string, tag: string): string {
  return `${name}-1-1.${createHash('sha1').update(tag).digest('hex').slice(0, 8)}`
}

/** A process's client of the farm. It changes tags by real SQL. */
export class FarmBuilder extends HubBuilder {
  override readonly name = 'farm'
  override readonly can = { importedBases: true }
  override readonly lookIntervalMs = 3000
  private readonly farm: Farm
  private readonly artifacts: Artifacts
  private readonly localHub: LocalHub

  constructor(parts: { hub: LocalHub; artifacts: Artifacts }, farm: Farm) {
    super(parts)
    this.localHub = parts.hub
    this.artifacts = parts.artifacts
    this.farm = farm
  }

  override async connect(plan: BuildrootPlan): Promise<void> {
    await super.connect(plan)
    this.farm.repository(plan.tag, [])
  }

  override regenerate({ tag, nvrs }: BuildrootWish): Promise<RepoStatus> {
    return Promise.resolve(this.farm.repository(tag, nvrs))
  }

  override buildrootsReady(wishes: readonly BuildrootWish[]): Promise<RepoStatus[]> {
    return Promise.resolve(wishes.map(({ tag, nvrs }) => this.farm.repository(tag, nvrs)))
  }

  override build(plan: ComponentPlan, attempt: number): Promise<TaskId> {
    this.farm.start(attempt, plan.package, plan.tag)
    return Promise.resolve(attempt)
  }

  override dependenciesOf({ tag, package: name }: ComponentPlan): Promise<PackageDependencies> {
    return Promise.resolve({
      buildRequires: this.farm.needsOf(tag, name),
      requires: [],
      provides: [name],
    })
  }

  override observe(tasks: readonly TaskId[]): Promise<ReadonlyMap<TaskId, TaskStatus>> {
    return Promise.resolve(new Map(tasks.map((id) => [id, this.status(id)])))
  }

  override async cancelBuild(attempt: number): Promise<string | undefined> {
    this.farm.cancel(attempt)
    if (this.status(attempt).state !== 'ended') return undefined
    const collected = await this.collect(attempt)
    return collected.state === 'complete' ? collected.nvr : undefined
  }

  override readLog(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  /**
   * Returns the RPM of the macros. The service reads the packages of components for the final document, and the farm
   * has no files of them; the service does not read the package of the macros. No two attempts make the same package.
   */
  private async macros(name: string, release: string, attempt: number): Promise<NewRpm> {
    const nevra = `${name}-0:1-${release}.noarch`
    const stored = await this.artifacts.putText(`${nevra} of attempt ${attempt}`)
    return {
      ...stored,
      nevra,
      name,
      version: '1',
      release,
      epoch: null,
      arch: 'noarch',
      sigmd5: createHash('md5').update(String(attempt)).digest('hex'),
      builtAt: null,
    }
  }

  private status(id: TaskId): TaskStatus {
    const task = this.farm.tasks.get(id)
    if (task === undefined) return { state: 'lost', reason: 'nobody knows it' }
    if (task.cancelled) return { state: 'failed', reason: 'it was cancelled' }
    if (!this.farm.hasEnded(task)) return { state: 'open', sentence: 'rpmbuild' }
    return task.outcome === 'complete'
      ? { state: 'ended' }
      : { state: task.outcome, reason: `it was ${task.outcome}` }
  }

  override async collect(id: TaskId): Promise<Collected> {
    const task = this.farm.tasks.get(id)
    if (task === undefined) throw new Error(`there is no task ${id}`)
    const nvr = nvrOf(task.package, task.tag)
    const name = task.package
    const release = nvr.slice(`${name}-1-`.length)
    const build = { name, version: '1', release, epoch: null, source: null }
    // Every component has the same macros, so many builds store this record while the collector may remove it.
    const record = await this.artifacts.putText(JSON.stringify({ macros: 'of the farm' }))
    const log = await this.artifacts.putText(`log of ${nvr}`)
    const rpms = name === 'module-build-macros' ? [await this.macros(name, release, id)] : []
    await this.localHub.recordOwnBuild({
      ...build,
      madeBy: { distTag: release, number: id },
      rpms,
      buildroots: [{ ...farmRoot, record }],
      logs: [{ subdir: '', filename: 'build.log', ...log }],
    })
    return { state: 'complete', nvr }
  }
}

const farmRoot: Omit<NewBuildroot, 'record'> = {
  hostOs: 'farm',
  hostArch: 'x86_64',
  containerType: 'none',
  containerArch: 'x86_64',
  generatorVersion: null,
  tools: [],
  extra: null,
}
