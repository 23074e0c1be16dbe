import type { Beat } from '../jobs/index.ts'

/** The parts of a module's build root. */
export interface BuildrootPlan {
  /** The module's result tag. The target has the same name. */
  tag: string
  /** The tag that the module's components are built from. */
  buildTag: string
  /** The platform's stream, a key of the configuration. */
  platform: string
  arches: readonly string[]
  /** Packages of the groups `build` and `srpm-build`. */
  buildGroup: readonly string[]
  srpmBuildGroup: readonly string[]
}

/** The source of a component: dist-git at a commit, a source package, or files of the service (module-build-macros). */
export type ComponentSource =
  | {
      kind: 'dist-git'
      url: string
      commit: string
      /**
       * The branch, tag or commit by which the document names the commit. Undefined for components of included modules.
       */
      ref?: string
      /** The lookaside of its archives, if it differs from the configured one. */
      cache?: string
    }
  /** A source package, as a local file that stays. */
  | { kind: 'srpm'; file: string }
  | { kind: 'generated'; files: Readonly<Record<string, string>> }

export interface ComponentPlan {
  package: string
  /** The owner of the module build. Owners share the builders fairly. */
  owner: string
  /** Expected duration; null if unknown. */
  expectedSeconds: number | null
  source: ComponentSource
  tag: string
  platform: string
  /** Dist tag of the module build, without the dot before it. The release of each built package contains it. */
  distTag: string
}

/** Names that the packages of a component need and provide. */
export interface PackageDependencies {
  /** Needed to build them. */
  buildRequires: string[]
  /** Needed to install them. */
  requires: string[]
  provides: string[]
}

/**
 * The number of one try at one component. No other try has the same number; a repeated call for one try passes it
 * again.
 */
export type Attempt = number

/** The number by which a backend identifies a running build, as Koji's tasks have. */
export type TaskId = number

export type TaskStatus =
  /** It is running or queued. The sentence describes this for people. */
  | { state: 'open'; sentence: string }
  /** It has ended, and its result can be collected. */
  | { state: 'ended' }
  /**
   * The component cannot be built, for example because it does not compile. This is final; the service does not retry.
   */
  | {
      state: 'failed'
      reason: string
      /** Its BuildRequires could not be satisfied. More packages in the build root may change that. */
      isMissing?: boolean
    }
  /** The backend lost it, through no fault of the component. Another attempt may succeed. */
  | { state: 'lost'; reason: string }
  /** The backend could not look at this task, only at others. */
  | { state: 'unseen'; error: unknown }

/** The result of a collected attempt: a build in the hub, or the reason why there is none. */
export type Collected = { state: 'complete'; nvr: string } | { state: 'failed'; reason: string }

/** A build root, and the builds that it must contain. */
export interface BuildrootWish {
  tag: string
  platform: string
  nvrs: readonly string[]
}

export type RepoStatus = { ready: true } | { ready: false; sentence: string }

/**
 * A backend that builds the components of modules.
 *
 * A new backend is a class that extends this one and implements the abstract methods. No other code needs to know it.
 * The service may repeat every call with the same arguments after a crash. A repeated call changes nothing: each method
 * first checks which part of its work is done. If a service is unavailable or full, the method throws an InfraError,
 * and the caller retries. For the hub, dist-git or the artifact store it throws an AwayError, and effects wait without
 * an attempt; a backend with another service of its own brings a lookout for it. A component that cannot be built is a value, not an exception. `keepsTheBuilderContract` is
 * the test suite that every backend passes.
 */
export abstract class GenericBuilder {
  /** The value of `builder.name` in the configuration. */
  abstract readonly name: string

  /** The abilities of this backend. Callers check these instead of the class. */
  abstract readonly can: {
    /** Can build on imported base modules, for which no repositories are configured. */
    importedBases: boolean
  }

  /** Creates the build tag, the result tag, their groups and the target if they are missing. */
  abstract connect(plan: BuildrootPlan): Promise<void>

  /** Makes the build tag inherit from the tags of the dependencies, in this order. */
  abstract addRepos(
    buildroot: Pick<BuildrootWish, 'tag' | 'platform'>,
    dependencies: readonly string[],
  ): Promise<void>

  /**
   * Makes builds available to later builds of this module. With `install`, every later build root has them installed.
   */
  abstract addArtifacts(tag: string, nvrs: readonly string[], install: boolean): Promise<void>

  /** Installs packages of this module's profiles into every later build root. */
  abstract addToBuildroot(
    tag: string,
    packages: Readonly<Record<'build' | 'srpm-build', readonly string[]>>,
  ): Promise<void>

  /** Tags builds with the module's result tag. */
  abstract tagArtifacts(tag: string, nvrs: readonly string[]): Promise<void>

  /** The interval at which the service observes it, in milliseconds. */
  abstract readonly lookIntervalMs: number

  /** The beats that it needs in every scheduler process. */
  readonly beats: readonly Beat[] = []

  /**
   * Calls `wake` soon after an attempt has ended. A backend that learns of ends only by looks never calls it.
   *
   * @returns the function that ends the watch
   */
  watchEnds(_wake: () => void): Promise<() => Promise<void>> {
    return Promise.resolve(() => Promise.resolve())
  }

  /** Makes sure that a build root contains these builds. If that takes longer, returns the reason for waiting. */
  abstract regenerate(wish: BuildrootWish): Promise<RepoStatus>

  /**
   * Checks in one look whether build roots contain their builds. Returns the answers in the same order; changes
   * nothing.
   */
  abstract buildrootsReady(wishes: readonly BuildrootWish[]): Promise<RepoStatus[]>

  /** Starts the attempt unless it was started before. */
  abstract build(component: ComponentPlan, attempt: Attempt): Promise<TaskId>

  /**
   * Returns the status of each task, in one look. The service calls it often, so it never waits and changes nothing. A
   * failed build is not an exception.
   */
  abstract observe(tasks: readonly TaskId[]): Promise<ReadonlyMap<TaskId, TaskStatus>>

  /**
   * Imports the result of an ended task into the hub. A repeated call changes nothing.
   *
   * @throws UserError when the result cannot be imported: the component has failed
   */
  abstract collect(task: TaskId): Promise<Collected>

  /**
   * Stops an attempt and all its processes. Does nothing if it has ended. An attempt that has not begun never begins
   * after this, however late a call of `build` comes.
   *
   * @param task the result of `build`, or null if the service never received it
   * @returns the NVR of the build if the attempt finished before it could be stopped: a finished compile is never lost
   */
  abstract cancelBuild(attempt: Attempt, task: TaskId | null): Promise<string | undefined>

  /** Reads a log of a task from a byte on, as far as it is written. Undefined if the log does not exist yet. */
  abstract readLog(task: TaskId, name: LogName, offset: number): Promise<Buffer | undefined>

  /**
   * Returns the dependencies that a component's spec declares, evaluated in its present build root. Dependencies that
   * rpmbuild generates are missing. A backend that cannot read specs returns empty lists.
   *
   * @throws UserError (422) for a spec that cannot be read
   */
  async dependenciesOf(_component: ComponentPlan): Promise<PackageDependencies> {
    return Promise.resolve({ buildRequires: [], requires: [], provides: [] })
  }
}

/** `root` is the log of the build root's set-up, `build` is the output of rpmbuild. */
export type LogName = 'root' | 'build'
