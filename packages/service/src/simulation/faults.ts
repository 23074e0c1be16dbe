import type { Boundary } from '../crash-points.ts'
import { AwayError, InfraError } from '../errors.ts'
import type { Random } from './random.ts'
import type { Fate, Step } from './scheduler.ts'

/** The probability of each kind of fault, per step; zero means never. */
export interface FaultRates {
  die: number
  fail: number
  delay: number
  freeze: number
  /** Per commit: the process stalls before the commit with its locks, for less time than would make it seem dead. */
  slowCommit: number
  /** Per look at a process's clock. */
  clockJump: number
  /** Per task of the builder: the task gets lost, or the build fails. */
  taskLost: number
  taskFails: number
  checkFails: number
  /** Per effect and per turn: a bug. */
  bug: number
  /** Per effect: an operator gives it up while a process performs it. */
  giveUp: number
  /** Per commit and per process that it should wake: the notification is lost, comes late, or comes twice. */
  wakeLost: number
  wakeLate: number
  wakeTwice: number
}

export const noFaults: FaultRates = {
  die: 0,
  fail: 0,
  delay: 0,
  freeze: 0,
  slowCommit: 0,
  clockJump: 0,
  taskLost: 0,
  taskFails: 0,
  checkFails: 0,
  bug: 0,
  giveUp: 0,
  wakeLost: 0,
  wakeLate: 0,
  wakeTwice: 0,
}

/**
 * Draws the fault rates of a seed. Each kind of fault is absent, rare or frequent, so that runs differ in their mix.
 */
export function ratesOf(random: Random): FaultRates {
  return {
    die: random.pick([0, 0.0005, 0.002, 0.006]),
    fail: random.pick([0, 0.001, 0.005, 0.02]),
    delay: random.pick([0, 0.005, 0.03]),
    freeze: random.pick([0, 0.0005, 0.002]),
    slowCommit: random.pick([0, 0, 0.03, 0.1]),
    clockJump: random.pick([0, 0, 0.002]),
    taskLost: random.pick([0, 0.1, 0.3]),
    taskFails: random.pick([0, 0, 0.1]),
    checkFails: random.pick([0, 0, 0.2]),
    bug: random.pick([0, 0, 0.01, 0.05]),
    giveUp: random.pick([0, 0, 0.05, 0.1]),
    wakeLost: random.pick([0, 0.1, 0.5, 1]),
    wakeLate: random.pick([0, 0.1, 0.5]),
    wakeTwice: random.pick([0, 0.1]),
  }
}

/** A deliberate bug. Its text distinguishes it from a real one. */
export class SimulatedBug extends Error {
  constructor() {
    super('simulated bug')
  }
}

/** For this time every call to one backend fails. */
export interface Outage {
  boundary: Boundary
  /** Virtual seconds since the beginning. */
  from: number
  until: number
}

/** Draws the outages of a seed. */
export function outagesOf(random: Random, seconds: number): Outage[] {
  return (['bus', 'builder', 'hub', 'git'] as const).flatMap((boundary) => {
    if (!random.chance(0.25)) return []
    const from = random.integer(0, seconds - 1)
    return [{ boundary, from, until: random.integer(from + 1, seconds) }]
  })
}

/** The backends whose outage makes effects wait, by the names that the effects use. */
const serviceOf: Readonly<Record<string, string>> = { git: 'dist-git', hub: 'hub' }

/** Returns the error of a step that calls an unavailable backend; undefined when the backend is available. */
export function outageAt(step: Step, second: number, outages: readonly Outage[]): InfraError | undefined {
  if (step.kind !== 'point' || !step.name.endsWith(' before')) return undefined
  const away = outages.find(
    ({ boundary, from, until }) => step.name.startsWith(`${boundary} `) && from <= second && second < until,
  )
  if (away === undefined) return undefined
  const service = serviceOf[away.boundary]
  const sentence = 'it is away for a while'
  return service === undefined ? new InfraError(away.boundary, sentence) : new AwayError(service, sentence)
}

/** Draws the fate of a step at these rates. */
export function fateOf(step: Step, rates: FaultRates, random: Random): Fate {
  if (random.chance(rates.die)) return { is: 'die' }
  // The longest freeze exceeds the heartbeat, so that other processes take over the jobs before this process resumes.
  if (random.chance(rates.freeze)) return { is: 'freeze', milliseconds: random.integer(100, 30_000) }
  if (step.kind === 'statement' && step.name === 'commit' && random.chance(rates.slowCommit))
    return { is: 'freeze', milliseconds: random.integer(10, 3000) }
  if (random.chance(rates.delay)) return { is: 'delay', milliseconds: random.integer(1, 25_000) }
  // The server itself rolls back a lost connection, so a lost `rollback` statement changes nothing.
  const canFail = step.kind === 'point' || (step.kind === 'statement' && step.name !== 'rollback')
  if (canFail && random.chance(rates.fail)) return { is: 'fail', error: errorOf(step) }
  return { is: 'run' }
}

function errorOf(step: Step): Error {
  const boundary = step.name.split(' ')[0] as Boundary
  if (step.kind === 'point' && boundary !== 'commit')
    return new InfraError(boundary, `simulated fault at ${step.name}`)
  // The text of pg for a connection that the server has closed.
  return new Error('Connection terminated unexpectedly')
}
