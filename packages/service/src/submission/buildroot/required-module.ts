import { readModulemd, type ModuleStream } from '@mbs/modulemd'
import type { Database } from '../../database/index.ts'
import type { KnownBuild } from '../../expansion/index.ts'
import { moduleTables } from '../../modulebuilds/index.ts'

/** What the ready build of a module that is required is for, and its document; undefined where there is none any more. */
export async function requiredModule(
  database: Database,
  { name, stream, version, context }: KnownBuild,
): Promise<{ arches: string[]; document: ModuleStream } | undefined> {
  const row = await moduleTables(database)
    .selectFrom('module_builds')
    .select(['arches', 'modulemd'])
    .where('name', '=', name)
    .where('stream', '=', stream)
    .where('version', '=', version.toString())
    .where('context', '=', context)
    .where('state', '=', 'ready')
    .executeTakeFirst()
  const [document] = readModulemd(row?.modulemd ?? '').documents
  return row === undefined || document?.kind !== 'modulemd' ? undefined : { arches: row.arches, document }
}
