import type { ModuleStream } from '@mbs/modulemd'
import { UserError } from '../../errors.ts'
import type { Platform } from '../../platforms/index.ts'
import { ownArches } from '../document/own-mbs-data.ts'
import type { PrivilegedModule } from '../buildroot/privileged.ts'
import type { ResolvedComponent } from './resolve-components.ts'

/**
 * The arches that a module is built for, that of the builder first: those that it says itself, where it may, else those
 * of the first privileged module that it requires, else its platform's (upstream: get_build_arches); of these, those of
 * `buildopts.arches`.
 *
 * @throws UserError (422) for arches that there are not, and where the builder's arch is left out
 */
export function requireArches(
  document: Pick<ModuleStream, 'buildopts' | 'xmd'>,
  components: readonly Pick<ResolvedComponent, 'name' | 'component'>[],
  platform: Pick<Platform, 'stream' | 'arches'>,
  privileged: readonly Pick<PrivilegedModule, 'name' | 'stream' | 'arches'>[],
): string[] {
  const { who, path, arches } = whoSays(document, platform, privileged)
  // Components are built for the first arch.
  const [first = ''] = platform.arches
  const wanted = document.buildopts?.arches ?? []
  const faults: [path: string, what: string][] = wanted
    .filter((arch) => !arches.includes(arch))
    .map((arch) => ['data.buildopts.arches', `has ${arch}; ${who} has ${arches.join(', ')}`])
  const chosen = wanted.length === 0 ? arches : arches.filter((arch) => wanted.includes(arch))
  if (!arches.includes(first))
    faults.push([path, `says ${arches.join(', ')} (${who}), without ${first}, for which it would be built`])
  else if (faults.length === 0 && !chosen.includes(first))
    faults.push(['data.buildopts.arches', `does not have ${first}, for which it would be built`])
  for (const { name, component } of components)
    if (component.arches.length > 0 && !component.arches.includes(first))
      faults.push([
        `data.components.rpms.${name}.arches`,
        `does not have ${first}, for which it would be built`,
      ])
  if (faults.length > 0)
    throw new UserError(422, faults.map(([place, what]) => `${place} ${what}`).join('; '), faults[0]?.[0])
  return [first, ...chosen.filter((arch) => arch !== first)]
}

function whoSays(
  document: Pick<ModuleStream, 'xmd'>,
  { stream, arches }: Pick<Platform, 'stream' | 'arches'>,
  privileged: readonly Pick<PrivilegedModule, 'name' | 'stream' | 'arches'>[],
): { who: string; path: string; arches: readonly string[] } {
  const own = ownArches(document)
  if (own.length > 0) return { who: 'the module itself', path: 'data.xmd.mbs.koji_tag_arches', arches: own }
  const module = privileged.find((one) => one.arches.length > 0)
  const path = 'data.dependencies'
  return module === undefined
    ? { who: `the platform ${stream}`, path, arches }
    : { who: `the module ${module.name}:${module.stream}`, path, arches: module.arches }
}
