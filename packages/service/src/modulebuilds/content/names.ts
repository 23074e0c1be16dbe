import { UserError } from '../../errors.ts'
import type { Build, Hub } from '../../hub/index.ts'
import { develName } from './final-modulemd.ts'
import { moduleNvr } from './hub-name.ts'

/** Returns whether a build failed or was cancelled, so that its name is free. */
export function isOpen({ state }: Build): boolean {
  return state === 'failed' || state === 'canceled'
}

/** Returns the ids of the module builds that builds of the hub record as their origin, by name-version-release. */
export async function moduleBuildsOf(hub: Hub, nvrs: readonly string[]): Promise<Map<string, number>> {
  const infos = await hub.typeinfos(nvrs, 'module')
  return new Map(
    [...infos].flatMap(([nvr, info]) => {
      if (typeof info !== 'object' || info === null || !('module_build_service_id' in info)) return []
      const { module_build_service_id: id } = info
      // Whoever imports a build writes this number.
      return Number.isInteger(id) && Number(id) > 0 && Number(id) < 2 ** 31
        ? [[nvr, Number(id)] as const]
        : []
    }),
  )
}

/**
 * Makes sure that modules and their -devel modules can become builds of the hub: no other user has imported builds of
 * these names.
 *
 * @throws UserError (409) for the first name that is taken
 */
export async function requireOpenNames(
  { hub }: { hub: Hub },
  modules: readonly { name: string; stream: string; version: string; context: string }[],
): Promise<void> {
  const wanted = modules.flatMap((module) =>
    [module.name, develName(module.name)].map((name) => ({ module, nvr: moduleNvr({ ...module, name }) })),
  )
  const nvrs = wanted.map(({ nvr }) => nvr)
  const taken = await hub.builds(nvrs)
  const ours = await moduleBuildsOf(hub, nvrs)
  for (const { module, nvr } of wanted) {
    const build = taken.get(nvr)
    if (build === undefined || isOpen(build) || ours.has(nvr)) continue
    throw new UserError(
      409,
      `${nvr} is in the hub already, as a build of ${build.owner}: module ${module.name}:${module.stream} cannot become it`,
    )
  }
}
