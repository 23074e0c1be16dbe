import type { Artifacts } from '../artifacts/index.ts'
import type { Outbox } from '../bus/index.ts'
import type { Config } from '../config/index.ts'
import { limited } from '../hub/index.ts'
import { stateMessages } from '../modulebuilds/index.ts'
import type { Room } from '../room.ts'
import { expansionRules } from '../universe/index.ts'
import { maintenanceRoutes } from './maintenance-routes.ts'
import { planRoutes } from './plan-routes.ts'
import type { SubmissionRules } from './read-request.ts'
import { submissionRoutes } from './routes.ts'
import { submissionEffects, type SubmitWorld } from './submit.ts'

/** The services and settings that submissions need. */
export interface SubmissionWorld extends Pick<
  SubmitWorld,
  'database' | 'clock' | 'platforms' | 'distGit' | 'builder' | 'hub' | 'engine'
> {
  artifacts: Artifacts
  outbox: Outbox
  scm: Pick<
    Config['scm'],
    | 'allowed'
    | 'rpms'
    | 'modules'
    | 'moduleDefaults'
    | 'customRepositories'
    | 'customCaches'
    | 'nameOverride'
    | 'streamOverride'
  >
  submission: Config['submission']
  expansion: Config['expansion']
}

/** Returns the services and the settings with which submissions work. */
export function submitWorld(
  world: SubmissionWorld,
): SubmitWorld & { artifacts: Artifacts; submissionRules: SubmissionRules } {
  const { submission, expansion } = world
  const patterns = (texts: readonly string[]) => texts.map((text) => new RegExp(text))
  return {
    ...world,
    ...world.scm,
    news: stateMessages(world.outbox),
    rules: expansionRules(expansion),
    privilegedNames: expansion.privilegedModules,
    defaultStreams: new Map(Object.entries(expansion.defaultStreams)),
    budgetMs: submission.budgetSeconds * 1000,
    componentsMax: submission.componentsMax,
    rebuildStrategy: submission.rebuildStrategy,
    baseStreamPatterns: patterns(submission.baseStreamFromBranch),
    submissionRules: { ...submission, scratchOnlyBranches: patterns(submission.scratchOnlyBranches) },
  }
}

/** Opens the room that turns requests into recorded module builds. */
export function openSubmission(world: SubmissionWorld): Room {
  const parts = submitWorld(world)
  // The caller of a route waits for the response, so calls to the hub have a time limit.
  const asked = { ...parts, hub: limited(world.hub, world.clock) }
  return {
    effects: submissionEffects(parts),
    routes: [submissionRoutes(asked), planRoutes(asked), maintenanceRoutes(asked)],
  }
}
