import { paddedStreamVersion, type StreamSuffixes } from './stream-version.ts'

/** A module build that other modules may be built against. */
export interface KnownBuild {
  name: string
  stream: string
  /** Usually small for a base module; for other modules, the platform's stream version followed by the commit time. */
  version: bigint
  context: string
  /** A base module in `garbage` accepts no new builds, but existing builds on it can still be used. */
  state: 'ready' | 'garbage'
  /** The runtime requirements of each block of its dependencies: name → streams. */
  requires: readonly ReadonlyMap<string, readonly string[]>[]
  /** The base modules that it was built on, by NSVC. Empty for base modules. */
  builtOn: readonly string[]
  /** The streams of base modules in its build root, by name, from its document's xmd.mbs.buildrequires. */
  baseStreams: ReadonlyMap<string, string>
  /** Other names for the stream of a base module. Several base modules may share one. */
  virtualStreams: readonly string[]
  /** The commit that it was built from; empty if unknown. */
  ref: string
  kojiTag: string | null
}

/** The context of a module that has none of its own (upstream: DEFAULT_MODULE_CONTEXT). */
export const defaultContext = '00000000'

/** Returns a ready build that has no requirements and was built on no base module, as base modules are. */
export function plainBuild(name: string, stream: string, version: bigint): KnownBuild {
  return {
    name,
    stream,
    version,
    context: defaultContext,
    state: 'ready',
    requires: [],
    builtOn: [],
    baseStreams: new Map(),
    virtualStreams: [],
    ref: '',
    kojiTag: null,
  }
}

/** Rules of expansion that an operator may set; the defaults are upstream's. */
export interface ExpansionRules {
  /** Names of modules that stand for a release. The first one that a block names is the block's base module. */
  baseModules: readonly string[]
  /**
   * Whether modules that were built on a newer minor version of the base module, or on another major version, are left
   * out.
   */
  onlyCompatibleBaseModules: boolean
  streamSuffixes: StreamSuffixes
}

export const upstreamRules: ExpansionRules = {
  baseModules: ['platform'],
  onlyCompatibleBaseModules: true,
  streamSuffixes: [],
}

/** The builds to build against, in the order of their recording, with the queries of the expansion. */
export class Universe {
  readonly #streams = new Map<string, Map<string, KnownBuild[]>>()

  constructor(builds: Iterable<KnownBuild>) {
    for (const build of builds) {
      const streams = this.#streams.get(build.name) ?? new Map<string, KnownBuild[]>()
      this.#streams.set(build.name, streams)
      const same = streams.get(build.stream)
      if (same === undefined) streams.set(build.stream, [build])
      else same.push(build)
    }
  }

  /** Returns the streams of a module that have a ready build. */
  streamsOf(name: string): string[] {
    return [...(this.#streams.get(name) ?? [])]
      .filter(([, builds]) => builds.some(isReady))
      .map(([stream]) => stream)
  }

  /** Returns the newest ready build of a base module's stream. */
  newest(name: string, stream: string): KnownBuild | undefined {
    return highest(this.#buildsOf(name, stream).filter(isReady))[0]
  }

  /** Returns, for each stream of a base module, the builds of the highest version in a state. */
  allNewest(name: string, state: KnownBuild['state']): KnownBuild[] {
    return [...(this.#streams.get(name) ?? [])].flatMap(([, builds]) =>
      highest(builds.filter((build) => build.state === state)),
    )
  }

  /** Returns all contexts of the highest version of a stream among the ready builds on exactly this base module. */
  newestOn(name: string, stream: string, base: KnownBuild): KnownBuild[] {
    const nsvc = nsvcOf(base)
    return highest(
      this.#buildsOf(name, stream).filter((build) => isReady(build) && build.builtOn.includes(nsvc)),
    )
  }

  /** Returns the streams of a module with a ready build on one of these base modules. */
  streamsOn(name: string, bases: readonly KnownBuild[]): string[] {
    const nsvcs = new Set(bases.map(nsvcOf))
    return [...(this.#streams.get(name) ?? [])]
      .filter(([, builds]) =>
        builds.some((build) => isReady(build) && build.builtOn.some((base) => nsvcs.has(base))),
      )
      .map(([stream]) => stream)
  }

  /**
   * Returns the stream of the newest base module that has this virtual stream, in any state (upstream:
   * get_latest_with_virtual_stream). Undefined if the stream is a real one, or if no base module has it.
   */
  realStream(name: string, virtual: string, suffixes: StreamSuffixes): string | undefined {
    const streams = this.#streams.get(name) ?? new Map<string, KnownBuild[]>()
    if (streams.has(virtual)) return undefined
    const builds = [...streams.values()].flat().filter((build) => build.virtualStreams.includes(virtual))
    return builds.sort((a, b) => {
      const order = paddedStreamVersion(b.stream, suffixes) - paddedStreamVersion(a.stream, suffixes)
      return order === 0 ? compareBigints(b.version, a.version) : order
    })[0]?.stream
  }

  #buildsOf(name: string, stream: string): readonly KnownBuild[] {
    return this.#streams.get(name)?.get(stream) ?? []
  }
}

/** @returns `N:S:V:C` */
export function nsvcOf(build: Pick<KnownBuild, 'name' | 'stream' | 'version' | 'context'>): string {
  return `${build.name}:${build.stream}:${build.version}:${build.context}`
}

function isReady({ state }: KnownBuild): boolean {
  return state === 'ready'
}

/** Returns all builds of the highest version, by context: when several fit, this order decides which one is taken. */
function highest(builds: readonly KnownBuild[]): KnownBuild[] {
  const version = builds.reduce<bigint>((max, build) => (build.version > max ? build.version : max), -1n)
  return builds
    .filter((build) => build.version === version)
    .sort((a, b) => (a.context < b.context ? -1 : a.context > b.context ? 1 : 0))
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
