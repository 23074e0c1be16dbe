import type { Expected } from './history.ts'
import type { RebuildStrategy, ReuseVerdict } from './reuse.ts'
import type { Buildrequires, Requirements } from './store.ts'

/** A request to build a module, with its owner. */
export interface ModuleRequest {
  name: string
  stream: string
  /** Null for a module that was submitted as a document. */
  scmurl: string | null
  branch: string | null
  owner: string
  scratch: boolean
  rebuildStrategy: RebuildStrategy
  /** The other options of the request. */
  options: object
}

/** The names and numbers that distinguish builds. */
export interface NsvcOfBuild {
  name: string
  stream: string
  version: string
  context: string
}

/** A module that is complete on paper: every ref is a commit; version and context are known. */
export interface PreparedModule {
  name: string
  stream: string
  version: string
  context: string
  /** The URL with the full hash of the commit. */
  scmurl: string | null
  commit: string
  platform: string
  /** The base modules in its build root. */
  bases: readonly NsvcOfBuild[]
  disttagMarking: string
  /** The dist tag that a rebuilt module keeps, unless another build has it; null for a dist tag of its own. */
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
  /** The submitter's own source packages, as the submission names them. */
  srpms: readonly string[]
  rebuildStrategy: RebuildStrategy
  /** Components wait for the components of their batch that they need. */
  dependencyOrder: boolean
  /** The build whose components may take the place of new ones. */
  reusedModuleId: number | null
}

export interface PreparedComponent {
  package: string
  /** Its key in the document that lists it; most often the name of the package. */
  key: string
  scmurl: string
  ref: string | null
  batch: number
  /** The digest of an uploaded source package. */
  srpm: string | null
  /** The arches that the component is built for. */
  arches: readonly string[]
  cache: string | null
  buildonly: boolean
  in_buildroot: boolean
  in_srpm_buildroot: boolean
  included_from: string | null
  /** Null for a component that was never built here. */
  expected: Expected | null
  reuse: ReuseVerdict
}
