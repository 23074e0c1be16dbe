import type { Artifacts } from '../artifacts/index.ts'
import type { GenericBuilder } from '../builders/index.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/index.ts'
import type { DistGitReader } from '../distgit/index.ts'
import type { ExpansionRules, StreamOverrides } from '../expansion/index.ts'
import type { Hub } from '../hub/index.ts'
import type { RebuildStrategy } from '../modulebuilds/index.ts'
import type { Platform } from '../platforms/index.ts'
import type { ComponentRules } from './components/collect-components.ts'
import type { Source } from './document/fetch-document.ts'
import type { ComponentWorld } from './components/resolve-components.ts'

/** The services and settings that a preparation reads. */
export interface PrepareWorld extends ComponentWorld, ComponentRules {
  database: Database
  artifacts: Pick<Artifacts, 'path' | 'renew'>
  clock: Clock
  platforms: ReadonlyMap<string, Platform>
  distGit: DistGitReader
  /** The repository of module defaults; empty if there is none. */
  moduleDefaults: string
  rules: ExpansionRules
  /** Modules whose authors may set data in xmd.mbs that the service sets for other modules. */
  privilegedNames: readonly string[]
  /** Module → the stream that is used when several streams are possible. */
  defaultStreams: ReadonlyMap<string, string>
  /** The strategy of submissions that name none. */
  rebuildStrategy: RebuildStrategy
  /** The stream of the base module is made of the groups of the first pattern that matches the branch. */
  baseStreamPatterns: readonly RegExp[]
  /** Prefixes of scmurls from which modules may be built. */
  allowed: readonly string[]
  /** Whether a document may have another name or stream than its repository and branch. */
  nameOverride: boolean
  streamOverride: boolean
  builder: Pick<GenericBuilder, 'can'>
  hub: Hub
}

export interface Submission {
  source: Source
  options: SubmissionOptions
}

/** The options of a submission beside its document, in upstream's words. */
export interface SubmissionOptions {
  scratch?: boolean
  /** Uploaded source packages, which replace the repositories of their components. */
  srpms?: readonly string[]
  buildrequire_overrides?: StreamOverrides
  require_overrides?: StreamOverrides
  /** Unset: the strategy of the configuration. */
  rebuild_strategy?: RebuildStrategy
  /** Id or `N:S:V:C` of a ready build; unset: the newest build that fits. */
  reuse_components_from?: string | number
  /** Kept in `xmd.mbs.side_tag`. */
  side_tag?: string
}
