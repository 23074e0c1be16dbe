import type { Boundary } from '../crash-points.ts'
import { InfraError } from '../errors.ts'
import type { Random } from './random.ts'
import type { Fate, Step } from './scheduler.ts'

/** How often what goes wrong, per step; zero: never. */
export interface FaultRates {
  die: number
  fail: number
  delay: number
  freeze: number
  /** Per commit: the process stalls before it, with its locks, for less than would make it seem dead. */
  slowCommit: number
  /** Per look at the clock of a process. */
  clockJump: number
  /** Per task of the builder: it gets lost, it does not build. */
  taskLost: number
  taskFails: number
  checkFails: number
  /** Per effect and per turn: a bug. */
  bug: number
  /** Per effect: an operator gives it up while it is being done. */
  giveUp: number
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
}

/** What may go wrong in the run of a seed: of each kind nothing, little or much, so that runs differ in their weather. */
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
  }
}

/** Its text tells it from a bug that nobody has made on purpose. */
export class SimulatedBug extends Error {
  constructor() {
    super('simulated bug')
  }
}

/** For a while everything that is asked of one neighbour fails. */
export interface Outage {
  boundary: Boundary
  /** Virtual seconds since the beginning. */
  from: number
  until: number
}

/** What is away when in the run of a seed. */
export function outagesOf(random: Random, seconds: number): Outage[] {
  return (['bus', 'builder', 'hub', 'git'] as const).flatMap((boundary) => {
    if (!random.chance(0.25)) return []
    const from = random.integer(0, seconds - 1)
    return [{ boundary, from, until: random.integer(from + 1, seconds) }]
  })
}

/** The error of a step that asks a neighbour who is away; undefined when nobody is. */
export function outageAt(step: Step, second: number, outages: readonly Outage[]): InfraError | undefined {
  if (step.kind !== 'point' || !step.name.endsWith(' before')) return undefined
  const away = outages.find(
    ({ boundary, from, until }) => step.name.startsWith(`${boundary} `) && from <= second && second < until,
  )
  return away === undefined ? undefined : new InfraError(away.boundary, 'it is away for a while')
}

/** What becomes of this step, at these rates. */
export function fateOf(step: Step, rates: FaultRates, random: Random): Fate {
  if (random.chance(rates.die)) return { is: 'die' }
  // Beyond the heartbeat, so that its jobs are taken over before it comes back.
  if (random.chance(rates.freeze)) return { is: 'freeze', milliseconds: random.integer(100, 30_000) }
  if (step.kind === 'statement' && step.name === 'commit' && random.chance(rates.slowCommit))
    return { is: 'freeze', milliseconds: random.integer(10, 3000) }
  if (random.chance(rates.delay)) return { is: 'delay', milliseconds: random.integer(1, 25_000) }
  // A connection that is lost is rolled back by the server: the statement that says so is not asked for.
  const canFail = step.kind === 'point' || (step.kind === 'statement' && step.name !== 'rollback')
  if (canFail && random.chance(rates.fail)) return { is: 'fail', error: errorOf(step) }
  return { is: 'run' }
}

function errorOf(step: Step): Error {
  const boundary = step.name.split(' ')[0] as Boundary
  if (step.kind === 'point' && boundary !== 'commit')
    return new InfraError(boundary, `simulated fault at ${step.name}`)
  // The words of pg for a connection that the server has closed.
  return new Error('Connection terminated unexpectedly')
}
