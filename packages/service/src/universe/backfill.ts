import { readModulemd } from '@mbs/modulemd'
import { inTransaction, type Database } from '../database/index.ts'
import { mbsDataOf } from '../expansion/index.ts'
import type { Platform } from '../platforms/index.ts'
import { baseModule, linkBases, moduleTables, updateModuleBuild } from '../modulebuilds/index.ts'

/** So many rows at a time. */
const rowsAtOnce = 100

/**
 * Completes builds that were recorded before their requirements had columns of their own, from their documents. Done
 * again, or by two processes at once, it changes nothing.
 */
export async function backfill(database: Database, platforms: ReadonlyMap<string, Platform>): Promise<void> {
  for (;;) {
    const rows = await moduleTables(database)
      .selectFrom('module_builds')
      .select(['id', 'modulemd', 'platform'])
      .where('requires', 'is', null)
      .where('modulemd', 'is not', null)
      .orderBy('id')
      .limit(rowsAtOnce)
      .execute()
    for (const { id, modulemd, platform } of rows)
      await inTransaction(database, 'backfill', async (tx) => {
        const [document] = readModulemd(modulemd ?? '').documents
        const stream = document?.kind === 'modulemd' ? document : undefined
        const { buildrequires, commit } = mbsDataOf(stream ?? {})
        const entries = [...buildrequires].map(
          ([name, { kojiTag, ...entry }]) => [name, { ...entry, koji_tag: kojiTag }] as const,
        )
        const requires = (stream?.dependencies ?? []).map((block) => Object.fromEntries(block.requires))
        await updateModuleBuild(tx, id, {
          commit,
          // What is being built goes on for the arches that it began with.
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
