import type { ModuleStream, Problem } from '@mbs/modulemd'
import { UserError } from './errors.ts'
import {
  expand,
  planBatches,
  resolveVirtualStreams,
  universeOfDocuments,
  upstreamRules,
  type Expansion,
} from './expansion/index.ts'

// The second public entry of the service: what can be known without one, so that nothing of one is loaded.
export { mbsDataOf } from './expansion/index.ts'

/** What a module would become on a universe of documents, in the words of the API. */
export interface Plan {
  /** Base modules that no document describes but some speak of: taken as being there. */
  assumed: { name: string; stream: string; virtual_streams: string[] }[]
  /** A build for each. */
  contexts: PlannedContext[]
  /** Components in the order of their batches; batch 1 is that of module-build-macros. */
  batches: { batch: number; components: string[] }[]
  /** Why the module would be refused. Empty when it would not. */
  refused: string[]
  /** Why combinations of streams that the module names make no build, where others do. */
  unmet: string[]
  /** What is wrong with documents of the index, which count as not being there. */
  left_out: Problem[]
}

/** The documents of an index that are good, and what is wrong with the others. */
export interface DocumentUniverse {
  documents: readonly ModuleStream[]
  problems: readonly Problem[]
}

/** The plan of what is no module that can be planned. */
export function refusedPlan(refused: readonly string[], leftOut: readonly Problem[] = []): Plan {
  return { assumed: [], contexts: [], batches: [], refused: [...refused], unmet: [], left_out: [...leftOut] }
}

export interface PlannedContext {
  context: string
  build_context: string
  build_context_no_bms: string
  runtime_context: string
  /** As the build would be published. */
  dependencies: Record<'buildrequires' | 'requires', Record<string, string[]>>[]
  /** Every module in the build root. */
  buildrequires: Record<string, { stream: string; version: string; context: string; ref: string }>
}

/**
 * Plans the builds of a module against the documents of an index, all of which count as ready: no service is asked, and
 * nothing is touched. `xmd.mbs.buildrequires` and `xmd.mbs.virtual_streams` of the documents tell what they were built
 * on, where they have them.
 */
export function planAgainst(module: ModuleStream, { documents, problems }: DocumentUniverse): Plan {
  const rules = upstreamRules
  const { universe, assumed } = universeOfDocuments(documents, rules, module)
  const batches = Map.groupBy(
    planBatches({ rpms: module.components.rpms, modules: new Map() }),
    ([, batch]) => batch,
  )
  const plan: Plan = {
    ...refusedPlan([], problems),
    assumed: assumed.map(({ name, stream, virtualStreams }) => ({
      name,
      stream,
      virtual_streams: [...virtualStreams],
    })),
    batches: [...batches]
      .sort(([a], [b]) => a - b)
      .map(([batch, components]) => ({ batch, components: components.map(([name]) => name) })),
  }
  try {
    const blocks = resolveVirtualStreams(module.dependencies, universe, rules)
    const { expansions, reasons, unmet } = expand(blocks, universe, { rules, tellUnmet: true })
    const byContext = new Map(expansions.map((expansion) => [expansion.context, presentContext(expansion)]))
    if (byContext.size === 0) return { ...plan, refused: reasons }
    return { ...plan, contexts: [...byContext.values()], unmet: [...reasons, ...unmet] }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { ...plan, refused: [error.message] }
  }
}

function presentContext(expansion: Expansion): PlannedContext {
  const lists = (requirements: ReadonlyMap<string, readonly string[]>) =>
    Object.fromEntries([...requirements].map(([name, streams]) => [name, [...streams]]))
  return {
    context: expansion.context,
    build_context: expansion.buildContext,
    build_context_no_bms: expansion.buildContextNoBms,
    runtime_context: expansion.runtimeContext,
    dependencies: expansion.dependencies.map(({ buildrequires, requires }) => ({
      buildrequires: lists(buildrequires),
      requires: lists(requires),
    })),
    buildrequires: Object.fromEntries(
      expansion.modules.map(({ name, stream, version, context, ref }) => [
        name,
        { stream, version: version.toString(), context, ref },
      ]),
    ),
  }
}
