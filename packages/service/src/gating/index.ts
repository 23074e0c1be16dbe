/** What must hold before a module is ready: checks that look, and their results. */
export type { ModuleUnderTest, TestedPackage } from './module-under-test.ts'
export { resultsOf, storeResult } from './results.ts'
export type { TestResult } from './results.ts'
export { checkNames, runCheck } from './run-check.ts'
