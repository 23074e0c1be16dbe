/**
 * The service in a world where everything goes wrong, under virtual time: real decisions, effects and SQL; processes
 * that die or stall between any two statements; a farm, a dist-git, a bus and checks that fail, delay and repeat. A
 * seed decides all of it and replays it.
 */
export { planOf } from './simulate.ts'
export type { Run } from './simulate.ts'
export { Simulator } from './simulator.ts'
export { walkCrashPoints } from './walk.ts'
