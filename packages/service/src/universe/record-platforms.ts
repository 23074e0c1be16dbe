import { readModulemd, writeModulemd, type ModuleStream, type Xmd } from '@mbs/modulemd'
import { sql } from 'kysely'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { paddedStreamVersion, type StreamSuffixes } from '../expansion/index.ts'
import type { Platform } from '../platforms/index.ts'
import type { BaseModule } from '../published/index.ts'
import {
  baseModule,
  insertImported,
  transition,
  updateModuleBuild,
  type StateNews,
} from '../modulebuilds/index.ts'

/** Upstream's owner of imported base modules. */
export const importOwner = 'mbs_import'

const version = '1'
const context = '00000000'

/** Returns the base module of a configured platform. */
export function configuredBase({
  stream,
  virtualStreams,
}: Pick<Platform, 'stream' | 'virtualStreams'>): BaseModule {
  return { name: baseModule, stream, version, context, virtualStreams }
}

/**
 * Records the platforms of the configuration as base modules: ready builds that other modules are built on. The base
 * modules of platforms that are no longer configured become `garbage`, and `ready` again when the configuration has
 * them again.
 */
export async function recordPlatforms(
  { database, news }: { database: Database; news: StateNews },
  platforms: ReadonlyMap<string, Platform>,
  suffixes: StreamSuffixes,
  now: Date,
): Promise<void> {
  await inTransaction(database, 'record platforms', async (tx) => {
    await oneAtATime(tx)
    for (const platform of platforms.values()) await recordPlatform(tx, news, platform, suffixes, now)
    const { rows } = await sql<{ id: number }>`
      select id from module_builds
       where name = ${baseModule} and is_configured and state = 'ready' and stream <> all(${[...platforms.keys()]})
       order by id`.execute(tx)
    for (const { id } of rows) {
      const reason = 'no longer a platform of the configuration'
      await transition(tx, news, id, { state: 'garbage', reason }, now)
    }
  })
}

/** Lets only one of several starting processes record at a time. */
export async function oneAtATime(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${baseModule}, 0))`.execute(tx)
}

async function recordPlatform(
  tx: Tx,
  news: StateNews,
  platform: Platform,
  suffixes: StreamSuffixes,
  now: Date,
): Promise<void> {
  const { stream, virtualStreams, arches } = platform
  const { rows } = await sql<{ id: number; state: string }>`
    select id, state from module_builds
     where name = ${baseModule} and stream = ${stream} and version = ${version} and context = ${context}
     order by id limit 1`.execute(tx)
  const [known] = rows
  const row = {
    is_configured: true,
    modulemd: writeModulemd([documentOf(platform)]),
    stream_version: paddedStreamVersion(stream, suffixes),
    virtual_streams: [...virtualStreams],
    arches: [...arches],
    time_modified: now,
  }
  const id = known?.id ?? (await insertImported(tx, { ...baseRow(stream, now), ...row }))
  if (known !== undefined) await updateModuleBuild(tx, id, row)
  if (known?.state !== 'ready') await transition(tx, news, id, { state: 'ready' }, now)
}

function baseRow(stream: string, now: Date) {
  return {
    name: baseModule,
    stream,
    version,
    context,
    owner: importOwner,
    rebuild_strategy: 'all',
    buildrequires: '{}',
    requires: '[]',
    time_submitted: now,
    time_completed: now,
  }
}

/**
 * Returns a base module's document in the form of upstream's importers: its profiles list the packages of a build root.
 */
function documentOf(platform: Platform): ModuleStream {
  const { stream, buildGroup, srpmBuildGroup } = platform
  const text = JSON.stringify({
    document: 'modulemd',
    version: 2,
    data: {
      name: baseModule,
      stream,
      version: Number(version),
      context,
      summary: `The platform ${stream}`,
      description: 'The base of modules for this platform.',
      license: { module: ['MIT'] },
      profiles: { buildroot: { rpms: buildGroup }, 'srpm-buildroot': { rpms: srpmBuildGroup } },
    },
  })
  const [document] = readModulemd(text).documents
  if (document?.kind !== 'modulemd') throw new Error(`the document of ${baseModule}:${stream} is none`)
  const mbs = new Map<string, Xmd>([
    ['buildrequires', new Map()],
    ['commit', ''],
    ['disttag_marking', platform.disttagMarking],
    ['mse', true],
    ['requires', new Map()],
    ['virtual_streams', [...platform.virtualStreams]],
  ])
  return { ...document, xmd: new Map([['mbs', mbs]]) }
}
