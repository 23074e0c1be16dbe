import type { ModuleStream } from '@mbs/modulemd'
import type { RpmHeader } from '@mbs/rpm'
import type { BuildUser, Repository } from '../sandbox/index.ts'

/** A package of the module, with the current header of its file. */
export interface TestedPackage {
  path: string
  header: RpmHeader
}

/** A module, and all packages in its tag. */
export interface ModuleWithPackages {
  document: ModuleStream
  packages: readonly TestedPackage[]
}

export interface ModuleContent {
  /** Every package in the module's tag, filtered ones too. */
  packages: readonly TestedPackage[]
  /** The modules that it requires at run time, and the modules that these require. */
  dependencies: () => Promise<readonly ModuleWithPackages[]>
}

/** The input of a check: the document to be published, and the packages that it describes. */
export interface ModuleUnderTest {
  /** `name:stream:version:context` */
  nsvc: string
  /** The builds whose components it reuses: their packages keep the labels under which they were built. */
  reusedFrom: readonly string[]
  document: ModuleStream
  /**
   * Calls `use` with the module's content. The headers take much memory, so few modules have them at a time: `use` does
   * nothing that takes long.
   */
  withPackages: <T>(use: (content: ModuleContent) => T | Promise<T>) => Promise<T>
  platform: { stream: string; virtualStreams: readonly string[]; repositories: readonly Repository[] }
  user: BuildUser
  /** An empty folder for the check; the service removes it afterwards. */
  scratch: string
}

/** A check returns its faults as sentences; without faults, it passed. `looked` describes what it examined. */
export interface CheckOutcome {
  faults: string[]
  looked: string
}

export type Check = (module: ModuleUnderTest) => CheckOutcome | Promise<CheckOutcome>
