import { readModulemd, type ModuleStream } from '@mbs/modulemd'
import type { Platform } from '../../platforms/index.ts'
import { findPlatform } from '../find-platform.ts'
import type { ModuleBuildRow } from '../store.ts'
import type { World } from './world.ts'

/** Returns the NSVC of a build that is prepared. */
export function nsvcOf({ id, name, stream, version, context }: ModuleBuildRow) {
  if (version === null || context === null) throw new Error(`module build ${id} has no version yet`)
  return { name, stream, version, context }
}

/** Returns the tag that holds a build's packages. */
export function tagOf({ id, koji_tag }: ModuleBuildRow): string {
  if (koji_tag === null) throw new Error(`module build ${id} has no tag yet`)
  return koji_tag
}

export async function platformOf(world: World, { id, platform }: ModuleBuildRow): Promise<Platform> {
  const found = await findPlatform(world, platform ?? '')
  if (found === undefined)
    throw new Error(`the platform ${platform ?? ''} of module build ${id} is no longer configured`)
  return found
}

/** Returns the recorded document of a build. */
export function documentOf(build: ModuleBuildRow): ModuleStream {
  return readStream(build.modulemd ?? '')
}

export function readStream(text: string): ModuleStream {
  const document = readModulemd(text).documents[0]
  if (document?.kind !== 'modulemd') throw new Error('a stored document is not valid modulemd')
  return document
}

/** Returns a row that an effect acts on. */
export function required<Row>(row: Row | undefined, what: string): Row {
  if (row === undefined) throw new Error(`there is no ${what}`)
  return row
}
