/** What there is to build against: base modules, imported modules, and everything that has been built. */
export { backfill } from './backfill.ts'
export { expansionRules, loadUniverse } from './load-universe.ts'
export { importRoutes } from './routes.ts'
export { recordPlatforms } from './record-platforms.ts'
export { recordPublished } from './record-published.ts'
