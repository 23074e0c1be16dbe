import { sql } from 'kysely'
import { after } from '../clock.ts'
import { crossing } from '../crash-points.ts'
import { inTransaction, type Tx } from '../database/index.ts'
import { isForeignKeyViolation } from '../errors.ts'
import type { ArtifactParts } from './artifacts.ts'
import { isFree, isUnreferenced, referencesToArtifacts, type Reference } from './references.ts'

/** The instant of its claim is text: a Date would lose what PostgreSQL has behind the milliseconds. */
interface Candidate {
  sha256: string
  size: number
  claimedAt: string
}

/**
 * Removes artifacts that nobody refers to and that were claimed longer ago than the grace, the oldest first. Any number
 * of processes may do it at once.
 *
 * What refers to an artifact is read from the catalogs: every foreign key does. An artifact goes in one transaction, and
 * its file in a second one. Were it one, a death behind the removal of the file would bring the row back, and whoever
 * is late could refer to it. What the dead have begun is ended first.
 *
 * @param options.limit so many are looked at, at most
 * @throws InfraError when the store cannot remove a file; what is removed already stays so
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
  // In the order of the index on claimed_at, so that a limit ends the search.
  const { rows } = await sql<Candidate>`
    select artifact.sha256, artifact.size, artifact.claimed_at::text as "claimedAt"
    from artifacts artifact
    where artifact.claimed_at < ${claimedBefore} and ${isUnreferenced(references)}
    order by artifact.claimed_at, artifact.sha256
    limit ${limit}`.execute(database)
  return rows
}

/** Whether it was still to be removed, and is no artifact any more. */
async function retire(
  { database }: ArtifactParts,
  candidate: Candidate,
  references: readonly Reference[],
): Promise<boolean> {
  const { sha256 } = candidate
  try {
    return await inTransaction(database, 'retire artifact', async (tx) => {
      // The look comes after the lock, as a statement of its own: only so it sees what was committed until then.
      if (!(await lock(tx, candidate)) || !(await isFree(tx, sha256, references))) return false
      await sql`delete from artifacts where sha256 = ${sha256}`.execute(tx)
      await sql`insert into artifact_removals values (${sha256}) on conflict do nothing`.execute(tx)
      return true
    })
  } catch (error) {
    // Somebody refers to it after all, by a key that is younger than our list of them.
    if (isForeignKeyViolation(error)) return false
    throw error
  }
}

/** Removes the file of what was retired, unless somebody has claimed it again; a claim meanwhile waits. */
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

/** Takes the row, if nobody has claimed it since and nobody has it just now: who has wants the artifact. */
async function lock(tx: Tx, { sha256, claimedAt }: Candidate): Promise<boolean> {
  const { rows } = await sql`
    select from artifacts where sha256 = ${sha256} and claimed_at = ${claimedAt}::timestamptz
    for update skip locked`.execute(tx)
  return rows.length > 0
}
