import { sql } from 'kysely'
import type { Database, Tx } from '../../../database/index.ts'
import type { PackageKey } from '../../hub.ts'

/** A signed copy of a package. */
export interface RpmSignature {
  rpmId: number
  /** The last eight digits of the key's id, Koji's sigkey. */
  keyId: string
  sha256: string
  size: number
}

/** Returns the signed copies of packages, by package and key (Koji: queryRPMSigs). */
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

/** Returns the key of a package as one text. */
export function packageKey({ nvra, sigmd5 }: PackageKey): string {
  return `${nvra} ${sigmd5}`
}

/**
 * Returns the ids of packages, by {@link packageKey}. Early versions of the service could keep one content twice; the
 * first one has the signatures.
 */
export async function rpmIds(
  database: Database | Tx,
  packages: readonly PackageKey[],
): Promise<Map<string, number>> {
  const parts = packages.flatMap(({ nvra, sigmd5 }) => {
    const match = /^(.+)-([^-]+)-([^-]+)\.([^.]+)$/.exec(nvra)
    return match === null ? [] : [[...match.slice(1), sigmd5]]
  })
  if (parts.length === 0) return new Map()
  const column = (index: number) => parts.map((part) => part[index] ?? '')
  const { rows } = await sql<PackageKey & { id: number }>`
    select r.name || '-' || r.version || '-' || r.release || '.' || r.arch as nvra, r.sigmd5, min(r.id) as id
      from unnest(${column(0)}::text[], ${column(1)}::text[], ${column(2)}::text[], ${column(3)}::text[],
                  ${column(4)}::text[]) as wanted (name, version, release, arch, sigmd5)
      join hub_rpms r using (name, version, release, arch, sigmd5)
     group by 1, 2`.execute(database)
  return new Map(rows.map(({ id, ...key }) => [packageKey(key), id]))
}

/** Records signed copies. Copies that are already recorded stay as they are. */
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
