import { sql, type RawBuilder } from 'kysely'
import type { Database, Tx } from '../database/index.ts'

/** A column that refers to artifacts. */
export interface Reference {
  schema: string
  table: string
  column: string
}

/**
 * Returns every foreign key to artifacts, of any room. PostgreSQL's catalogs list them all, so no room can be missing.
 */
export async function referencesToArtifacts(database: Database): Promise<Reference[]> {
  // A partition has a copy of its parent's key, which adds nothing.
  const { rows } = await sql<Reference>`
    select n.nspname as schema, c.relname as table, own.attname as column
    from pg_constraint k
      join pg_class c on c.oid = k.conrelid
      join pg_namespace n on n.oid = c.relnamespace
      cross join lateral unnest(k.conkey, k.confkey) as pair (own, referred)
      join pg_attribute own on own.attrelid = k.conrelid and own.attnum = pair.own
      join pg_attribute referred on referred.attrelid = k.confrelid and referred.attnum = pair.referred
    where k.contype = 'f' and k.confrelid = 'artifacts'::regclass and k.conparentid = 0
      and referred.attname = 'sha256'
    order by 1, 2, 3`.execute(database)
  return rows
}

/** Returns a condition on the row of artifacts with the alias `artifact`: no row refers to it. */
export function isUnreferenced(references: readonly Reference[]): RawBuilder<boolean> {
  const none = references.map(
    ({ schema, table, column }) =>
      sql`not exists (select from ${sql.id(schema, table)} r where r.${sql.id(column)} = artifact.sha256)`,
  )
  return none.length === 0 ? sql`true` : sql`(${sql.join(none, sql` and `)})`
}

/** Returns whether no row that the transaction sees refers to the artifact. */
export async function isFree(tx: Tx, sha256: string, references: readonly Reference[]): Promise<boolean> {
  const { rows } = await sql`
    select from artifacts artifact where artifact.sha256 = ${sha256} and ${isUnreferenced(references)}`.execute(
    tx,
  )
  return rows.length > 0
}
