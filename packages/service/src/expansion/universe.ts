import { paddedStreamVersion, type StreamSuffixes } from './stream-version.ts'

/** A module build that others may be built against. */
export interface KnownBuild {
  name: string
  stream: string
  /** Of base modules it is usually small; of others the commit time behind the platform's stream version. */
  version: bigint
  context: string
  /** A base module in `garbage` takes no new builds, but what was built on it can still be used. */
  state: 'ready' | 'garbage'
  /** What each block of its dependencies requires at run time: name to streams. */
  requires: readonly ReadonlyMap<string, readonly string[]>[]
  /** The base modules that it was built on, by NSVC. Empty for base modules. */
  builtOn: readonly string[]
  /** The streams of base modules in its build root, by name: xmd.mbs.buildrequires as its document has them. */
  baseStreams: ReadonlyMap<string, string>
  /** Other names for the stream of a base module, which several of them may share. */
  virtualStreams: readonly string[]
  /** The commit that it was built from; empty when nobody knows. */
  ref: string
  kojiTag: string | null
}

/** The context of what has none of its own (upstream: DEFAULT_MODULE_CONTEXT). */
export const defaultContext = '00000000'

/** A ready build that needs nothing and was built on nothing, as base modules are. */
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
  /** Names of modules that stand for a release; the first one that a block names is its base. */
  baseModules: readonly string[]
  /** Whether modules built on a newer minor version of the base, or on another major one, are left out. */
  onlyCompatibleBaseModules: boolean
  streamSuffixes: StreamSuffixes
}

export const upstreamRules: ExpansionRules = {
  baseModules: ['platform'],
  onlyCompatibleBaseModules: true,
  streamSuffixes: [],
}

/** What there is to build against, in the order of its recording, asked in the ways that expansion asks. */
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

  /** The streams of a module that have a ready build. */
  streamsOf(name: string): string[] {
    return [...(this.#streams.get(name) ?? [])]
      .filter(([, builds]) => builds.some(isReady))
      .map(([stream]) => stream)
  }

  /** A base module: the newest ready build of a stream. */
  newest(name: string, stream: string): KnownBuild | undefined {
    return highest(this.#buildsOf(name, stream).filter(isReady))[0]
  }

  /** Every build of a base module's name in a state, the newest version of each stream first. */
  allNewest(name: string, state: KnownBuild['state']): KnownBuild[] {
    return [...(this.#streams.get(name) ?? [])].flatMap(([, builds]) =>
      highest(builds.filter((build) => build.state === state)),
    )
  }

  /** All contexts of the highest version of a stream among the ready builds on exactly this base module. */
  newestOn(name: string, stream: string, base: KnownBuild): KnownBuild[] {
    const nsvc = nsvcOf(base)
    return highest(
      this.#buildsOf(name, stream).filter((build) => isReady(build) && build.builtOn.includes(nsvc)),
    )
  }

  /** The streams of a module with a ready build on one of these base modules. */
  streamsOn(name: string, bases: readonly KnownBuild[]): string[] {
    const nsvcs = new Set(bases.map(nsvcOf))
    return [...(this.#streams.get(name) ?? [])]
      .filter(([, builds]) =>
        builds.some((build) => isReady(build) && build.builtOn.some((base) => nsvcs.has(base))),
      )
      .map(([stream]) => stream)
  }

  /**
   * The stream of the newest base module that has this virtual stream, in whatever state (upstream:
   * get_latest_with_virtual_stream); undefined where the stream is a real one or nobody has it.
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

/** All builds of the highest version, by context: where several would do, this order tells which one is taken. */
function highest(builds: readonly KnownBuild[]): KnownBuild[] {
  const version = builds.reduce<bigint>((max, build) => (build.version > max ? build.version : max), -1n)
  return builds
    .filter((build) => build.version === version)
    .sort((a, b) => (a.context < b.context ? -1 : a.context > b.context ? 1 : 0))
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
