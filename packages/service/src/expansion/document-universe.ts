import type { ModuleStream, Xmd } from '@mbs/modulemd'
import {
  defaultContext,
  nsvcOf,
  plainBuild,
  Universe,
  type ExpansionRules,
  type KnownBuild,
} from './universe.ts'

/** The data that the build service wrote into a document's xmd.mbs, as far as the document has it. */
export interface MbsData {
  /** The modules in its build root, by name. */
  buildrequires: Map<
    string,
    { stream: string; version: string; context: string; ref: string; kojiTag: string }
  >
  virtualStreams: string[]
  commit: string
  kojiTag: string | undefined
  disttagMarking: string | undefined
}

export function mbsDataOf({ xmd }: Pick<ModuleStream, 'xmd'>): MbsData {
  const mbs = mapOf(mapOf(xmd).get('mbs'))
  const virtual = mbs.get('virtual_streams')
  return {
    buildrequires: new Map(
      [...mapOf(mbs.get('buildrequires'))].map(([name, value]) => {
        const entry = mapOf(value)
        const text = (key: string) => textOf(entry.get(key)) ?? ''
        return [
          name,
          {
            stream: text('stream'),
            version: text('version'),
            context: text('context'),
            ref: text('ref'),
            kojiTag: text('koji_tag'),
          },
        ]
      }),
    ),
    virtualStreams: Array.isArray(virtual) ? virtual.flatMap((stream) => textOf(stream) ?? []) : [],
    commit: textOf(mbs.get('commit')) ?? '',
    kojiTag: textOf(mbs.get('koji_tag')),
    disttagMarking: textOf(mbs.get('disttag_marking')),
  }
}

/**
 * Makes a universe from the documents of an index; all of them count as ready. A document is built on the base module
 * that its xmd.mbs.buildrequires names. Published documents no longer have that entry; they count as built on the base
 * modules that their runtime requirements allow. Published indexes contain no base modules. So the base modules that
 * documents name are assumed to exist; if no document names one, the base modules that `module`, which is to be built,
 * names.
 */
export function universeOfDocuments(
  documents: readonly ModuleStream[],
  { baseModules }: Pick<ExpansionRules, 'baseModules'>,
  module?: Pick<ModuleStream, 'dependencies'>,
): { universe: Universe; assumed: KnownBuild[] } {
  const isBase = ({ name = '' }: ModuleStream) => baseModules.includes(name)
  const bases = new Bases(documents.filter(isBase).flatMap((base) => knownBuild(base) ?? []))
  const others = documents.filter((document) => !isBase(document))
  for (const document of others) bases.assume(document, baseModules)
  if (module !== undefined && bases.all().length === 0) bases.assumeFor(module, baseModules)
  const builds = others.flatMap((document) => {
    const build = knownBuild(document)
    return build === undefined ? [] : [{ ...build, builtOn: bases.under(document, baseModules) }]
  })
  return { universe: new Universe([...bases.all(), ...builds]), assumed: bases.assumed() }
}

/** The base modules of documents, and the ones that other documents name. */
class Bases {
  readonly #given: readonly KnownBuild[]
  readonly #assumed = new Map<string, KnownBuild>()

  constructor(given: readonly KnownBuild[]) {
    this.#given = given
  }

  all(): KnownBuild[] {
    return [...this.#given, ...this.#assumed.values()]
  }

  assumed(): KnownBuild[] {
    return [...this.#assumed.values()]
  }

  /** Assumes that the base modules exist that a document names. */
  assume(document: ModuleStream, names: readonly string[]): void {
    const { buildrequires } = mbsDataOf(document)
    for (const name of names) {
      const required = streamsRequired(document, name)
      const built = buildrequires.get(name)
      if (built !== undefined) {
        // A module that was built on el8.4.0 and requires el8 shows that el8 is a virtual stream of el8.4.0.
        const virtual = required.includes(built.stream) ? [] : required
        this.#add(name, built.stream, versionOf(built.version), built.context, virtual)
      } else if (this.#matching(name, required).length === 0)
        for (const stream of required) this.#add(name, stream, 0n, '', [])
    }
  }

  /** Assumes that the base modules exist on which a module is to be built. */
  assumeFor({ dependencies }: Pick<ModuleStream, 'dependencies'>, names: readonly string[]): void {
    for (const name of names)
      for (const stream of dependencies.flatMap(({ buildrequires }) => buildrequires.get(name) ?? []))
        if (!stream.startsWith('-')) this.#add(name, stream, 0n, '', [])
  }

  /** Returns the NSVCs of the base modules that a document was built on. */
  under(document: ModuleStream, names: readonly string[]): string[] {
    const { buildrequires } = mbsDataOf(document)
    return names.flatMap((name) => {
      const built = buildrequires.get(name)
      if (built === undefined) return this.#matching(name, streamsRequired(document, name)).map(nsvcOf)
      const same = this.all().filter((base) => base.name === name && base.stream === built.stream)
      const exact = same.filter((base) => base.version === versionOf(built.version))
      return (exact.length > 0 ? exact : same).map(nsvcOf)
    })
  }

  #matching(name: string, streams: readonly string[]): KnownBuild[] {
    return this.all().filter(
      (base) =>
        base.name === name &&
        streams.some((stream) => stream === base.stream || base.virtualStreams.includes(stream)),
    )
  }

  #add(name: string, stream: string, version: bigint, context: string, virtual: readonly string[]): void {
    if (this.#given.some((base) => base.name === name && base.stream === stream)) return
    const key = `${name}:${stream}`
    const before = this.#assumed.get(key)
    this.#assumed.set(key, {
      ...(before ?? plainBuild(name, stream, version)),
      context: context === '' ? (before?.context ?? defaultContext) : context,
      version: before !== undefined && before.version > version ? before.version : version,
      virtualStreams: [...new Set([...(before?.virtualStreams ?? []), ...virtual])],
    })
  }
}

/** Returns the build of a document; undefined if the document has no name or stream yet. */
function knownBuild(document: ModuleStream): KnownBuild | undefined {
  const { name, stream, version = 0n, context = defaultContext } = document
  if (name === undefined || stream === undefined) return undefined
  const { buildrequires, virtualStreams, commit, kojiTag } = mbsDataOf(document)
  return {
    ...plainBuild(name, stream, version),
    context,
    requires: document.dependencies.map(({ requires }) => requires),
    baseStreams: new Map([...buildrequires].map(([module, entry]) => [module, entry.stream])),
    virtualStreams,
    ref: commit,
    kojiTag: kojiTag ?? null,
  }
}

/** Returns the streams of a module that any block requires at run time, without the streams that a block excludes. */
function streamsRequired(document: ModuleStream, name: string): string[] {
  return document.dependencies
    .flatMap(({ requires }) => requires.get(name) ?? [])
    .filter((stream) => !stream.startsWith('-'))
}

function versionOf(text: string): bigint {
  return /^\d{1,20}$/.test(text) ? BigInt(text) : 0n
}

function mapOf(value: Xmd | undefined): ReadonlyMap<string, Xmd> {
  return value instanceof Map ? value : new Map<string, Xmd>()
}

function textOf(value: Xmd | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
