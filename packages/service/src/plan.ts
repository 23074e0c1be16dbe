import type { ModuleStream, Problem } from '@mbs/modulemd'
import { UserError } from './errors.ts'
import {
  applyOverrides,
  asksForDependencyOrder,
  expand,
  planBatches,
  presentBlocks,
  resolveVirtualStreams,
  universeOfDocuments,
  upstreamRules,
  type Expansion,
  type Overrides,
} from './expansion/index.ts'
import type { PlannedBuild, SubmissionPlan } from './submission/index.ts'

// The second public entry of the service: the functions that work without a running service and load no part of one.
export { mbsDataOf } from './expansion/index.ts'
export type { SubmissionPlan } from './submission/index.ts'

/** The valid documents of an index, and the problems of the others. */
export interface DocumentUniverse {
  documents: readonly ModuleStream[]
  problems: readonly Problem[]
}

/** The options of a submission that matter without a service. */
export interface OfflineOptions extends Overrides {
  /** The module's name where the document has none. */
  name?: string
  /** The module's stream; it takes precedence over the document's stream. */
  stream?: string
  scratch?: boolean
}

/** Returns the plan of a module that cannot be planned. */
export function refusedPlan(
  refused: readonly string[],
  leftOut: readonly Problem[] = [],
  where: string | null = null,
): SubmissionPlan {
  return {
    refused: refused.map((message) => ({ message, where })),
    unmet: [],
    builds: [],
    assumed: [],
    left_out: [...leftOut],
  }
}

/**
 * Plans the builds of a module against the documents of an index. All of them count as ready. The function asks no
 * service and changes nothing. Where the documents have `xmd.mbs.buildrequires` and `xmd.mbs.virtual_streams`, these
 * name the modules that they were built on.
 */
export function planAgainst(
  module: ModuleStream,
  { documents, problems }: DocumentUniverse,
  options: OfflineOptions = {},
): SubmissionPlan {
  const rules = upstreamRules
  const { universe, assumed } = universeOfDocuments(documents, rules, module)
  const plan: SubmissionPlan = {
    ...refusedPlan([], problems),
    assumed: assumed.map(({ name, stream, virtualStreams }) => ({
      name,
      stream,
      virtual_streams: [...virtualStreams],
    })),
  }
  try {
    const blocks = resolveVirtualStreams(applyOverrides(module.dependencies, options), universe, rules)
    const { expansions, reasons, unmet } = expand(blocks, universe, { rules, tellUnmet: true })
    const byContext = new Map(expansions.map((expansion) => [expansion.context, expansion]))
    if (byContext.size === 0)
      return { ...plan, refused: reasons.map((message) => ({ message, where: null })) }
    const builds = [...byContext.values()].map((expansion) => presentBuild(module, expansion, options))
    return { ...plan, builds, unmet: [...reasons, ...unmet] }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { ...plan, refused: [{ message: error.message, where: error.where ?? null }] }
  }
}

/** Returns a build in the format of the API. Fields that only a service knows are null. */
function presentBuild(
  module: ModuleStream,
  expansion: Expansion,
  { name = 'unnamed', stream, scratch = false }: OfflineOptions,
): PlannedBuild {
  const base = expansion.modules.find((one) => upstreamRules.baseModules.includes(one.name))
  return {
    name: module.name ?? name,
    stream: stream ?? module.stream ?? 'master',
    version: null,
    // The first scratch build; no earlier one exists.
    context: scratch ? `${expansion.context}_1` : expansion.context,
    scratch,
    build_context: expansion.buildContext,
    build_context_no_bms: expansion.buildContextNoBms,
    runtime_context: expansion.runtimeContext,
    platform: base?.stream ?? null,
    arches: [],
    buildrequires: Object.fromEntries(
      expansion.modules.map((one) => [
        one.name,
        {
          stream: one.stream,
          version: one.version.toString(),
          context: one.context,
          ref: one.ref,
          koji_tag: one.kojiTag ?? '',
        },
      ]),
    ),
    dependencies: presentBlocks(expansion.dependencies),
    rebuild_strategy: null,
    dependency_order: asksForDependencyOrder(module),
    reused_module_id: null,
    exists: null,
    components: componentsOf(module),
    critical_path: null,
  }
}

/** Returns the components in the order of their batches; batch 1 has module-build-macros. */
function componentsOf({ components: { rpms } }: ModuleStream): PlannedBuild['components'] {
  return [...planBatches({ rpms, modules: new Map() })]
    .map(([name, batch]) => ({
      package: rpms.get(name)?.name ?? name,
      ref: rpms.get(name)?.ref ?? null,
      batch,
      included_from: null,
      reuse: null,
      expected_seconds: null,
      expected_error: null,
      samples: 0,
    }))
    .sort((a, b) => a.batch - b.batch || (a.package < b.package ? -1 : 1))
}
