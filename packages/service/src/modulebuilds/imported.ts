import type { Insertable } from 'kysely'
import type { Tx } from '../database/index.ts'
import { moduleTables, type ModuleTables } from './store.ts'

/** The columns of a build that was not built here. */
export type ImportedColumns = Omit<Insertable<ModuleTables['module_builds']>, 'state'>

/**
 * Inserts a build that was not built here, or a base module, in the state `ready`. The caller completes the row in the
 * same transaction and then announces the state with `transition`.
 */
export async function insertImported(tx: Tx, columns: ImportedColumns): Promise<number> {
  const { id } = await moduleTables(tx)
    .insertInto('module_builds')
    .values({ ...columns, state: 'ready' })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
