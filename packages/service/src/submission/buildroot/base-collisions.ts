import type { KnownBuild } from '../../expansion/index.ts'
import type { Hub, Rpm } from '../../hub/index.ts'

/**
 * Returns the packages of base modules that must not get into a build root, because another module in it has packages
 * of the same names (upstream: xmd.mbs.ursine_rpms), as NEVRAs. An installer that gets only a name takes the highest
 * version, and the module's version may be lower. A base module whose tag is not in the hub has no such packages.
 */
export async function baseCollisions(
  hub: Hub,
  modules: readonly KnownBuild[],
  baseModules: readonly string[],
): Promise<string[]> {
  const isBase = ({ name }: KnownBuild) => baseModules.includes(name)
  const bases = modules.filter(isBase)
  if (bases.every(({ kojiTag }) => kojiTag === null)) return []
  const modular = await packagesOf(
    hub,
    modules.filter((module) => !isBase(module)),
  )
  if (modular.length === 0) return []
  const names = new Set(modular.map(({ name }) => name))
  const same = new Set(modular.map(({ nevra }) => nevra))
  const colliding = (await packagesOf(hub, bases, [...names])).map(({ nevra }) => nevra)
  return [...new Set(colliding)].filter((nevra) => !same.has(nevra)).sort()
}

/**
 * Returns the newest binary packages in the tags of modules, inherited ones too. With `names`, only packages of these
 * names.
 */
async function packagesOf(
  hub: Hub,
  modules: readonly KnownBuild[],
  names?: readonly string[],
): Promise<Rpm[]> {
  const packages: Rpm[] = []
  const tags = await hub.tags(modules.flatMap(({ kojiTag }) => kojiTag ?? []))
  for (const { kojiTag } of modules) {
    // The tag of an imported module may be in another hub.
    if (kojiTag === null || !tags.has(kojiTag)) continue
    const builds = await hub.tagged(kojiTag, { inherit: true, latest: 1, type: 'rpm' })
    const nvrs = builds.map(({ nvr }) => nvr)
    packages.push(...(await hub.rpms(nvrs, names)))
  }
  // Source packages are never installed, and they may have the name of another package.
  return packages.filter(({ arch }) => arch !== 'src' && arch !== 'nosrc')
}
