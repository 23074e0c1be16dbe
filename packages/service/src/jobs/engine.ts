import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { gather, inTransaction, type Database, type Tx } from '../database/index.ts'
import { AwayError, hostOf, messageOf, PendingError, shown, whoseMove } from '../errors.ts'
import type { Metrics } from '../telemetry/index.ts'
import { Beats, type Beat, type Report } from './beats.ts'
import { Looks, type Lookout } from './looks.ts'
import { NewsWriter, type Recorder } from './news-writer.ts'
import type { Queue } from './queue.ts'
import type { NewEffect } from './step.ts'
import * as store from './store/index.ts'
import { logFields, parseSubject, subjectKey, type Subject } from './subject.ts'
import type { Wakes } from './wakes.ts'

/** The parts of a life cycle: the lock of its row and its turn. */
export interface LifeCycle {
  kind: string
  /** Locks the subject's row until the transaction ends, and returns it; undefined when it does not exist. */
  lock(tx: Tx, id: number): Promise<object | undefined>
  /**
   * Reads the facts, decides and writes the decision. The row is locked.
   *
   * @returns whether a bug had stopped an earlier turn
   */
  turn(tx: Tx, id: number, locked: object, now: Date): Promise<{ wasParked: boolean }>
  /** Returns the ids of all subjects that have not ended. */
  unfinished(database: Database): Promise<number[]>
}

export interface EffectContext {
  /** Unique for this effect; the same for each attempt. */
  effectId: number
  /** Number of the attempt, from 1. */
  attempt: number
  subject: Subject
}

/** The handler of one kind of effect. */
export interface EffectHandler {
  kind: string
  /**
   * Performs the effect, outside any transaction and at least once. It therefore first asks which results exist.
   *
   * @returns the function that writes the results, run under the subject's lock in the transaction that ends the effect
   */
  perform(payload: Record<string, unknown>, context: EffectContext): Promise<Recorder>
  /** An operator may retry such an effect after it failed: its subject stays at this step and has no other way on. */
  mayRetryFailed?: true
}

export interface Handlers {
  lifeCycles: readonly LifeCycle[]
  effects: readonly EffectHandler[]
  lookouts: readonly Lookout[]
  beats: readonly Beat[]
}

/** The number of attempts at an effect, and the pauses between them, while a backend is unavailable. */
export interface RetryBudget {
  /** Includes the first attempt. */
  attemptsMax: number
  /** The pause after attempt n is 2^n times half a second, and never longer than this. */
  pauseSecondsMax: number
}

/** Jobs are created from rows, so the service can recreate any lost job: at the start, and at this interval. */
const sweepIntervalMs = 600_000

/** So many jobs of each queue run in this process at a time. */
const slots = { turns: 4, effects: 8 }

/** Runs turns, effects and waits on one queue and one database. */
export class Engine {
  private readonly database: Database
  private readonly queue: Queue
  private readonly clock: Clock
  private readonly log: Logger
  private readonly metrics: Metrics
  private readonly retries: RetryBudget
  private handlers: Handlers = { lifeCycles: [], effects: [], lookouts: [], beats: [] }
  private readonly beats: Beats
  private readonly news: NewsWriter
  private readonly looks: Looks
  private readonly effect: (id: number) => Promise<store.EffectRow | undefined>

  constructor(parts: {
    database: Database
    queue: Queue
    clock: Clock
    log: Logger
    metrics: Metrics
    retries: RetryBudget
    wakes: Wakes
  }) {
    this.database = parts.database
    this.queue = parts.queue
    this.clock = parts.clock
    this.log = parts.log
    this.metrics = parts.metrics
    this.retries = parts.retries
    this.effect = gather((ids) => store.loadEffects(parts.database, ids))
    this.news = new NewsWriter(parts.clock, {
      andTakeTurn: (...news) => this.writeAndTakeTurn(...news),
      andWakeTurn: (...news) => this.underLock(...news),
    })
    const report: Report = (...failure) => this.report(...failure)
    this.beats = new Beats(parts.clock, parts.wakes, report)
    const { beats, news } = this
    this.looks = new Looks({ ...parts, beats, news, report, subjectsMax: slots.turns })
  }

  /** Asks for a turn of the subject. The caller holds the subject's lock, so that no wake is lost. */
  async wake(tx: Tx, subject: Subject): Promise<void> {
    const key = subjectKey(subject)
    await this.queue.send(tx, 'turns', [{ data: { subject: key }, key }])
  }

  /** Asks for effects. The caller holds the subject's lock and has checked that no effect has one of these keys. */
  async enqueue(tx: Tx, subject: Subject, effects: readonly NewEffect[], now: Date): Promise<void> {
    if (effects.length === 0) return
    const ids = await store.insertEffects(tx, subject, effects, now)
    await this.send(
      tx,
      ids.map((id) => ({ id, attempt: 1 })),
    )
  }

  /** Sends the jobs of the current attempts at effects. A job that exists stays. The caller holds the lock. */
  async send(
    tx: Tx,
    effects: readonly { id: number; attempt: number }[],
    startAfterMs?: number,
  ): Promise<void> {
    const jobs = effects.map(({ id, attempt }) => ({
      data: { effect: id, attempt },
      key: jobKey({ id, attempt }),
      ...(startAfterMs === undefined ? {} : { startAfterMs }),
    }))
    await this.queue.send(tx, 'effects', jobs)
  }

  /**
   * Returns whether an effect that was cancelled, or that an operator has given up, is still being performed: it may yet
   * change something outside the database. The caller holds the subject's lock, so that none begins meanwhile.
   */
  async isStopping(tx: Tx, subject: Subject): Promise<boolean> {
    const ended = (await store.effectsOf(tx, subject)).filter(
      ({ state, blame }) => state === 'canceled' || (state === 'failed' && blame === null),
    )
    return this.queue.isRunning(tx, 'effects', ended.map(jobKey))
  }

  /** Sets the handlers of the rooms; the first call on an engine. */
  use(handlers: Handlers): void {
    this.handlers = handlers
  }

  /** Begins to take jobs and to run beats. A process that never calls this may still write news and wake turns. */
  async start(): Promise<void> {
    const { lookouts, beats } = this.handlers
    await this.queue.start(
      {
        turns: (data) => this.runTurn(parseSubject(String(data['subject']))),
        effects: (data) => this.runEffect(Number(data['effect']), Number(data['attempt'])),
      },
      slots,
    )
    this.looks.begin(lookouts)
    for (const beat of beats) this.beats.begin(beat)
    this.beats.begin({ name: 'sweep', intervalMs: sweepIntervalMs, run: (signal) => this.sweep(signal) }, 0)
  }

  /** Takes no more jobs, and waits for the running handlers of this process. */
  async stop(): Promise<void> {
    await this.queue.pause()
    await this.beats.stop()
    await this.queue.stop()
  }

  private async runTurn(subject: Subject): Promise<void> {
    const lifeCycle = this.lifeCycle(subject)
    const turn = (mayPark: boolean) =>
      inTransaction(this.database, 'turn', async (tx) => {
        const locked = await lifeCycle.lock(tx, subject.id)
        if (locked === undefined) return undefined
        return mayPark
          ? this.takeTurnOrPark(tx, lifeCycle, subject, locked)
          : this.takeTurn(tx, lifeCycle, subject, locked)
      })
    try {
      const outcome = await turn(false).catch((error: unknown) => {
        if (whoseMove(error) === 'infra') throw error
        this.report(error, logFields(subject), 'a turn that a bug stopped is taken again')
        return turn(true)
      })
      if (outcome !== undefined) this.metrics.turns.inc({ kind: subject.kind, outcome })
    } catch (error) {
      this.metrics.turns.inc({ kind: subject.kind, outcome: whoseMove(error) })
      this.report(error, logFields(subject), 'a turn is tried again')
      throw error
    }
  }

  private async takeTurn(
    tx: Tx,
    lifeCycle: LifeCycle,
    subject: Subject,
    locked: object,
  ): Promise<'done' | 'bug'> {
    const now = this.clock.now()
    const { wasParked } = await lifeCycle.turn(tx, subject.id, locked, now)
    if (wasParked) await store.unparkTurn(tx, subject, now)
    return 'done'
  }

  /**
   * Takes a turn again that a bug has stopped. If the bug stops it again, it parks the turn under the same lock, so that
   * no later turn can have ended well meanwhile.
   */
  private async takeTurnOrPark(
    tx: Tx,
    lifeCycle: LifeCycle,
    subject: Subject,
    locked: object,
  ): Promise<'done' | 'bug'> {
    await sql`savepoint turn`.execute(tx)
    try {
      return await this.takeTurn(tx, lifeCycle, subject, locked)
    } catch (error) {
      if (whoseMove(error) === 'infra') throw error
      await sql`rollback to savepoint turn`.execute(tx)
      await store.parkTurn(tx, subject, messageOf(error), this.clock.now())
      this.report(error, logFields(subject), 'a bug stopped a turn')
      return 'bug'
    }
  }

  private async runEffect(id: number, attempt: number): Promise<void> {
    const effect = await this.effect(id)
    if (effect?.state !== 'queued' || effect.attempt !== attempt) return
    const subject = parseSubject(effect.subject)
    const handler = this.handlers.effects.find(({ kind }) => kind === effect.kind)
    try {
      if (handler === undefined) throw new Error(`no handler exists for effects of the kind ${effect.kind}`)
      const record = await handler.perform(effect.payload, { effectId: id, attempt, subject })
      let outcome = 'late'
      await this.news.write(subject, `effect ${effect.kind}`, async (tx, now) => {
        outcome = 'late'
        if (!(await store.finishEffect(tx, { effect, now }))) return undefined
        const recorded = await record(tx, now)
        outcome = 'done'
        return recorded
      })
      this.metrics.effects.inc({ kind: effect.kind, outcome })
    } catch (error) {
      const kind = waitKindOf(error)
      const isWaited = kind !== undefined && this.handlers.lookouts.some((lookout) => lookout.kind === kind)
      // A host that has just answered is not unavailable as a whole: this effect fails. A backend that is the only one
      // of its kind (the hub, the artifact store) has no place; the service can only wait for it.
      const hasAnswered =
        error instanceof AwayError && error.place !== '' && effect.answered === hostOf(error.place)
      if (isWaited && !hasAnswered) {
        // An unavailable backend is a fault, although no subject fails because of it. A backend that works is no fault.
        if (error instanceof AwayError) {
          this.metrics.failure(error, `effect ${effect.kind}`)
          this.log.warn({ effect: id, ...logFields(subject), err: error }, 'an effect waits')
        }
        this.metrics.effects.inc({ kind: effect.kind, outcome: 'waits' })
        await this.news.write(subject, 'effect that waits', (tx, now) =>
          this.setAside(tx, effect, error as PendingError | AwayError, kind, now),
        )
        return
      }
      const outcome = this.metrics.failure(error, `effect ${effect.kind}`)
      this.metrics.effects.inc({ kind: effect.kind, outcome })
      await this.news.write(subject, 'failed effect', (tx, now) => this.recordFailure(tx, effect, error, now))
    }
  }

  /**
   * Sets an effect aside until the work that it has begun elsewhere has ended, or until the backend that it needs
   * answers again. That is no failure and uses no attempt.
   */
  private async setAside(
    tx: Tx,
    effect: store.EffectRow,
    error: PendingError | AwayError,
    kind: string,
    now: Date,
  ): Promise<unknown> {
    const current = await store.loadEffect(tx, effect.id)
    if (current?.state !== 'queued' || current.attempt !== effect.attempt) return undefined
    const wait = {
      key: store.pendingKey(effect.id),
      kind,
      externalId: error instanceof AwayError ? error.place : JSON.stringify(error.handles),
      sentence: error.message,
      nextLook: now,
    }
    // Another process may have run the same attempt.
    await store.endWait(tx, parseSubject(effect.subject), wait.key)
    return store.insertWait(tx, parseSubject(effect.subject), wait, now)
  }

  /**
   * Sends an effect again that was set aside. The caller holds the lock and has ended the effect's wait.
   *
   * @param answered the host that was unavailable and has answered, if that was the reason for setting the effect aside
   */
  async goOn(tx: Tx, effectId: number, now: Date, answered?: string): Promise<void> {
    const effect = await store.loadEffect(tx, effectId)
    if (effect?.state !== 'queued') return
    const again = {
      ...({ state: 'queued', attempt: effect.attempt + 1, isForgiven: true } as const),
      ...(answered === undefined ? {} : { answered }),
    }
    if (await store.endEffect(tx, effect, again, now)) await this.send(tx, [{ id: effect.id, ...again }])
  }

  /**
   * Fails an effect that was set aside, because a backend refused the work that the effect had begun. The caller
   * prepares the call as for {@link goOn}.
   */
  async giveUp(tx: Tx, effectId: number, reasons: readonly string[], now: Date): Promise<void> {
    const effect = await store.loadEffect(tx, effectId)
    if (effect?.state !== 'queued') return
    await store.endEffect(
      tx,
      effect,
      { state: 'failed', error: shown(reasons.join('; ')), blame: 'user' },
      now,
    )
  }

  private async recordFailure(tx: Tx, effect: store.EffectRow, failure: unknown, now: Date): Promise<void> {
    const error = messageOf(failure)
    const name = { effect: effect.id, kind: effect.kind, ...logFields(parseSubject(effect.subject)) }
    const { attemptsMax, pauseSecondsMax } = this.retries
    const counted = effect.attempt - effect.attempts_forgiven
    const move = whoseMove(failure)
    if (move === 'user') {
      await store.endEffect(tx, effect, { state: 'failed', error, blame: 'user' }, now)
    } else if (move === 'infra' && counted < attemptsMax) {
      this.log.warn({ ...name, err: failure }, 'an effect is tried again')
      const attempt = effect.attempt + 1
      const again = `attempt ${counted + 1} of ${attemptsMax}: ${error}`
      const startAfterMs = Math.min(500 * 2 ** counted, pauseSecondsMax * 1000)
      if (await store.endEffect(tx, effect, { state: 'queued', error: again, blame: 'infra', attempt }, now))
        await this.send(tx, [{ id: effect.id, attempt }], startAfterMs)
    } else if (move === 'infra') {
      const given = `${error} (after ${attemptsMax} attempts)`
      await store.endEffect(tx, effect, { state: 'failed', error: given, blame: 'infra' }, now)
    } else {
      this.log.error({ ...name, err: failure }, 'a bug stopped an effect')
      await store.endEffect(tx, effect, { state: 'parked', error, blame: 'bug' }, now)
    }
  }

  /**
   * Wakes every subject that has not ended, and sends the jobs of its queued effects. The queue drops a job that it
   * already has, so the sweep changes nothing unless the queue has lost jobs: it was emptied, restored, or gave up on
   * them.
   */
  private async sweep(signal: AbortSignal): Promise<void> {
    const keys = new Set(await store.busySubjects(this.database))
    for (const lifeCycle of this.handlers.lifeCycles)
      for (const id of await lifeCycle.unfinished(this.database))
        keys.add(subjectKey({ kind: lifeCycle.kind, id }))
    for (const subject of [...keys].map(parseSubject)) {
      if (signal.aborted) return
      await this.sweepSubject(subject).catch((error: unknown) =>
        this.report(error, logFields(subject), 'a subject could not be swept'),
      )
    }
  }

  private async sweepSubject(subject: Subject): Promise<void> {
    await this.underLock(subject, 'sweep', async (tx) => {
      const waits = new Set((await store.waitsOf(tx, [subject])).map(({ key }) => key))
      const effects = await store.effectsOf(tx, subject)
      const queued = effects.filter(({ id, state }) => state === 'queued' && !waits.has(store.pendingKey(id)))
      await this.send(tx, queued)
    })
  }

  /**
   * Writes news of a subject under its lock and wakes its turn in the same transaction.
   *
   * @returns the result of `write`; undefined when the subject does not exist
   */
  async underLock<T>(
    subject: Subject,
    name: string,
    write: (tx: Tx, now: Date) => Promise<T>,
  ): Promise<T | undefined> {
    return inTransaction(this.database, name, async (tx) => {
      if ((await this.lifeCycle(subject).lock(tx, subject.id)) === undefined) return undefined
      const result = await write(tx, this.clock.now())
      await this.wake(tx, subject)
      return result
    })
  }

  /**
   * Writes news of a subject under its lock and takes its turn in the same transaction, unless `write` returns `waits`.
   * This spares a job, and the lock of another transaction. A turn that fails gets a job, as any other turn.
   */
  private async writeAndTakeTurn(subject: Subject, name: string, write: Recorder): Promise<void> {
    const lifeCycle = this.lifeCycle(subject)
    // The rollback on a lost connection fails with an error of its own.
    let failure: { cause: unknown } | undefined
    try {
      const outcome = await inTransaction(this.database, name, async (tx) => {
        if ((await lifeCycle.lock(tx, subject.id)) === undefined) return undefined
        if ((await write(tx, this.clock.now())) === store.waits) return undefined
        // The news may have changed the row.
        const locked = await lifeCycle.lock(tx, subject.id)
        if (locked === undefined) return undefined
        return this.takeTurn(tx, lifeCycle, subject, locked).catch((cause: unknown) => {
          failure = { cause }
          throw cause
        })
      })
      if (outcome !== undefined) this.metrics.turns.inc({ kind: subject.kind, outcome })
    } catch (error) {
      if (failure === undefined) throw error
      this.report(failure.cause, logFields(subject), 'a turn that failed after news is taken again')
      await this.underLock(subject, name, write)
    }
  }

  /** Logs an error: a failure that passes by itself as a warning, any other as a bug. */
  private report(error: unknown, fields: Record<string, unknown>, sentence: string): void {
    const isBug = this.metrics.failure(error, sentence) === 'bug'
    this.log[isBug ? 'error' : 'warn']({ err: error, ...fields }, sentence)
  }

  /** Returns whether an operator may retry failed effects of this kind. */
  mayRetryFailed(kind: string): boolean {
    return this.handlers.effects.some((handler) => handler.kind === kind && handler.mayRetryFailed === true)
  }

  private lifeCycle(subject: Subject): LifeCycle {
    const found = this.handlers.lifeCycles.find(({ kind }) => kind === subject.kind)
    if (found === undefined) throw new Error(`no life cycle of the kind ${subject.kind}`)
    return found
  }
}

/** Returns the kind of wait that an error asks for; undefined for an error that asks for none. */
function waitKindOf(error: unknown): string | undefined {
  if (error instanceof AwayError) return store.awayKind(error.service)
  return error instanceof PendingError ? store.pendingKind(error.service) : undefined
}

/** Returns the key of the job of an attempt at an effect. */
function jobKey({ id, attempt }: { id: number; attempt: number }): string {
  return `${id}:${attempt}`
}
