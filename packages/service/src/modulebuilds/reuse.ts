/** How much of an earlier build a module reuses, in upstream's words (docs/REBUILD_STRATEGIES.rst). */
export const rebuildStrategies = {
  all: 'All components will be rebuilt',
  'changed-and-after': 'All components that have changed and those in subsequent batches will be rebuilt',
  'only-changed': 'All changed components will be rebuilt',
} as const

export type RebuildStrategy = keyof typeof rebuildStrategies

/** Why a component is reused or built. */
export type ReuseCode =
  | 'reused'
  /** The rebuild strategy builds all components. */
  | 'strategy-all'
  /** No ready build of the module has the same build context. */
  | 'no-earlier-build'
  | 'new-component'
  | 'ref-changed'
  | 'own-srpm'
  | 'batch-changed'
  | 'macros-changed'
  | 'earlier-batch-changed'
  | 'arches-changed'
  /** The hub no longer has the earlier build. */
  | 'build-gone'

export interface ReuseVerdict {
  code: ReuseCode
  /** A sentence for people. */
  detail: string
  /** The component whose build is reused; set only with `reused`. */
  componentId: number | null
}

/** Upstream's words; clients compare them. */
export const reusedReason = 'Reused component from previous module build'
