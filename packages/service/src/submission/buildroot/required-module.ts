import { sql } from 'kysely'
import { readModulemd, type ModuleStream } from '@mbs/modulemd'
import type { Database } from '../../database/index.ts'
import type { KnownBuild } from '../../expansion/index.ts'

/** Returns the arches and the document of a required module's ready build; undefined if that build no longer exists. */
export async function requiredModule(
  database: Database,
  { name, stream, version, context }: KnownBuild,
): Promise<{ arches: string[]; document: ModuleStream } | undefined> {
  const { rows } = await sql<{ arches: string[]; modulemd: string | null }>`
    select arches, modulemd from module_builds
     where name = ${name} and stream = ${stream} and version = ${version.toString()} and context = ${context}
       and state = 'ready' limit 1`.execute(database)
  const [row] = rows
  const [document] = readModulemd(row?.modulemd ?? '').documents
  return row === undefined || document?.kind !== 'modulemd' ? undefined : { arches: row.arches, document }
}
