import { MemoryStore } from '../artifacts/index.ts'
import type { Bus, Message } from '../bus/index.ts'
import { InfraError } from '../errors.ts'
import type { Checks } from '../gating/index.ts'
import type { Announced, Connections } from './connections.ts'
import { Crowd } from './crowd.ts'
import { simulatedDistGit, type SimulatedModule } from './dist-git.ts'
import { Farm } from './farm.ts'
import { fateOf, noFaults, outageAt, outagesOf, ratesOf, type FaultRates, type Outage } from './faults.ts'
import { endOf, goneArtifacts, waitsForNothing, type End } from './invariants.ts'
import { Random } from './random.ts'
import { Scheduler, type Actor, type Step } from './scheduler.ts'
import { SeededQueue } from './seeded-queue.ts'
import { SimulatedProcess, type SharedWorld } from './simulated-process.ts'

/** One run: the submitted modules, the number of processes, and the faults. */
export interface Plan {
  seed: number
  processes: number
  modules: readonly SimulatedModule[]
  /** Several clients submit the same module, and some builds are cancelled. */
  crowd: boolean
  rates: FaultRates
  outages: readonly Outage[]
  /** The queue loses every waiting job, once. */
  losesJobs: boolean
  /** Virtual seconds after which no fault happens any more. */
  faultSeconds: number
  /** The process dies at the Nth crash point that it reaches, counted from 1. */
  dieAtPoint?: number
  trace?: (line: string) => void
}

export interface Run {
  seed: number
  violations: string[]
  /** How often each crash point was reached. */
  points: ReadonlyMap<string, number>
  steps: number
  deaths: number
  end: End
}

/**
 * Longest time after a loss of jobs during which builds may wait for nothing; then the sweep has recreated the jobs.
 */
const sweptMs = 11 * 60_000

/** Longest time after the last fault until everything must have ended. */
const graceMs = 3 * 3600_000

/** Returns the plan of a seed. */
export function planOf(seed: number): Plan {
  const random = new Random(seed)
  const modules = Array.from({ length: random.pick([1, 1, 2]) }, (_, index) => {
    const components = Array.from(
      { length: random.integer(0, 3) },
      (_unused, number) => [`c${number}`, random.integer(0, 1) * 10] as const,
    )
    return {
      name: `m${index}`,
      components: Object.fromEntries(components),
      dependencyOrder: random.chance(0.3),
    }
  })
  const faultSeconds = random.pick([20, 60, 120])
  const plan = {
    seed,
    processes: random.pick([1, 2, 2, 3]),
    modules,
    crowd: true,
    rates: ratesOf(random),
    outages: outagesOf(random, faultSeconds),
    losesJobs: random.chance(0.1),
    faultSeconds,
  }
  return random.chance(0.1) ? calm(plan) : plan
}

/** Returns a plan without faults: in its run nothing may happen twice either. */
function calm(plan: Plan): Plan {
  return { ...plan, rates: noFaults, outages: [], losesJobs: false, faultSeconds: 0 }
}

function isCalm({ faultSeconds }: Plan): boolean {
  return faultSeconds === 0
}

/** Runs a plan to its end on an emptied database, and checks the result. */
export async function simulate(connections: Connections, plan: Plan): Promise<Run> {
  const simulation = new Simulation(connections, plan)
  return simulation.run()
}

class Simulation {
  private readonly plan: Plan
  private readonly connections: Connections
  private readonly random: Random
  private readonly scheduler: Scheduler
  private readonly shared: SharedWorld
  private readonly processes: SimulatedProcess[] = []
  private readonly crowd: Crowd
  private readonly violations: string[] = []
  private readonly points = new Map<string, number>()
  private readonly delivered: Message[] = []
  private readonly began: number
  private pointsReached = 0
  private isOver = false
  private nextLook = 0
  private lostUntil = 0
  private readonly effectsDone = new Map<number, number>()
  private deaths = 0
  private starts = 0

  constructor(connections: Connections, plan: Plan) {
    this.plan = plan
    this.connections = connections
    this.random = new Random(plan.seed ^ 0x5eed)
    this.scheduler = new Scheduler({
      random: this.random,
      haste: this.random.pick([0.2, 0.7, 0.95]),
      fate: (step) => this.fate(step),
      kill: (actor) => this.kill(actor),
    })
    this.began = this.scheduler.now
    connections.use(this.scheduler, (_actor, added) => {
      for (const process of this.processes) this.notify(process, added)
    })
    this.crowd = new Crowd({
      scheduler: this.scheduler,
      connections,
      random: this.random,
      processes: this.processes,
      trace: (line) => plan.trace?.(line),
    })
    const farm = new Farm({
      scheduler: this.scheduler,
      random: this.random,
      rates: () => this.rates(),
      predecessors: (tag, name) => this.predecessors(tag, name),
      taskSecondsMax: plan.crowd ? 20 : 1,
    })
    this.shared = {
      scheduler: this.scheduler,
      connections,
      random: this.random,
      farm,
      store: new MemoryStore(),
      distGit: simulatedDistGit(plan.modules),
      bus: this.bus(),
      checks: this.checks(),
      clockJumps: () => this.rates().clockJump,
      onPoint: (point) => {
        this.pointsReached++
        this.points.set(point, (this.points.get(point) ?? 0) + 1)
        return this.pointsReached === plan.dieAtPoint
      },
      hasBug: () => this.random.chance(this.rates().bug),
      onEffect: (effect, kind) => {
        this.effectsDone.set(effect, (this.effectsDone.get(effect) ?? 0) + 1)
        // Giving up an effect that begins work outside the service finds the most faults.
        const weight = kind === 'start-component' ? 4 : 1
        if (this.random.chance(weight * this.rates().giveUp)) this.crowd.giveUp(effect)
      },
      onBug: (sentence) => void this.violations.push(`a bug: ${sentence}`),
    }
  }

  async run(): Promise<Run> {
    for (let index = 0; index < this.plan.processes; index++) await this.startProcess(index)
    for (const module of this.plan.modules)
      if (this.plan.crowd) this.crowd.packagers(module)
      else this.crowd.submitOnce(module)
    if (this.plan.crowd) this.crowd.importers()
    if (this.plan.crowd && !isCalm(this.plan)) this.crowd.operators()
    if (this.plan.losesJobs)
      this.scheduler.after(
        this.random.integer(0, this.plan.faultSeconds * 1000),
        this.crowd,
        () => void this.loseJobs(),
      )
    try {
      await this.scheduler.run(
        () => this.isOver || this.violations.length > 0,
        () => this.look(),
      )
    } catch (error) {
      this.violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
    this.crowd.alive = false
    for (const process of this.processes) {
      this.scheduler.forget(process)
      await this.connections.drop(process)
    }
    const { farm } = this.shared
    const end = await endOf(this.connections, farm, this.delivered, !this.plan.losesJobs)
    end.violations.push(...(await goneArtifacts(this.connections, this.shared.store)))
    if (this.violations.length === 0)
      this.violations.push(...farm.faults, ...end.violations, ...(isCalm(this.plan) ? this.doubled() : []))
    return {
      seed: this.plan.seed,
      violations: this.violations,
      points: this.points,
      steps: this.scheduler.steps,
      deaths: this.deaths,
      end,
    }
  }

  /** Tells a process about a commit, unless the notification is lost. */
  private notify(process: SimulatedProcess, added: Announced): void {
    const { wakeLost, wakeLate, wakeTwice } = this.rates()
    if (!process.alive || this.random.chance(wakeLost)) return
    const times = this.random.chance(wakeTwice) ? 2 : 1
    for (let time = 0; time < times; time++) {
      if (!this.random.chance(wakeLate)) process.notice(added)
      else this.scheduler.after(this.random.integer(1, 5000), process, () => process.notice(added))
    }
  }

  private rates(): FaultRates {
    const elapsed = this.scheduler.now - this.began
    return elapsed < this.plan.faultSeconds * 1000 ? this.plan.rates : noFaults
  }

  private fate(step: Step) {
    this.plan.trace?.(
      `${((this.scheduler.now - this.began) / 1000).toFixed(3)} ${step.actor.name} ${step.kind} ${step.name.replaceAll(/\s+/g, ' ').slice(0, 150)}`,
    )
    if (step.kind === 'death') return { is: 'die' } as const
    if (step.actor === this.crowd) return { is: 'run' } as const
    const away = outageAt(step, (this.scheduler.now - this.began) / 1000, this.plan.outages)
    if (away !== undefined) return { is: 'fail', error: away } as const
    const fate = fateOf(step, this.rates(), this.random)
    if (fate.is !== 'run') this.plan.trace?.(`  → ${JSON.stringify(fate)}`)
    if (fate.is === 'freeze' && fate.milliseconds > SeededQueue.heartbeatMs)
      this.takeOverLater(step.actor, () => step.actor.frozenUntil > this.scheduler.now)
    return fate
  }

  private async kill(actor: Actor): Promise<void> {
    const process = this.processes.find((one) => one === actor)
    if (process === undefined) throw new Error(`${actor.name} cannot die`)
    this.deaths++
    this.scheduler.forget(process)
    await this.connections.drop(process)
    await this.scheduler.locksReleased()
    this.takeOverLater(process, () => true)
    const index = this.processes.indexOf(process)
    this.scheduler.after(this.random.integer(200, 8000), undefined, () => void this.startProcess(index))
  }

  /** Hands out the actor's jobs again when its heartbeat has been missing for too long. */
  private takeOverLater(actor: Actor, isStillAway: () => boolean): void {
    this.scheduler.after(SeededQueue.heartbeatMs + this.random.integer(0, 1000), this.crowd, () => {
      if (!isStillAway()) return
      void this.scheduler
        .step(this.crowd, 'audit', `take over from ${actor.name}`, () =>
          SeededQueue.takeOver(this.connections, actor),
        )
        .then(() => {
          for (const process of this.processes) process.queue.poke()
        })
    })
  }

  private async startProcess(index: number): Promise<void> {
    this.starts++
    const process = new SimulatedProcess(`process ${index}, start ${this.starts}`, this.shared)
    this.processes[index] = process
    await process.start()
  }

  /** Loses the jobs at a moment when effects wait, if such a moment comes. */
  private async loseJobs(): Promise<void> {
    const lost = await this.scheduler.step(this.crowd, 'audit', 'lose the jobs that wait', () =>
      this.connections.ask(`
        delete from seeded_jobs
          where taker is null and exists (select from seeded_jobs where taker is null and name = 'effects')
          returning id`),
    )
    if (lost.length > 0) this.lostUntil = this.scheduler.now + sweptMs
    else if (this.scheduler.now - this.began < this.plan.faultSeconds * 1000)
      this.scheduler.after(300, this.crowd, () => void this.loseJobs())
  }

  /** Lists the events that happened more than once, although each must happen once in a run without faults. */
  private doubled(): string[] {
    const published = new Map<string, number>()
    for (const { uuid } of this.delivered) published.set(uuid, (published.get(uuid) ?? 0) + 1)
    return [
      ...[...this.effectsDone]
        .filter(([, times]) => times > 1)
        .map(([effect, times]) => `the effect ${effect} was done ${times} times`),
      ...[...published]
        .filter(([, times]) => times > 1)
        .map(([uuid, times]) => `the message ${uuid} was published ${times} times`),
    ]
  }

  /**
   * Checks the invariants and looks for the end of the run, when nothing can happen at the current time. For speed it
   * skips most of these moments.
   */
  private async look(): Promise<void> {
    const { now } = this.scheduler
    if (now < this.nextLook) return
    this.nextLook = now + 4000
    const { idle, open, parked, cancelled } = await waitsForNothing(this.connections)
    // Without faults nothing can delay a turn.
    if (isCalm(this.plan))
      this.violations.push(...cancelled.map((id) => `module build ${id} is cancelled and goes on`))
    if (now >= this.lostUntil) this.violations.push(...idle)
    this.violations.push(...(await goneArtifacts(this.connections, this.shared.store)))
    const faultless = now - this.began - this.plan.faultSeconds * 1000
    if (faultless > 0) for (const effect of parked) this.crowd.help(effect)
    if (open === 0 && this.crowd.left === 0) this.isOver = true
    else if (faultless > graceMs) {
      const { builds } = await endOf(this.connections, this.shared.farm, this.delivered, false)
      this.violations.push(
        `no end ${graceMs / 3600_000} hours after the last fault: ${JSON.stringify(builds)}`,
      )
    }
  }

  private predecessors(tag: string, name: string): string[] {
    const module = this.plan.modules.find((one) => tag.startsWith(`module-${one.name}-`))
    if (name === 'module-build-macros' || module === undefined) return []
    const order = module.components[name] ?? 0
    const earlier = Object.entries(module.components).filter(([, other]) => other < order)
    return ['module-build-macros', ...earlier.map(([other]) => other)]
  }

  private bus(): Bus {
    return {
      publish: (message) => {
        this.delivered.push(message)
        return Promise.resolve()
      },
      subscribe: () => undefined,
      close: () => Promise.resolve(),
    }
  }

  private checks(): Checks {
    const outcomes = new Map<string, 'passed' | 'failed'>()
    return {
      names: ['first', 'second'],
      run: async (testcase, { nsvc }) => {
        await this.scheduler.sleep(this.random.integer(0, 3000), this.crowd)
        if (this.random.chance(this.rates().fail * 20)) throw new InfraError('checks', 'simulated fault')
        const key = `${testcase} ${nsvc}`
        const outcome =
          outcomes.get(key) ?? (this.random.chance(this.rates().checkFails) ? 'failed' : 'passed')
        outcomes.set(key, outcome)
        return { testcase, outcome, detail: outcome }
      },
    }
  }
}
