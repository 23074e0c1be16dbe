import type { Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { criticalPath, findExisting, withScratchContext, type PreparedModule } from '../modulebuilds/index.ts'
import { prepare } from './prepare.ts'
import type { PrepareWorld, Submission } from './submission.ts'

/** What a submission would become. */
export interface SubmissionPlan {
  /** Why it would be refused; empty when it would not. */
  refused: { message: string; where: string | null }[]
  /** Why combinations of streams that the document names make no build, where others do. */
  unmet: string[]
  builds: PlannedBuild[]
}

export type PlannedBuild = Awaited<ReturnType<typeof presentPlanned>>

/**
 * Plans a submission with the very code that would take it, and records nothing.
 *
 * @throws InfraError when dist-git cannot be asked
 */
export async function planSubmission(
  world: PrepareWorld,
  submission: Submission,
  signal?: AbortSignal,
): Promise<SubmissionPlan> {
  try {
    const unmet = new Set<string>()
    const prepared = await prepare(world, submission, signal, (reason) => unmet.add(reason))
    return {
      refused: [],
      unmet: [...unmet],
      builds: await Promise.all(prepared.map((module) => presentPlanned(world.database, module))),
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { refused: [{ message: error.message, where: error.where ?? null }], unmet: [], builds: [] }
  }
}

async function presentPlanned(database: Database, module: PreparedModule) {
  const existing = module.scratch ? undefined : await findExisting(database, module)
  const components = module.components.map((component) => ({
    package: component.package,
    ref: component.ref,
    batch: component.batch,
    included_from: component.included_from,
    reuse: { code: component.reuse.code, detail: component.reuse.detail },
    expected_seconds: component.expected?.seconds ?? null,
    expected_error: component.expected?.error ?? null,
    samples: component.expected?.samples ?? 0,
  }))
  const built = module.components.filter(({ reuse }) => reuse.componentId === null)
  return {
    name: module.name,
    stream: module.stream,
    version: module.version,
    context: module.scratch ? (await withScratchContext(database, module)).context : module.context,
    scratch: module.scratch,
    build_context: module.buildContext,
    runtime_context: module.runtimeContext,
    platform: module.platform,
    arches: [...module.arches],
    buildrequires: module.buildrequires,
    rebuild_strategy: module.rebuildStrategy,
    dependency_order: module.dependencyOrder,
    reused_module_id: module.reusedModuleId,
    /** The build of this name that is there already: it would not be built again. */
    exists: existing === undefined ? null : { id: existing.id, state_name: existing.state },
    components: components.sort((a, b) => a.batch - b.batch || (a.package < b.package ? -1 : 1)),
    critical_path: criticalPath(built),
  }
}
