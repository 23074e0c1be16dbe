import type { Artifacts } from '../artifacts/index.ts'
import type { GenericBuilder } from '../builders/index.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/index.ts'
import type { DistGitReader } from '../distgit/index.ts'
import type { ExpansionRules } from '../expansion/index.ts'
import type { RebuildStrategy } from '../modulebuilds/index.ts'
import type { Platform } from '../platforms/index.ts'
import type { ComponentRules } from './components/collect-components.ts'
import type { Source } from './document/fetch-document.ts'
import type { StreamOverrides } from './document/overrides.ts'
import type { ComponentWorld } from './components/resolve-components.ts'

/** The parts of the world that a preparation reads. */
export interface PrepareWorld extends ComponentWorld, ComponentRules {
  database: Database
  artifacts: Pick<Artifacts, 'path' | 'renew'>
  clock: Clock
  platforms: ReadonlyMap<string, Platform>
  distGit: DistGitReader
  /** The repository of defaults; empty: none. */
  moduleDefaults: string
  rules: ExpansionRules
  /** Modules whose authors may say in xmd.mbs what is the service's to say of others. */
  privilegedNames: readonly string[]
  /** Module → the stream that stands for a choice of several. */
  defaultStreams: ReadonlyMap<string, string>
  /** Of submissions that do not say. */
  rebuildStrategy: RebuildStrategy
  /** The groups of the first that fits the branch are the stream of the base module. */
  baseStreamPatterns: readonly RegExp[]
  /** Prefixes of scmurls from which modules may be built. */
  allowed: readonly string[]
  /** Whether a document may have another name or stream than its repository and branch. */
  nameOverride: boolean
  streamOverride: boolean
  builder: Pick<GenericBuilder, 'can'>
}

export interface Submission {
  source: Source
  options: SubmissionOptions
}

/** What a submission may ask for beside its document, in upstream's words. */
export interface SubmissionOptions {
  scratch?: boolean
  /** Uploaded source packages, in place of the repositories of their components. */
  srpms?: readonly string[]
  buildrequire_overrides?: StreamOverrides
  require_overrides?: StreamOverrides
  /** Unset: what configuration says. */
  rebuild_strategy?: RebuildStrategy
  /** Id or `N:S:V:C` of a ready build; unset: the newest that fits. */
  reuse_components_from?: string | number
  /** Kept in `xmd.mbs.side_tag`. */
  side_tag?: string
}
