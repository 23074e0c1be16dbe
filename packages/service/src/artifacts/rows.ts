import { sql } from 'kysely'
import type { Database, Tx } from '../database/index.ts'
import type { Content } from './content.ts'

type Tables = { artifacts: { sha256: string; size: number; claimed_at: Date } }

/**
 * Says that somebody is about to refer to it. Waits for a collector that is just removing it, and keeps one from
 * removing its file that has only retired it.
 */
export async function claim(tx: Tx, { sha256, size }: Content, now: Date): Promise<void> {
  await tx
    .$extendTables<Tables>()
    .insertInto('artifacts')
    .values({ sha256, size, claimed_at: now })
    .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ claimed_at: now }))
    .execute()
  // Only now: what was retired while the row was waited for is seen by a statement of its own.
  await sql`delete from artifact_removals where sha256 = ${sha256}`.execute(tx)
}

/**
 * Gives a file that no row knows one, as old as the file is.
 *
 * @param isThere looks at the store; a row of a file that has just gone must not come to be
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

/** In the order of the digests, from the first one behind `after`. */
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
