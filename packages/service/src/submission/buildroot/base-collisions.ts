import type { Database } from '../../database/index.ts'
import type { KnownBuild } from '../../expansion/index.ts'
import { findTag, listTagged, rpmsOf, type HubRpm } from '../../hub/index.ts'

/**
 * The packages of base modules that must not get into a build root, because another module in it has packages of the
 * same names (upstream: xmd.mbs.ursine_rpms), as NEVRAs. Whoever installs by name takes the highest version, and that of
 * the module may be a lower one. Base modules whose tag is not here bring none.
 */
export async function baseCollisions(
  database: Database,
  modules: readonly KnownBuild[],
  baseModules: readonly string[],
): Promise<string[]> {
  const isBase = ({ name }: KnownBuild) => baseModules.includes(name)
  const bases = modules.filter(isBase)
  if (bases.every(({ kojiTag }) => kojiTag === null)) return []
  const modular = await packagesOf(
    database,
    modules.filter((module) => !isBase(module)),
  )
  if (modular.length === 0) return []
  const names = new Set(modular.map(({ name }) => name))
  const same = new Set(modular.map(({ nevra }) => nevra))
  const colliding = (await packagesOf(database, bases, [...names])).map(({ nevra }) => nevra)
  return [...new Set(colliding)].filter((nevra) => !same.has(nevra)).sort()
}

/** The newest binary packages of what modules have in their tags, inherited ones too; of these names, where any are given. */
async function packagesOf(
  database: Database,
  modules: readonly KnownBuild[],
  names?: readonly string[],
): Promise<HubRpm[]> {
  const packages: HubRpm[] = []
  for (const { kojiTag } of modules) {
    // What was imported may be tagged elsewhere.
    if (kojiTag === null || (await findTag(database, kojiTag)) === undefined) continue
    const builds = await listTagged(database, kojiTag, { inherit: true, latest: 1, type: 'rpm' })
    packages.push(...(await rpmsOf(database, builds, names)))
  }
  // Nobody installs sources, whose names may be those of other packages.
  return packages.filter(({ arch }) => arch !== 'src' && arch !== 'nosrc')
}
