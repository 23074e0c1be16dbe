import { setImmediate as settled, setTimeout as realDelay } from 'node:timers/promises'
import type { Random } from './random.ts'

/** Whose steps and timers end when it dies: a simulated process, or a client. */
export interface Actor {
  readonly name: string
  alive: boolean
  /** In virtual time; until then it does nothing and nothing of it happens. */
  frozenUntil: number
}

/** Something that happens at one moment of the simulation, chosen among all that could. */
export interface Step {
  actor: Actor
  name: string
  /** What kind of thing may go wrong with it. */
  kind: 'point' | 'statement' | 'audit' | 'death'
  run: () => Promise<unknown>
  /** Without it, it never waits for anybody else. */
  blocking?: Blocking
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

/** How a step that has begun waits for locks of others. */
export interface Blocking {
  isBlocked(): Promise<boolean>
  /** Stops it where it is: of several that wait one at a time shall find out that it need not any more. */
  pause(): void
  resume(): void
}

/** What becomes of a step when its turn has come. */
export type Fate =
  | { is: 'run' }
  | { is: 'fail'; error: Error }
  | { is: 'delay'; milliseconds: number }
  | { is: 'freeze'; milliseconds: number }
  | { is: 'die' }

/** A step that has begun. What came of it is told to its actor when the scheduler says so, and not before. */
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
 * Virtual time and the order of things: one step happens at a time, chosen by the seed among all that could happen
 * now; when none can, time goes on to the next timer. So a run is a function of its seed, although its steps are real
 * statements on a real database.
 */
export class Scheduler {
  /** Virtual milliseconds since 1970. */
  now = Date.parse('2026-01-01T00:00:00Z')
  steps = 0
  private readonly random: Random
  /** How likely the next step is one that has just become possible: runs of one actor, or a fine mixture of all. */
  private readonly haste: number
  private readonly fate: (step: Step) => Fate
  private readonly kill: (actor: Actor) => Promise<void>
  private readonly ready: Step[] = []
  private timers: Timer[] = []
  private order = 0
  /** Steps that wait for locks, in the order in which they began to. */
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

  /** Lets `run` happen as one step; ends when it has, and never when the actor has died meanwhile. */
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

  /** Does `work` so many virtual milliseconds later, unless its actor has died; gives what calls it off. */
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

  /** Everything of this actor is as if it had never been about to happen. */
  forget(actor: Actor): void {
    actor.alive = false
    for (let index = this.ready.length - 1; index >= 0; index--)
      if (this.ready[index]?.actor === actor) this.ready.splice(index, 1)
    this.timers = this.timers.filter((timer) => timer.actor !== actor)
  }

  /**
   * Those who waited for locks that somebody has let go of go on, one after the other in the order in which they began
   * to wait. Woken together they would race for what they wait for, and a seed would not replay.
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
   * Lets things happen until `isOver` holds, looked at whenever nothing can happen without time going on.
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
      // What that has seen still holds: nothing has happened since.
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
    // Locks are let go of at the end of a transaction (or of a part of it), and at no other moment.
    if (this.waiting.length > 0 && /^(?:commit|rollback)/.test(step.name)) await this.locksReleased()
  }

  /** Until the step is done, or surely waits for somebody else. */
  private async untilBlocked(begun: Begun): Promise<void> {
    const { step, done } = begun
    if (step.blocking === undefined) return done
    for (;;) {
      await Promise.race([done, realDelay(1)])
      if (begun.tell !== undefined || (await step.blocking.isBlocked())) return
    }
  }

  /** Lets the time go on to the next timers. All of one moment come before anything that follows from them. */
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
