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
  /** Is it waiting for a lock of somebody who is not running? Without it, it never waits. */
  isBlocked?: () => Promise<boolean>
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

/** What becomes of a step when its turn has come. */
export type Fate =
  | { is: 'run' }
  | { is: 'fail'; error: Error }
  | { is: 'delay'; milliseconds: number }
  | { is: 'freeze'; milliseconds: number }
  | { is: 'die' }

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
  private readonly waiting = new Map<Step, Promise<void>>()
  private readonly released = new Set<Step>()

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
    isBlocked?: () => Promise<boolean>,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!actor.alive) return
      this.ready.push({
        actor,
        kind,
        name,
        run,
        ...(isBlocked === undefined ? {} : { isBlocked }),
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
  forget(actor: Actor): Step[] {
    actor.alive = false
    for (let index = this.ready.length - 1; index >= 0; index--)
      if (this.ready[index]?.actor === actor) this.ready.splice(index, 1)
    this.timers = this.timers.filter((timer) => timer.actor !== actor)
    return [...this.waiting.keys()].filter((step) => step.actor === actor)
  }

  /** Those who waited for locks that somebody has let go of go on. */
  async locksReleased(): Promise<void> {
    for (const [step, done] of this.waiting) await this.untilBlocked(step, done)
    for (const step of this.released) this.waiting.delete(step)
    this.released.clear()
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
    const done = step.run().then(
      (value) => {
        this.released.add(step)
        if (step.actor.alive) step.resolve(value)
      },
      (error: unknown) => {
        this.released.add(step)
        if (step.actor.alive) step.reject(error)
      },
    )
    await this.untilBlocked(step, done)
    if (this.released.has(step)) this.released.delete(step)
    else this.waiting.set(step, done)
    if (this.waiting.size > 0) await this.locksReleased()
  }

  /** Until the step is done, or surely waits for somebody else. */
  private async untilBlocked(step: Step, done: Promise<void>): Promise<void> {
    if (step.isBlocked === undefined) return done
    for (;;) {
      await Promise.race([done, realDelay(1)])
      if (this.released.has(step)) return
      if (await step.isBlocked()) {
        // Its answer may have come while that was asked.
        await settled()
        if (!this.released.has(step)) return
      }
    }
  }

  private advance(): boolean {
    const frozen = (timer: Timer) => (timer.actor === undefined ? 0 : timer.actor.frozenUntil)
    const due = (timer: Timer) => Math.max(timer.at, frozen(timer))
    let next: Timer | undefined
    for (const timer of this.timers)
      if (
        next === undefined ||
        due(timer) < due(next) ||
        (due(timer) === due(next) && timer.order < next.order)
      )
        next = timer
    if (next === undefined) return false
    const chosen = next
    this.timers = this.timers.filter((timer) => timer !== chosen)
    this.now = Math.max(this.now, due(chosen))
    chosen.work()
    return true
  }
}
