import { after } from '../clock.ts'
import { inTransaction } from '../database/index.ts'
import type { ArtifactParts } from './artifacts.ts'
import { adopt, knownAmong } from './rows.ts'
import type { StoredFile } from './store.ts'

/** Most files that one query looks up. */
const batchMax = 1000

/**
 * Looks through the store itself. The time grows with the number of files; once a day is enough. A file may lack a row
 * because the database is older than the store, or because a write came late. If such a file is older than the grace,
 * it gets a row with the file's age, so that the next collection removes it: files are removed in only one way. The
 * sweep also removes unfinished files of dead processes.
 *
 * @returns the number of files without a row; 0 for a store that cannot list its files
 */
export async function sweepArtifacts(parts: ArtifactParts): Promise<{ adopted: number }> {
  const { store, clock, graceMs } = parts
  const since = after(clock.now(), -graceMs)
  await store.removeUnfinished?.(since)
  let adopted = 0
  let batch: StoredFile[] = []
  for await (const file of store.list?.() ?? []) {
    if (file.changedAt < since) batch.push(file)
    if (batch.length < batchMax) continue
    adopted += await adoptUnknown(parts, batch)
    batch = []
  }
  return { adopted: adopted + (await adoptUnknown(parts, batch)) }
}

async function adoptUnknown(
  { database, store }: ArtifactParts,
  files: readonly StoredFile[],
): Promise<number> {
  if (files.length === 0) return 0
  const known = await knownAmong(
    database,
    files.map(({ sha256 }) => sha256),
  )
  let adopted = 0
  for (const file of files.filter(({ sha256 }) => !known.has(sha256))) {
    const isThere = async () => (await store.has(file.sha256)) !== undefined
    if (await inTransaction(database, 'adopt artifact', (tx) => adopt(tx, file, isThere))) adopted++
  }
  return adopted
}
