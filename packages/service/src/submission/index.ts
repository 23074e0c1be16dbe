/**
 * Turns a request into recorded module builds: fetches the document, validates it and resolves its refs to commits, or
 * refuses it with the reasons.
 */
export type { SubmissionRules } from './read-request.ts'
export type { PlannedBuild, SubmissionPlan } from './plan-schema.ts'
export { openSubmission, submitWorld, type SubmissionWorld } from './room.ts'
export { submit } from './submit.ts'
