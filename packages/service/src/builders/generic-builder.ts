/** What a module's build root is made of. */
export interface BuildrootPlan {
  /** The module's result tag, which is also the name of its target. */
  tag: string
  /** The tag that its components are built from. */
  buildTag: string
  /** The platform's stream, a key of the configuration. */
  platform: string
  arches: readonly string[]
  /** Packages of the groups `build` and `srpm-build`. */
  buildGroup: readonly string[]
  srpmBuildGroup: readonly string[]
}

/** Where a component's source comes from: dist-git at a commit, a source package, or files that we made (module-build-macros). */
export type ComponentSource =
  | {
      kind: 'dist-git'
      url: string
      commit: string
      /** What its document calls the commit: a branch, or a tag, or the commit; not there for what is included. */
      ref?: string
      /** Where its archives are, if not where those of others are. */
      cache?: string
    }
  /** A source package, as a file of this machine that stays. */
  | { kind: 'srpm'; file: string }
  | { kind: 'generated'; files: Readonly<Record<string, string>> }

export interface ComponentPlan {
  package: string
  /** Whose module build it belongs to: builders are shared fairly. */
  owner: string
  /** How long it is expected to take; null when nobody knows. */
  expectedSeconds: number | null
  source: ComponentSource
  tag: string
  platform: string
  /** Of the module build, without the dot before it: each package that is built has it in its release. */
  distTag: string
}

/** What the packages of a component need and provide, by name. */
export interface PackageDependencies {
  /** To be built. */
  buildRequires: string[]
  /** To be installed. */
  requires: string[]
  provides: string[]
}

/** One try at one component; no other try has this number, and a repeated call for the same try has it again. */
export type Attempt = number

/** What a backend calls a running build: a number, as Koji's tasks have. */
export type TaskId = number

export type TaskStatus =
  /** It runs or waits for its turn; the sentence says which, for people. */
  | { state: 'open'; sentence: string }
  | { state: 'complete'; nvr: string }
  /** It does not compile (or the like): final, never tried again. */
  | {
      state: 'failed'
      reason: string
      /** Its BuildRequires could not be had: with more in its build root they may be. */
      isMissing?: boolean
    }
  /** The backend lost it, through no fault of the component: another attempt may succeed. */
  | { state: 'lost'; reason: string }

export type RepoStatus = { ready: true } | { ready: false; sentence: string }

/**
 * A backend that builds the components of modules.
 *
 * A new backend is a class that extends this one and implements the missing methods; nothing else knows of it.
 * Every method may be called again after a crash with the same arguments, and then changes nothing (it asks first
 * what is there). What is away or full is an InfraError, which the caller retries; a component that does not
 * build is a value. `keepsTheBuilderContract` is the test suite that every backend passes.
 */
export abstract class GenericBuilder {
  /** The name under which configuration asks for it. */
  abstract readonly name: string

  /** What this backend can do, declared, so that nobody asks which class it is. */
  abstract readonly can: {
    findExisting: boolean
    /** Build on base modules that were imported, of which no repositories are configured. */
    importedBases: boolean
  }

  /** Makes build tag and result tag with their groups, and the target, where they are missing. */
  abstract connect(plan: BuildrootPlan): Promise<void>

  /** Links the tags of dependencies into the build tag, in this order. */
  abstract addRepos(tag: string, dependencies: readonly string[]): Promise<void>

  /** Makes builds available to later builds of this module; with `install`, in every build root from then on. */
  abstract addArtifacts(tag: string, nvrs: readonly string[], install: boolean): Promise<void>

  /** Installs packages of this module's profiles into every build root from then on. */
  abstract addToBuildroot(
    tag: string,
    packages: Readonly<Record<'build' | 'srpm-build', readonly string[]>>,
  ): Promise<void>

  /** Puts builds into the module's result tag. */
  abstract tagArtifacts(tag: string, nvrs: readonly string[]): Promise<void>

  /** Does the build root hold these builds? Where not, it sees to it and says what it waits for. Never waits itself. */
  abstract buildrootReady(
    plan: { tag: string; platform: string },
    nvrs: readonly string[],
  ): Promise<RepoStatus>

  /** Starts the attempt unless it was started before. */
  abstract build(component: ComponentPlan, attempt: Attempt): Promise<TaskId>

  /** The status of each task, all in one look. Asked often: never waits, and a failed build is no exception. */
  abstract observe(tasks: readonly TaskId[]): Promise<ReadonlyMap<TaskId, TaskStatus>>

  /**
   * Stops an attempt and all it started; quiet when it has ended. One that has not begun never begins from then on,
   * however late somebody still asks for it.
   *
   * @param task what `build` gave for it, or null where that never came to be known
   * @returns the NVR of what it had built before it could be stopped: a finished compile is never thrown away
   */
  abstract cancelBuild(attempt: Attempt, task: TaskId | null): Promise<string | undefined>

  /** The URL of a repository with the builds of a tag. */
  abstract repoFromTag(tag: string): Promise<string>

  /** A log of a task as far as it is written, from a byte on; undefined when there is none yet. */
  abstract readLog(task: TaskId, name: LogName, offset: number): Promise<Buffer | undefined>

  /** Called once a module's components are all built and tagged. */
  async finalize(_tag: string): Promise<void> {}

  /** The NVR of an earlier build of exactly this component, for backends that can find one. */
  async findExisting(_component: ComponentPlan): Promise<string | undefined> {
    return Promise.resolve(undefined)
  }

  /**
   * What a component's spec says of its packages, in its build root as it is now. What rpmbuild finds out itself is not
   * in it; nothing from backends that cannot look.
   *
   * @throws UserError (422) for a spec that cannot be read
   */
  async dependenciesOf(_component: ComponentPlan): Promise<PackageDependencies> {
    return Promise.resolve({ buildRequires: [], requires: [], provides: [] })
  }

  /** Expected work per package, in Koji's units; what nothing is known of is 1.5, as upstream has it. */
  async estimateWeight(packages: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map(packages.map((name) => [name, 1.5])))
  }
}

/** `root` tells how the build root was made, `build` is the output of rpmbuild. */
export type LogName = 'root' | 'build'
