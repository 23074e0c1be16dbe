import { readModulemd } from '@mbs/modulemd'
import type { Database } from '../database/index.ts'
import type { Platform } from '../platforms/index.ts'
import { moduleTables } from './store.ts'

/** The base module that stands for each platform. */
export const baseModule = 'platform'

/**
 * Returns a platform of the configuration, or a platform that an imported base module describes. The profiles
 * `buildroot` and `srpm-buildroot` of that module's document list the packages of build roots; its xmd.mbs has arches
 * and mark. Such a platform has no repositories.
 */
export async function findPlatform(
  { database, platforms }: { database: Database; platforms: ReadonlyMap<string, Platform> },
  stream: string,
): Promise<Platform | undefined> {
  const configured = platforms.get(stream)
  if (configured !== undefined) return configured
  const row = await moduleTables(database)
    .selectFrom('module_builds')
    .select(['modulemd', 'arches', 'virtual_streams'])
    .where('name', '=', baseModule)
    .where('stream', '=', stream)
    .where('state', 'in', ['ready', 'garbage'])
    .where('is_configured', '=', false)
    .orderBy('version_number', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()
  const [document] = readModulemd(row?.modulemd ?? '').documents
  if (row === undefined || document?.kind !== 'modulemd') return undefined
  const mbs = document.xmd instanceof Map ? document.xmd.get('mbs') : undefined
  const marking = mbs instanceof Map ? mbs.get('disttag_marking') : undefined
  const profile = (name: string) => document.profiles.get(name)?.rpms ?? []
  return {
    stream,
    repositories: [],
    buildGroup: profile('buildroot'),
    srpmBuildGroup: profile('srpm-buildroot'),
    arches: row.arches.length === 0 ? ['x86_64'] : row.arches,
    disttagMarking: typeof marking === 'string' && marking !== '' ? marking : stream,
    virtualStreams: row.virtual_streams,
    useDefaultModules: false,
  }
}
