import { readModulemd, type ModuleStream } from '@mbs/modulemd'
import type { Platform } from '../../platforms/index.ts'
import { findPlatform } from '../find-platform.ts'
import { loadComponent, type ComponentBuildRow, type ModuleBuildRow } from '../store.ts'
import type { World } from './world.ts'

/** What tells a build apart, once it is prepared. */
export function nsvcOf({ id, name, stream, version, context }: ModuleBuildRow) {
  if (version === null || context === null) throw new Error(`module build ${id} has no version yet`)
  return { name, stream, version, context }
}

/** The tag of what a build has built. */
export function tagOf({ id, koji_tag }: ModuleBuildRow): string {
  if (koji_tag === null) throw new Error(`module build ${id} has no tag yet`)
  return koji_tag
}

export async function platformOf(world: World, { id, platform }: ModuleBuildRow): Promise<Platform> {
  const found = await findPlatform(world, platform ?? '')
  if (found === undefined)
    throw new Error(`the platform ${platform ?? ''} of module build ${id} is not configured any more`)
  return found
}

/** The document of a build as it was recorded. */
export function documentOf(build: ModuleBuildRow): ModuleStream {
  return readStream(build.modulemd ?? '')
}

export function readStream(text: string): ModuleStream {
  const document = readModulemd(text).documents[0]
  if (document?.kind !== 'modulemd') throw new Error('a stored document is no modulemd')
  return document
}

/** The component that the payload of an effect names. */
export async function requireComponent(
  { database }: World,
  payload: Readonly<Record<string, unknown>>,
): Promise<ComponentBuildRow> {
  const id = Number(payload['component'])
  const component = await loadComponent(database, id)
  if (component === undefined) throw new Error(`there is no component ${id}`)
  return component
}
