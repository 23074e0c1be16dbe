import { sql } from 'kysely'
import type { Artifacts } from '../../../artifacts/index.ts'
import { inTransaction, type Database } from '../../../database/index.ts'
import { InfraError, messageOf } from '../../../errors.ts'

/**
 * Moves the packages of earlier releases, which had a folder of their own, into the artifact store. Does nothing once
 * they are there.
 *
 * @throws InfraError for a file that is missing or has changed
 */
export async function moveEarlierFiles(database: Database, artifacts: Artifacts): Promise<void> {
  const { rows } = await sql<{ sha256: string; path: string }>`
    select sha256, path from artifact_moves order by sha256`.execute(database)
  for (const { sha256, path } of rows) {
    await artifacts.putFile(path, { sha256 }).catch((error: unknown) => {
      throw new InfraError(
        'artifact store',
        `${path}, a package of an earlier release, cannot be read (${messageOf(error)}); restore it from a backup`,
        { cause: error },
      )
    })
    await inTransaction(database, 'move package', (tx) =>
      sql`delete from artifact_moves where sha256 = ${sha256}`.execute(tx),
    )
  }
}
