import { defaultStreamOf } from '@mbs/modulemd'
import { readBesideStreams } from '../../defaults/index.ts'
import { compatibleBases, type KnownBuild } from '../../expansion/index.ts'
import type { Platform } from '../../platforms/index.ts'
import { loadUniverse } from '../../universe/index.ts'
import type { PrepareWorld } from '../submission.ts'

/** The build whose build root is to have default modules. */
interface Built {
  base: KnownBuild
  platform: Platform
  /** Its own name: it is not built against itself. */
  module: string
  /** What it is built against already. */
  modules: readonly KnownBuild[]
}

/**
 * The default streams of a platform that a build is not built against anyway (upstream: add_default_modules): of each the
 * newest build on the platform, or on one that it is compatible with, that requires a platform. They are in the build
 * root and change no context. A default that has no build is left out.
 */
export async function defaultModules(
  world: Pick<PrepareWorld, 'database' | 'distGit' | 'moduleDefaults' | 'rules'>,
  { base, platform, module, modules }: Built,
): Promise<KnownBuild[]> {
  if (!platform.useDefaultModules) return []
  const known = new Set([module, ...modules.map(({ name }) => name)])
  const documents = await readBesideStreams(
    world.distGit,
    world.moduleDefaults,
    base.stream,
    (name) => !known.has(name),
  )
  const streams = documents.flatMap((document): [string, string][] => {
    const stream = document.kind === 'modulemd-defaults' ? defaultStreamOf(document) : undefined
    return document.kind !== 'modulemd-defaults' || stream === undefined ? [] : [[document.module, stream]]
  })
  const wanted = {
    buildrequires: new Map(streams.map(([name]) => [name, []])),
    requires: new Map<string, string[]>(),
  }
  const universe = await loadUniverse(world.database, world.rules, [wanted])
  const bases = compatibleBases(base, universe, world.rules)
  return streams.flatMap(([name, stream]) => {
    const builds = bases.flatMap((one) => universe.newestOn(name, stream, one))
    return builds.find(({ requires }) => requires.some((block) => block.has(base.name))) ?? []
  })
}
