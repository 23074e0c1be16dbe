import type { Database, Tx } from '../database/index.ts'
import type { Content } from './content.ts'

type Tables = { artifacts: { sha256: string; size: number; claimed_at: Date } }

/** Says that somebody is about to refer to it. Waits for a collector that is just removing it. */
export async function claim(tx: Tx, { sha256, size }: Content, now: Date): Promise<void> {
  await tx
    .$extendTables<Tables>()
    .insertInto('artifacts')
    .values({ sha256, size, claimed_at: now })
    .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ claimed_at: now }))
    .execute()
}

/** Gives files that no row knows one, as old as they are. */
export async function adopt(tx: Tx, files: readonly (Content & { changedAt: Date })[]): Promise<void> {
  await tx
    .$extendTables<Tables>()
    .insertInto('artifacts')
    .values(files.map(({ sha256, size, changedAt }) => ({ sha256, size, claimed_at: changedAt })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
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
