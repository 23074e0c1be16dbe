/** From a request to recorded module builds: fetched, validated, pinned to commits, or refused with the reasons. */
export type { SubmissionRules } from './read-request.ts'
export { maintenanceRoutes } from './maintenance-routes.ts'
export { planRoutes } from './plan-routes.ts'
export { submissionRoutes } from './routes.ts'
export { submissionEffects, submit } from './submit.ts'
