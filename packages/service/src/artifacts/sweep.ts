import { after } from '../clock.ts'
import { inTransaction } from '../database/index.ts'
import type { ArtifactParts } from './artifacts.ts'
import { adopt, knownAmong } from './rows.ts'
import type { StoredFile } from './store.ts'

/** So many files are looked up in one query. */
const batchMax = 1000

/**
 * Looks through the store itself, which takes the longer the more is in it: once a day is enough. Files that no row
 * knows (the database is older than the store, a write came late) and that are older than the grace get a row that is
 * as old as they are, so that the next collection removes them: there is one way only on which files go. What was being
 * received by the dead is removed.
 *
 * @returns how many files were found that no row knew; 0 of a store that cannot tell what it has
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
