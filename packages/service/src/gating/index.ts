/** The conditions for a ready module: checks, which change nothing, and their results. */
export type { TestedPackage } from './module-under-test.ts'
export { resultsOf, storeResult } from './results.ts'
export type { TestResult } from './results.ts'
export { ownChecks } from './run-check.ts'
export type { CheckedModule, Checks } from './run-check.ts'
