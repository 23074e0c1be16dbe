/** The modules to build against: base modules, imported modules and all modules that were built here. */
export { expansionRules, loadUniverse } from './load-universe.ts'
export { recordPlatforms } from './record-platforms.ts'
export { openUniverse } from './room.ts'
