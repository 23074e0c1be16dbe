/**
 * Retirement of streams: from a given day, the service builds nothing of a stream, and composes publish its end of
 * life.
 */
export { obsoletesFor, requireAlive } from './retirements.ts'
export { openRetirement } from './room.ts'
