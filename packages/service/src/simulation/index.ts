/**
 * Runs the service in a world of faults, under virtual time. The decisions, effects and SQL are real; processes die or
 * stall between any two statements; a build farm, a dist-git, a bus and checks fail, delay and repeat. A seed decides
 * all of it and replays it.
 */
export { planOf } from './simulate.ts'
export type { Run } from './simulate.ts'
export { Simulator } from './simulator.ts'
export { walkCrashPoints } from './walk.ts'
