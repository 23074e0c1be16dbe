import { sql } from 'kysely'
import type { Database, Tx } from '../database/index.ts'
import type { Content } from './content.ts'

type Tables = { artifacts: { sha256: string; size: number; claimed_at: Date } }

/**
 * Claims an artifact: a reference to it will follow soon. The claim waits for a collector that is removing the
 * artifact. It also keeps the file when a collector has only retired the artifact.
 */
export async function claim(tx: Tx, { sha256, size }: Content, now: Date): Promise<void> {
  await tx
    .$extendTables<Tables>()
    .insertInto('artifacts')
    .values({ sha256, size, claimed_at: now })
    .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ claimed_at: now }))
    .execute()
  // A statement of its own sees an artifact that was retired while the first statement waited for the row lock.
  await sql`delete from artifact_removals where sha256 = ${sha256}`.execute(tx)
}

/**
 * Inserts a row for a file without one. The row is as old as the file.
 *
 * @param isThere checks the store; a file that has just gone must not get a row
 * @returns whether there is a new row
 */
export async function adopt(
  tx: Tx,
  { sha256, size, changedAt }: Content & { changedAt: Date },
  isThere: () => Promise<boolean>,
): Promise<boolean> {
  const { rows } = await sql`
    insert into artifacts (sha256, size, claimed_at)
    select ${sha256}, ${size}, ${changedAt}
     where not exists (select from artifact_removals where sha256 = ${sha256})
    on conflict do nothing returning sha256`.execute(tx)
  if (rows.length === 0 || (await isThere())) return rows.length > 0
  await sql`delete from artifacts where sha256 = ${sha256}`.execute(tx)
  return false
}

export async function findArtifact(
  database: Database,
  sha256: string,
): Promise<(Content & { claimedAt: Date }) | undefined> {
  return selected(database).where('sha256', '=', sha256).executeTakeFirst()
}

/** Returns artifacts in the order of their digests, from the first one after `after`. */
export async function artifactsAfter(
  database: Database,
  after: string,
  limit: number,
): Promise<(Content & { claimedAt: Date })[]> {
  return selected(database).where('sha256', '>', after).orderBy('sha256').limit(limit).execute()
}

export async function knownAmong(
  database: Database,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await selected(database).where('sha256', 'in', digests).execute()
  return new Set(rows.map(({ sha256 }) => sha256))
}

function selected(database: Database) {
  return database
    .$extendTables<Tables>()
    .selectFrom('artifacts')
    .select(['sha256', 'size', 'claimed_at as claimedAt'])
}
