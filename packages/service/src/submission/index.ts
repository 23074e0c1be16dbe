/** From a request to a recorded module build: fetched, validated, pinned to commits, or refused with the reasons. */
export { submissionRoutes } from './routes.ts'
export { submissionEffects, submit } from './submit.ts'
