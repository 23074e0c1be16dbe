import { sql } from 'kysely'
import type { Database, Tx } from '../../database/index.ts'

/** A signed copy of a package. */
export interface RpmSignature {
  rpmId: number
  /** The last eight digits of the key's id, Koji's sigkey. */
  keyId: string
  sha256: string
  size: number
}

/** The signed copies of packages, by package and key (Koji: queryRPMSigs). */
export async function signaturesOf(
  database: Database | Tx,
  rpms: readonly number[],
  keyId?: string,
): Promise<RpmSignature[]> {
  if (rpms.length === 0) return []
  const { rows } = await sql<RpmSignature>`
    select rpm_id as "rpmId", key_id as "keyId", sha256, size from hub_rpm_signatures
     where rpm_id = any(${[...rpms]}) and ${keyId === undefined ? sql`true` : sql`key_id = ${keyId}`}
     order by rpm_id, key_id`.execute(database)
  return rows
}

/** Records signed copies; those that are known stay as they are. */
export async function recordSignatures(
  tx: Tx,
  signatures: readonly RpmSignature[],
  now: Date,
): Promise<void> {
  for (const { rpmId, keyId, sha256, size } of signatures)
    await sql`
      insert into hub_rpm_signatures (rpm_id, key_id, sha256, size, signed_at)
      values (${rpmId}, ${keyId}, ${sha256}, ${size}, ${now}) on conflict do nothing`.execute(tx)
}
