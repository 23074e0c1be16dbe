import type { Database } from '../../database/index.ts'
import type { KnownBuild } from '../../expansion/index.ts'
import type { Hub } from '../../hub/index.ts'
import { requiredModule } from './required-module.ts'

/**
 * Returns the packages that a module has built and does not ship (upstream: filtered_rpms), as `N-E:V-R`. The module's
 * tag holds them, but modules that are built against it must not get them.
 */
export async function filteredRpms(
  { database, hub }: { database: Database; hub: Hub },
  module: KnownBuild,
): Promise<string[]> {
  const { kojiTag } = module
  if (kojiTag === null) return []
  const filter = new Set((await requiredModule(database, module))?.document.filter)
  // The tag of an imported module may be in another hub.
  if (filter.size === 0 || !(await hub.tags([kojiTag])).has(kojiTag)) return []
  const builds = await hub.tagged(kojiTag, { type: 'rpm' })
  const rpms = await hub.rpms(builds.map(({ nvr }) => nvr))
  const nevrs = rpms
    .filter((rpm) => rpm.arch !== 'src' && filter.has(rpm.name))
    .map(({ nevra }) => nevra.replace(/\.[^.]+$/, ''))
  return [...new Set(nevrs)].sort()
}
