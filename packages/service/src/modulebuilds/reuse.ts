/** How much of an earlier build a module takes over, in upstream's words (docs/REBUILD_STRATEGIES.rst). */
export const rebuildStrategies = {
  all: 'All components will be rebuilt',
  'changed-and-after': 'All components that have changed and those in subsequent batches will be rebuilt',
  'only-changed': 'All changed components will be rebuilt',
} as const

export type RebuildStrategy = keyof typeof rebuildStrategies

/** Why a component is reused or built. */
export type ReuseCode =
  | 'reused'
  /** It is asked for that everything is built. */
  | 'strategy-all'
  /** There is no ready build of the module with the same build context. */
  | 'no-earlier-build'
  | 'new-component'
  | 'ref-changed'
  | 'own-srpm'
  | 'batch-changed'
  | 'macros-changed'
  | 'earlier-batch-changed'
  | 'arches-changed'
  /** The hub does not have it any more. */
  | 'build-gone'

export interface ReuseVerdict {
  code: ReuseCode
  /** A sentence for people. */
  detail: string
  /** The component whose build takes the place of a new one: only with `reused`. */
  componentId: number | null
}

/** Upstream's words; clients compare them. */
export const reusedReason = 'Reused component from previous module build'
