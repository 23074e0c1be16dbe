import type { Expected } from './history.ts'
import type { RebuildStrategy, ReuseVerdict } from './reuse.ts'
import type { Buildrequires, Requirements } from './store.ts'

/** Who asked for what. */
export interface ModuleRequest {
  name: string
  stream: string
  /** Null for what came as a document. */
  scmurl: string | null
  branch: string | null
  owner: string
  scratch: boolean
  rebuildStrategy: RebuildStrategy
  /** What else was asked for. */
  options: object
}

/** What tells builds apart. */
export interface NsvcOfBuild {
  name: string
  stream: string
  version: string
  context: string
}

/** A module that is complete on paper: every ref is a commit, version and context are known. */
export interface PreparedModule {
  name: string
  stream: string
  version: string
  context: string
  /** With the full hash of its commit. */
  scmurl: string | null
  commit: string
  platform: string
  /** The base modules in its build root. */
  bases: readonly NsvcOfBuild[]
  disttagMarking: string
  /** The dist tag of a module that is built again under it; null: one of its own. */
  distTag: string | null
  arches: readonly string[]
  buildContext: string
  buildContextNoBms: string
  runtimeContext: string
  buildrequires: Buildrequires
  requires: readonly Requirements[]
  modulemd: string
  components: readonly PreparedComponent[]
  scratch: boolean
  /** Source packages of the submitter's own, as the submission names them. */
  srpms: readonly string[]
  rebuildStrategy: RebuildStrategy
  /** Components of a batch wait for those of it that they need. */
  dependencyOrder: boolean
  /** The build whose components may take the place of new ones. */
  reusedModuleId: number | null
}

export interface PreparedComponent {
  package: string
  scmurl: string
  ref: string | null
  batch: number
  /** The digest of a source package of its own. */
  srpm: string | null
  /** For which it is built. */
  arches: readonly string[]
  cache: string | null
  buildonly: boolean
  in_buildroot: boolean
  in_srpm_buildroot: boolean
  included_from: string | null
  /** Null for what has never been built here. */
  expected: Expected | null
  reuse: ReuseVerdict
}
