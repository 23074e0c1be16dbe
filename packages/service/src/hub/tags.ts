import type { Tx, Database } from '../database/index.ts'
import { hubTables, inheritanceOrder, tagId } from './store.ts'

/** Makes the tag if there is none. */
export async function ensureTag(tx: Tx, name: string, arches: readonly string[]): Promise<void> {
  await hubTables(tx)
    .insertInto('hub_tags')
    .values({ name, arches: [...arches] })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ arches: [...arches] }))
    .execute()
}

/** What a tag inherits from, first parent first. Replaces what was there (Koji: setInheritanceData). */
export async function setInheritance(tx: Tx, tag: string, parents: readonly string[]): Promise<void> {
  const id = await tagId(tx, tag)
  await hubTables(tx).deleteFrom('hub_tag_inheritance').where('tag_id', '=', id).execute()
  for (const [index, parent] of parents.entries())
    await hubTables(tx)
      .insertInto('hub_tag_inheritance')
      .values({ tag_id: id, parent_id: await tagId(tx, parent), priority: index * 10 })
      .execute()
}

/** Adds packages to a group of a tag (Koji: groupPackageListAdd); those already there stay. */
export async function addToGroup(
  tx: Tx,
  tag: string,
  group: string,
  packages: readonly string[],
): Promise<void> {
  if (packages.length === 0) return
  const id = await tagId(tx, tag)
  await hubTables(tx)
    .insertInto('hub_tag_groups')
    .values(packages.map((name) => ({ tag_id: id, group_name: group, package: name })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The packages of a tag's group, sorted. */
export async function groupPackages(database: Database | Tx, tag: string, group: string): Promise<string[]> {
  const rows = await hubTables(database)
    .selectFrom('hub_tag_groups')
    .innerJoin('hub_tags', 'hub_tags.id', 'hub_tag_groups.tag_id')
    .select('package')
    .where('hub_tags.name', '=', tag)
    .where('group_name', '=', group)
    .orderBy('package')
    .execute()
  return rows.map((row) => row.package)
}

/** The tags that a tag inherits from, nearest first, all the way up. */
export async function parentTags(database: Database | Tx, tag: string): Promise<string[]> {
  const chain = await inheritanceOrder(database, tag)
  return chain.slice(1).map(({ name }) => name)
}

/** The tag that modules of a platform get when they are ready, where composes find them (upstream's template). */
export function candidateTag(platform: string): string {
  return `${platform}-modular-updates-candidate`
}
