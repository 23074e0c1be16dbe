import type { ModuleStream } from '@mbs/modulemd'
import { UserError } from '../../errors.ts'
import type { Platform } from '../../platforms/index.ts'
import { ownArches } from '../document/own-mbs-data.ts'
import type { PrivilegedModule } from '../buildroot/privileged.ts'
import type { ResolvedComponent } from './resolve-components.ts'

/**
 * Returns the arches of a module, with the builder's arch first. They are the arches in the module's own document, if
 * it may set them; otherwise the arches of the first privileged module that it requires; otherwise its platform's
 * (upstream: get_build_arches). `buildopts.arches` selects from these.
 *
 * @throws UserError (422) for unavailable arches, and for a choice without the builder's arch
 */
export function requireArches(
  document: Pick<ModuleStream, 'buildopts' | 'xmd'>,
  components: readonly Pick<ResolvedComponent, 'name' | 'component'>[],
  platform: Pick<Platform, 'stream' | 'arches'>,
  privileged: readonly Pick<PrivilegedModule, 'name' | 'stream' | 'arches'>[],
): string[] {
  const { who, path, arches } = whoSays(document, platform, privileged)
  // The service builds components for the first arch of the platform.
  const [first = ''] = platform.arches
  const wanted = document.buildopts?.arches ?? []
  const faults: [path: string, what: string][] = wanted
    .filter((arch) => !arches.includes(arch))
    .map((arch) => ['data.buildopts.arches', `has ${arch}; ${who} has ${arches.join(', ')}`])
  const chosen = wanted.length === 0 ? arches : arches.filter((arch) => wanted.includes(arch))
  if (!arches.includes(first))
    faults.push([path, `has ${arches.join(', ')} (from ${who}), but the service builds for ${first}`])
  else if (faults.length === 0 && !chosen.includes(first))
    faults.push(['data.buildopts.arches', `lacks ${first}, and the service builds for ${first}`])
  for (const { name, component } of components)
    if (component.arches.length > 0 && !component.arches.includes(first))
      faults.push([
        `data.components.rpms.${name}.arches`,
        `lacks ${first}, and the service builds for ${first}`,
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
