/** Streams that come to their end: from a day on nothing is built of them, and composes tell of it. */
export { obsoletesFor, requireAlive } from './retirements.ts'
export { retirementRoutes } from './routes.ts'
