import { setImmediate as settled, setTimeout as realDelay } from 'node:timers/promises'
import type { Random } from './random.ts'

/** The owner of steps and timers, which end when it dies: a simulated process, or a client. */
export interface Actor {
  readonly name: string
  alive: boolean
  /** In virtual time; until then the actor does nothing and its steps and timers wait. */
  frozenUntil: number
}

/** An event at one moment of the simulation, chosen among all possible ones. */
export interface Step {
  actor: Actor
  name: string
  /** Determines the faults that may happen to it. */
  kind: 'point' | 'statement' | 'audit' | 'death'
  run: () => Promise<unknown>
  /** A step without it never waits for another step. */
  blocking?: Blocking
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

/** The state of a step that may wait for locks of other steps. */
export interface Blocking {
  isBlocked(): Promise<boolean>
  /** Stops the statement, so that only one of several waiting statements can notice a released lock at a time. */
  pause(): void
  resume(): void
}

/** The outcome of a step that the scheduler has chosen. */
export type Fate =
  | { is: 'run' }
  | { is: 'fail'; error: Error }
  | { is: 'delay'; milliseconds: number }
  | { is: 'freeze'; milliseconds: number }
  | { is: 'die' }

/** A step that has begun. Its actor receives the result only when the scheduler delivers it. */
interface Begun {
  step: Step
  done: Promise<void>
  tell: (() => void) | undefined
}

interface Timer {
  at: number
  order: number
  actor: Actor | undefined
  work: () => void
}

/**
 * Virtual time and the order of events. One step happens at a time, chosen by the seed among all possible steps. When
 * no step is possible, time advances to the next timer. A run is therefore a function of its seed, although its steps
 * are real statements on a real database.
 */
export class Scheduler {
  /** Virtual milliseconds since 1970. */
  now = Date.parse('2026-01-01T00:00:00Z')
  steps = 0
  private readonly random: Random
  /**
   * Probability that the next step is the one that became possible last: a high value gives long runs of one actor, a
   * low one a fine mixture of all actors.
   */
  private readonly haste: number
  private readonly fate: (step: Step) => Fate
  private readonly kill: (actor: Actor) => Promise<void>
  private readonly ready: Step[] = []
  private timers: Timer[] = []
  private order = 0
  /** Steps that wait for locks, in the order in which they began to wait. */
  private waiting: Begun[] = []

  constructor(parts: {
    random: Random
    haste: number
    fate: (step: Step) => Fate
    kill: (actor: Actor) => Promise<void>
  }) {
    this.random = parts.random
    this.haste = parts.haste
    this.fate = parts.fate
    this.kill = parts.kill
  }

  /**
   * Runs `run` as one step. The promise resolves when the step has ended, and never when the actor has died meanwhile.
   */
  step<T>(
    actor: Actor,
    kind: Step['kind'],
    name: string,
    run: () => Promise<T>,
    blocking?: Blocking,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!actor.alive) return
      this.ready.push({
        actor,
        kind,
        name,
        run,
        ...(blocking === undefined ? {} : { blocking }),
        resolve: resolve as (value: unknown) => void,
        reject,
      })
    })
  }

  /**
   * Calls `work` after this many virtual milliseconds, unless its actor has died. Returns a function that cancels it.
   */
  after(milliseconds: number, actor: Actor | undefined, work: () => void): () => void {
    const timer = { at: this.now + Math.max(0, milliseconds), order: this.order++, actor, work }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((other) => other !== timer)
    }
  }

  sleep(milliseconds: number, actor: Actor): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, actor, resolve)
    })
  }

  /** Removes all steps and timers of this actor. */
  forget(actor: Actor): void {
    actor.alive = false
    for (let index = this.ready.length - 1; index >= 0; index--)
      if (this.ready[index]?.actor === actor) this.ready.splice(index, 1)
    this.timers = this.timers.filter((timer) => timer.actor !== actor)
  }

  /**
   * Lets the steps continue whose locks were released, one after the other in the order in which they began to wait. If
   * all continued together, they would race for the locks, and a seed would not replay.
   */
  async locksReleased(): Promise<void> {
    for (let goesOn = true; goesOn;) {
      goesOn = false
      for (const begun of this.waiting.filter(({ tell }) => tell === undefined)) {
        begun.step.blocking?.resume()
        await this.untilBlocked(begun)
        if (begun.tell === undefined) begun.step.blocking?.pause()
        else goesOn = true
      }
    }
    const over = this.waiting.filter(({ tell }) => tell !== undefined)
    this.waiting = this.waiting.filter(({ tell }) => tell === undefined)
    this.waiting[0]?.step.blocking?.resume()
    for (const { tell } of over) tell?.()
  }

  /**
   * Runs steps until `isOver` holds. The scheduler checks it whenever no step is possible without advancing the time.
   *
   * @param onIdle called at those moments too
   */
  async run(isOver: () => boolean, onIdle: () => Promise<void>): Promise<void> {
    for (;;) {
      await settled()
      const possible = this.ready.filter(({ actor }) => actor.frozenUntil <= this.now)
      if (possible.length > 0) {
        await this.happen(this.choose(possible))
        continue
      }
      if (isOver()) return
      await onIdle()
      // The time has not advanced since `onIdle` looked, so its result still holds.
      if (isOver()) return
      if (!this.advance()) throw new Error('nothing can happen any more')
    }
  }

  private choose(possible: readonly Step[]): Step {
    const last = possible.at(-1)
    return last !== undefined && this.random.chance(this.haste) ? last : this.random.pick(possible)
  }

  private async happen(step: Step): Promise<void> {
    const fate = this.fate(step)
    if (fate.is === 'freeze') {
      step.actor.frozenUntil = this.now + fate.milliseconds
      this.after(fate.milliseconds, undefined, () => undefined)
      return
    }
    if (fate.is === 'die') return this.kill(step.actor)
    this.ready.splice(this.ready.indexOf(step), 1)
    if (fate.is === 'delay') this.after(fate.milliseconds, step.actor, () => this.ready.push(step))
    else if (fate.is === 'fail') step.reject(fate.error)
    else await this.perform(step)
  }

  private async perform(step: Step): Promise<void> {
    this.steps++
    const begun = begin(step)
    await this.untilBlocked(begun)
    if (begun.tell !== undefined) begun.tell()
    else if (this.waiting.push(begun) > 1) step.blocking?.pause()
    // PostgreSQL releases locks at the end of a transaction (or of a part of it), and at no other moment.
    if (this.waiting.length > 0 && /^(?:commit|rollback)/.test(step.name)) await this.locksReleased()
  }

  /** Resolves when the step is done, or certainly waits for another step. */
  private async untilBlocked(begun: Begun): Promise<void> {
    const { step, done } = begun
    if (step.blocking === undefined) return done
    for (;;) {
      await Promise.race([done, realDelay(1)])
      if (begun.tell !== undefined || (await step.blocking.isBlocked())) return
    }
  }

  /** Advances the time to the next timers. All timers of one moment run before any step that follows from them. */
  private advance(): boolean {
    const frozen = (timer: Timer) => (timer.actor === undefined ? 0 : timer.actor.frozenUntil)
    const due = (timer: Timer) => Math.max(timer.at, frozen(timer), this.now)
    if (this.timers.length === 0) return false
    this.now = Math.min(...this.timers.map(due))
    const chosen = this.timers.filter((timer) => due(timer) === this.now).sort((a, b) => a.order - b.order)
    this.timers = this.timers.filter((timer) => !chosen.includes(timer))
    for (const { work } of chosen) work()
    return true
  }
}

function begin(step: Step): Begun {
  const { actor, resolve, reject } = step
  const begun: Begun = { step, done: Promise.resolve(), tell: undefined }
  const telling = (tell: () => void) => {
    begun.tell = () => {
      if (actor.alive) tell()
    }
  }
  begun.done = step.run().then(
    (value) => telling(() => resolve(value)),
    (error: unknown) => telling(() => reject(error)),
  )
  return begun
}
