import { sql } from 'kysely'
import { after } from '../clock.ts'
import { crossing } from '../crash-points.ts'
import { inTransaction, type Tx } from '../database/index.ts'
import { isForeignKeyViolation } from '../errors.ts'
import type { ArtifactParts } from './artifacts.ts'
import { isFree, isUnreferenced, referencesToArtifacts, type Reference } from './references.ts'

/** The time of the claim is text: a Date would lose PostgreSQL's digits after the milliseconds. */
interface Candidate {
  sha256: string
  size: number
  claimedAt: string
}

/**
 * Removes artifacts that no row refers to and that were claimed longer ago than the grace, the oldest first. Several
 * processes may collect at once.
 *
 * The collector reads the references from PostgreSQL's catalogs: every foreign key to artifacts counts. It deletes an
 * artifact's row in one transaction, and its file in a second one. With a single transaction, a death after the removal
 * of the file would bring the row back, and a late room could refer to it. The collector first ends the removals of
 * dead processes.
 *
 * @param options.limit most artifacts to look at
 * @throws InfraError when the store cannot remove a file; earlier removals stay
 */
export async function collectArtifacts(
  parts: ArtifactParts,
  { limit }: { limit: number },
): Promise<{ removed: number; bytes: number }> {
  const references = await referencesToArtifacts(parts.database)
  const collected = { removed: 0, bytes: 0 }
  for (const sha256 of await unfinishedRemovals(parts, limit)) await removeFile(parts, sha256)
  for (const candidate of await findCandidates(parts, references, limit)) {
    if (!(await retire(parts, candidate, references))) continue
    await removeFile(parts, candidate.sha256)
    collected.removed++
    collected.bytes += candidate.size
  }
  return collected
}

async function findCandidates(
  { database, clock, graceMs }: ArtifactParts,
  references: readonly Reference[],
  limit: number,
): Promise<Candidate[]> {
  const claimedBefore = after(clock.now(), -graceMs)
  // The order of the index on claimed_at, so that the limit ends the search.
  const { rows } = await sql<Candidate>`
    select artifact.sha256, artifact.size, artifact.claimed_at::text as "claimedAt"
    from artifacts artifact
    where artifact.claimed_at < ${claimedBefore} and ${isUnreferenced(references)}
    order by artifact.claimed_at, artifact.sha256
    limit ${limit}`.execute(database)
  return rows
}

/** Deletes the row. Returns whether the artifact was still to be removed. */
async function retire(
  { database }: ArtifactParts,
  candidate: Candidate,
  references: readonly Reference[],
): Promise<boolean> {
  const { sha256 } = candidate
  try {
    return await inTransaction(database, 'retire artifact', async (tx) => {
      // The check comes after the lock, as a statement of its own, so that it sees all changes that are committed by
      // then.
      if (!(await lock(tx, candidate)) || !(await isFree(tx, sha256, references))) return false
      await sql`delete from artifacts where sha256 = ${sha256}`.execute(tx)
      await sql`insert into artifact_removals values (${sha256}) on conflict do nothing`.execute(tx)
      return true
    })
  } catch (error) {
    // A row refers to it by a foreign key that is younger than the list of references.
    if (isForeignKeyViolation(error)) return false
    throw error
  }
}

/** Removes the file of a retired artifact, unless a room has claimed it again. A claim meanwhile waits. */
async function removeFile({ database, store }: ArtifactParts, sha256: string): Promise<void> {
  await inTransaction(database, 'remove artifact', async (tx) => {
    const { rows } = await sql`
      delete from artifact_removals where sha256 = ${sha256} returning sha256`.execute(tx)
    if (rows.length > 0) await crossing('artifact', 'remove', () => store.remove(sha256))
  })
}

async function unfinishedRemovals({ database }: ArtifactParts, limit: number): Promise<string[]> {
  const { rows } = await sql<{ sha256: string }>`
    select sha256 from artifact_removals order by sha256 limit ${limit}`.execute(database)
  return rows.map(({ sha256 }) => sha256)
}

/**
 * Locks the row, unless a room has claimed it since or a transaction holds its lock: such a transaction needs the
 * artifact.
 */
async function lock(tx: Tx, { sha256, claimedAt }: Candidate): Promise<boolean> {
  const { rows } = await sql`
    select from artifacts where sha256 = ${sha256} and claimed_at = ${claimedAt}::timestamptz
    for update skip locked`.execute(tx)
  return rows.length > 0
}
