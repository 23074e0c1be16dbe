import { hasMinorVersions, paddedStreamVersion } from './stream-version.ts'
import type { ExpansionRules, KnownBuild, Universe } from './universe.ts'

/** One block of a submission's dependencies, as its author wrote it. */
export interface Block {
  buildrequires: ReadonlyMap<string, readonly string[]>
  requires: ReadonlyMap<string, readonly string[]>
}

/**
 * The stream choices of a local build: default streams, and whether it is an error to choose between several streams.
 */
export interface StreamChoices {
  /** Module name → stream. */
  defaultStreams?: ReadonlyMap<string, string>
  refuseAmbiguous?: boolean
}

/** A module with several streams, of which the user must choose one. */
export interface Ambiguity {
  name: string
  streams: readonly string[]
}

/**
 * Returns the streams of a list: the named streams, or, if the list names none, all ready streams except those with a
 * leading `-` (upstream: expand_single_mse_streams). A default stream replaces a choice between several streams.
 */
export function expandStreams(
  name: string,
  streams: readonly string[],
  universe: Universe,
  { defaultStreams, refuseAmbiguous = false }: StreamChoices,
): string[] | Ambiguity {
  const byDefault = defaultStreams?.get(name)
  const positive = streams.filter((stream) => !stream.startsWith('-'))
  if (positive.length === 0) {
    if (byDefault === undefined && refuseAmbiguous) return { name, streams: universe.streamsOf(name) }
    const all = byDefault === undefined ? universe.streamsOf(name) : [byDefault]
    return inByteOrder(all.filter((stream) => !streams.includes(`-${stream}`)))
  }
  if (positive.length > 1 && byDefault !== undefined) return [byDefault]
  if (positive.length > 1 && refuseAmbiguous) return { name, streams: positive }
  return inByteOrder(positive)
}

/** Sorts streams in the order in which documents list them, without duplicates. */
export function inByteOrder(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/**
 * The base modules that a submission may be built on (`ready`), and retired base modules on which its requirements may
 * have been built (`garbage`).
 */
export interface Bases {
  ready: KnownBuild[]
  garbage: KnownBuild[]
}

/**
 * Returns, for each block, the base modules that it names, the newest stream first. After each base module come the
 * ones that it is compatible with, the highest version first: they share a virtual stream, and are no newer within the
 * same major version (upstream: get_base_module_mmds).
 */
export function basesOf(blocks: readonly Block[], universe: Universe, rules: ExpansionRules): Bases {
  const seen = new Set<string>()
  const bases: Bases = { ready: [], garbage: [] }
  const add = (state: 'ready' | 'garbage', base: KnownBuild) => {
    const key = `${base.name}:${base.stream}`
    if (seen.has(key)) return
    seen.add(key)
    bases[state].push(base)
  }
  for (const { buildrequires } of blocks) {
    const name = rules.baseModules.find((base) => buildrequires.has(base))
    if (name === undefined) continue
    const number = (stream: string) => paddedStreamVersion(stream, rules.streamSuffixes)
    const newestFirst = [...(buildrequires.get(name) ?? [])].sort((a, b) => number(b) - number(a))
    for (const stream of newestFirst) {
      if (seen.has(`${name}:${stream}`)) continue
      const base = universe.newest(name, stream)
      if (base === undefined) continue
      add('ready', base)
      if (base.virtualStreams.length === 0) continue
      for (const state of rules.onlyCompatibleBaseModules
        ? (['ready'] as const)
        : (['ready', 'garbage'] as const))
        for (const other of compatible(base, universe.allNewest(name, state), rules)) add(state, other)
    }
  }
  return bases
}

/**
 * Returns the base modules on which an earlier build of a module can have been built if its components are still to
 * serve on this base module, the newest stream first. These are the base module itself and the ones that it is
 * compatible with; or the base module alone, if the configuration lets any release go with any other.
 */
export function compatibleBases(base: KnownBuild, universe: Universe, rules: ExpansionRules): KnownBuild[] {
  if (!rules.onlyCompatibleBaseModules) return [base]
  const block = {
    buildrequires: new Map([[base.name, [base.stream]]]),
    requires: new Map<string, string[]>(),
  }
  const number = ({ stream }: KnownBuild) => paddedStreamVersion(stream, rules.streamSuffixes)
  return basesOf([block], universe, rules).ready.sort((a, b) => number(b) - number(a))
}

/** Returns the base modules of the same name that a base module can stand in for, the highest version first. */
function compatible(base: KnownBuild, others: readonly KnownBuild[], rules: ExpansionRules): KnownBuild[] {
  const number = ({ stream }: KnownBuild) => paddedStreamVersion(stream, rules.streamSuffixes)
  const limit =
    rules.onlyCompatibleBaseModules && hasMinorVersions(base.stream, rules.streamSuffixes)
      ? number(base)
      : undefined
  const major = limit === undefined ? 0 : Math.floor(limit / majorVersion) * majorVersion
  return others
    .filter((other) => other.virtualStreams.some((stream) => base.virtualStreams.includes(stream)))
    .filter((other) => limit === undefined || (number(other) <= limit && number(other) >= major))
    .sort((a, b) => (a.version > b.version ? -1 : a.version < b.version ? 1 : 0))
}

/** The unit of the first of three parts of a padded stream version: 80100 is version 8. */
const majorVersion = 10_000
