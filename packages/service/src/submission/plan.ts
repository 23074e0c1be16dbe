import { readModulemd } from '@mbs/modulemd'
import type { Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { presentBlocks } from '../expansion/index.ts'
import { criticalPath, findExisting, withScratchContext, type PreparedModule } from '../modulebuilds/index.ts'
import type { PlannedBuild, SubmissionPlan } from './plan-schema.ts'
import { prepare } from './prepare.ts'
import type { PrepareWorld, Submission } from './submission.ts'

/**
 * Plans a submission with the code that also prepares a real one, and records nothing.
 *
 * @throws InfraError when dist-git is unavailable
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
      assumed: [],
      left_out: [],
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return {
      refused: [{ message: error.message, where: error.where ?? null }],
      unmet: [],
      builds: [],
      assumed: [],
      left_out: [],
    }
  }
}

async function presentPlanned(database: Database, module: PreparedModule): Promise<PlannedBuild> {
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
    build_context_no_bms: module.buildContextNoBms,
    runtime_context: module.runtimeContext,
    platform: module.platform,
    arches: [...module.arches],
    buildrequires: module.buildrequires,
    dependencies: dependenciesOf(module),
    rebuild_strategy: module.rebuildStrategy,
    dependency_order: module.dependencyOrder,
    reused_module_id: module.reusedModuleId,
    exists: existing === undefined ? null : { id: existing.id, state_name: existing.state },
    components: components.sort((a, b) => a.batch - b.batch || (a.package < b.package ? -1 : 1)),
    critical_path: criticalPath(built),
  }
}

/** Returns the dependencies in the document that would be published. */
function dependenciesOf({ modulemd }: PreparedModule): PlannedBuild['dependencies'] {
  const [document] = readModulemd(modulemd).documents
  return document?.kind === 'modulemd' ? presentBlocks(document.dependencies) : []
}
