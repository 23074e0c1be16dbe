import { readModulemd, writeModulemd, type ModuleStream, type Xmd } from '@mbs/modulemd'
import { sql } from 'kysely'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { paddedStreamVersion, type StreamSuffixes } from '../expansion/index.ts'
import type { Platform } from '../platforms/index.ts'
import type { BaseModule } from '../published/index.ts'
import { baseModule, moduleTables } from '../modulebuilds/index.ts'

/** Upstream's name of those that bring in base modules. */
export const importOwner = 'mbs_import'

const version = '1'
const context = '00000000'

/** The base module that stands for a platform of the configuration. */
export function configuredBase({
  stream,
  virtualStreams,
}: Pick<Platform, 'stream' | 'virtualStreams'>): BaseModule {
  return { name: baseModule, stream, version, context, virtualStreams }
}

/**
 * Makes the platforms of the configuration known as base modules: ready builds that others are built on. Those of
 * platforms that are configured no more become `garbage`, and `ready` again once they are.
 */
export async function recordPlatforms(
  database: Database,
  platforms: ReadonlyMap<string, Platform>,
  suffixes: StreamSuffixes,
  now: Date,
): Promise<void> {
  await inTransaction(database, 'record platforms', async (tx) => {
    await oneAtATime(tx)
    for (const platform of platforms.values()) await recordPlatform(tx, platform, suffixes, now)
    await moduleTables(tx)
      .updateTable('module_builds')
      .set({ state: 'garbage', time_modified: now })
      .where('name', '=', baseModule)
      .where('is_configured', '=', true)
      .where('state', '=', 'ready')
      .where('stream', 'not in', ['', ...platforms.keys()])
      .execute()
  })
}

/** Of processes that begin at once, one records at a time. */
export async function oneAtATime(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${baseModule}, 0))`.execute(tx)
}

async function recordPlatform(
  tx: Tx,
  platform: Platform,
  suffixes: StreamSuffixes,
  now: Date,
): Promise<void> {
  const { stream, virtualStreams, arches } = platform
  const known = await moduleTables(tx)
    .selectFrom('module_builds')
    .select('id')
    .where('name', '=', baseModule)
    .where('stream', '=', stream)
    .where('version', '=', version)
    .where('context', '=', context)
    .orderBy('id')
    .executeTakeFirst()
  const row = {
    state: 'ready' as const,
    is_configured: true,
    modulemd: writeModulemd([documentOf(platform)]),
    stream_version: paddedStreamVersion(stream, suffixes),
    virtual_streams: [...virtualStreams],
    arches: [...arches],
    time_modified: now,
  }
  if (known === undefined)
    await moduleTables(tx)
      .insertInto('module_builds')
      .values({ ...baseRow(stream, now), ...row })
      .execute()
  else await moduleTables(tx).updateTable('module_builds').set(row).where('id', '=', known.id).execute()
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

/** A base module's document as upstream's importers write them: what a build root is made of, in profiles. */
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
      description: 'What modules of this platform are built on.',
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
