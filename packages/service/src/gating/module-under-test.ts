import type { ModuleStream } from '@mbs/modulemd'
import type { RpmHeader } from '@mbs/rpm'
import type { BuildUser, Repository } from '../sandbox/index.ts'

/** A package that was built for the module, as its file is now. */
export interface TestedPackage {
  path: string
  header: RpmHeader
}

/** What a check looks at: the document that would be published, and the files behind it. */
export interface ModuleUnderTest {
  /** `name:stream:version:context` */
  nsvc: string
  /** The builds of which it reuses components: their packages keep the label that they were built under. */
  reusedFrom: readonly string[]
  document: ModuleStream
  /** Every package in the module's tag, filtered ones too. */
  packages: readonly TestedPackage[]
  /** The modules that it requires at run time, and what those require. */
  dependencies: readonly { document: ModuleStream; packages: readonly TestedPackage[] }[]
  platform: { stream: string; virtualStreams: readonly string[]; repositories: readonly Repository[] }
  user: BuildUser
  /** An empty folder that the check may use and that goes away. */
  scratch: string
}

/** A check gives its faults as sentences; none means that it passed. `looked` says at what it looked. */
export interface CheckOutcome {
  faults: string[]
  looked: string
}

export type Check = (module: ModuleUnderTest) => CheckOutcome | Promise<CheckOutcome>
