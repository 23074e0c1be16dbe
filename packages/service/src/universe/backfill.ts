import { readModulemd } from '@mbs/modulemd'
import { sql } from 'kysely'
import { inTransaction, type Database } from '../database/index.ts'
import { mbsDataOf } from '../expansion/index.ts'
import type { Platform } from '../platforms/index.ts'
import { baseModule, linkBases, updateModuleBuild } from '../modulebuilds/index.ts'

/** Number of rows that one query reads. */
const rowsAtOnce = 100

/**
 * Completes builds from their documents. These builds were recorded before their requirements had columns of their own.
 * A repeated or concurrent run changes nothing.
 */
export async function backfill(database: Database, platforms: ReadonlyMap<string, Platform>): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ id: number; modulemd: string; platform: string | null }>`
      select id, modulemd, platform from module_builds where requires is null and modulemd is not null
       order by id limit ${rowsAtOnce}`.execute(database)
    for (const { id, modulemd, platform } of rows)
      await inTransaction(database, 'backfill', async (tx) => {
        const [document] = readModulemd(modulemd).documents
        const stream = document?.kind === 'modulemd' ? document : undefined
        const { buildrequires, commit } = mbsDataOf(stream ?? {})
        const entries = [...buildrequires].map(
          ([name, { kojiTag, ...entry }]) => [name, { ...entry, koji_tag: kojiTag }] as const,
        )
        const requires = (stream?.dependencies ?? []).map((block) => Object.fromEntries(block.requires))
        await updateModuleBuild(tx, id, {
          commit,
          // A running build continues with the arches that it began with.
          arches: platforms.get(platform ?? '')?.arches ?? [],
          buildrequires: JSON.stringify(Object.fromEntries(entries)),
          requires: JSON.stringify(requires),
        })
        const base = buildrequires.get(baseModule)
        if (base !== undefined) await linkBases(tx, id, [{ name: baseModule, ...base }])
      })
    if (rows.length < rowsAtOnce) return
  }
}
