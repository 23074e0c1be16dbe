import type { Database } from '../../database/index.ts'
import type { KnownBuild } from '../../expansion/index.ts'
import { findTag, listTagged, rpmsOf } from '../../hub/index.ts'
import { requiredModule } from './required-module.ts'

/**
 * The packages that a module has built and does not ship (upstream: filtered_rpms), as `N-E:V-R`. Those that are built
 * against it must not get them, but its tag holds them.
 */
export async function filteredRpms(database: Database, module: KnownBuild): Promise<string[]> {
  const { kojiTag } = module
  if (kojiTag === null) return []
  const filter = new Set((await requiredModule(database, module))?.document.filter)
  // What was imported may be tagged elsewhere.
  if (filter.size === 0 || (await findTag(database, kojiTag)) === undefined) return []
  const rpms = await rpmsOf(database, await listTagged(database, kojiTag, { type: 'rpm' }))
  const nevrs = rpms
    .filter((rpm) => rpm.arch !== 'src' && filter.has(rpm.name))
    .map(({ nevra }) => nevra.replace(/\.[^.]+$/, ''))
  return [...new Set(nevrs)].sort()
}
