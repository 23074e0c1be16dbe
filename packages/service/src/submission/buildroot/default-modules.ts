import { defaultStreamOf } from '@mbs/modulemd'
import { readBesideStreams } from '../../defaults/index.ts'
import { compatibleBases, type KnownBuild } from '../../expansion/index.ts'
import type { Platform } from '../../platforms/index.ts'
import { loadUniverse } from '../../universe/index.ts'
import type { PrepareWorld } from '../submission.ts'

/** A build whose build root may need default modules. */
interface Built {
  base: KnownBuild
  platform: Platform
  /** Its own name: a module is not built against itself. */
  module: string
  /** The modules that it is built against already. */
  modules: readonly KnownBuild[]
}

/**
 * Returns the default modules of a platform that a build is not built against already (upstream: add_default_modules).
 * For each default stream, this is the newest build on the platform, or on a platform that it is compatible with, that
 * requires a platform. Default modules are in the build root and change no context. A default stream without such a
 * build is left out.
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
