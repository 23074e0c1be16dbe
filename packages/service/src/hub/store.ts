import { sql, type Generated, type Kysely } from 'kysely'
import type { Database, Tx } from '../database/index.ts'

export type HubTables = {
  hub_tags: { id: Generated<number>; name: string; arches: string[] }
  hub_tag_inheritance: { tag_id: number; parent_id: number; priority: number }
  hub_tag_groups: { tag_id: number; group_name: string; package: string }
  hub_builds: {
    id: Generated<number>
    name: string
    version: string
    release: string
    type: 'rpm' | 'module'
    source: string | null
    extra: Record<string, unknown>
    created_at: Date
  }
  hub_rpms: {
    build_id: number
    nevra: string
    name: string
    arch: string
    path: string
    size: number
    sha256: string
  }
  hub_tagged_builds: { tag_id: number; build_id: number; tagged_at: Date }
}

export function hubTables(database: Database | Tx): Kysely<HubTables> {
  return database.$extendTables<HubTables>()
}

/** The id of a tag; a missing tag is a bug of the caller, who makes tags before using them. */
export async function tagId(database: Database | Tx, name: string): Promise<number> {
  const row = await hubTables(database)
    .selectFrom('hub_tags')
    .select('id')
    .where('name', '=', name)
    .executeTakeFirst()
  if (row === undefined) throw new Error(`there is no tag ${name}`)
  return row.id
}

/** The tag and all it inherits from, nearest first; by priority among the parents of one tag (lower first). */
export async function inheritanceOrder(
  database: Database | Tx,
  tag: string,
): Promise<{ id: number; name: string }[]> {
  const { rows } = await sql<{ id: number; name: string }>`
    with recursive chain (id, name, path) as (
      select id, name, array[]::integer[] from hub_tags where name = ${tag}
      union all
      select parent.id, parent.name, chain.path || link.priority
        from chain
        join hub_tag_inheritance link on link.tag_id = chain.id
        join hub_tags parent on parent.id = link.parent_id
       where cardinality(chain.path) < 20
    )
    select id, name from chain order by path`.execute(database)
  return rows.filter((row, index) => rows.findIndex(({ id }) => id === row.id) === index)
}
