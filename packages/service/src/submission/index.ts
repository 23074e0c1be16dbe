/** From a request to recorded module builds: fetched, validated, pinned to commits, or refused with the reasons. */
export { expansionRules } from './known-builds.ts'
export { submissionRoutes } from './routes.ts'
export { submissionEffects, submit } from './submit.ts'
