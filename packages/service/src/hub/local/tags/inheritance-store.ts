import { sql } from 'kysely'
import type { Database, Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { requirePermission } from '../access.ts'
import type { HubChange } from '../change.ts'
import {
  fullInheritance,
  reverseInheritance,
  type InheritanceEntry,
  type InheritanceLink,
  type LinkChange,
} from './inheritance.ts'
import { checkPattern } from './package-filter.ts'
import { holds, insertVersion, revokeVersions, type At } from '../versioned.ts'

const columns = sql.raw(`link.tag_id as "childId", link.parent_id as "parentId", link.priority, link.maxdepth,
  link.intransitive, link.noconfig, link.pkg_filter as "pkgFilter"`)

/** Returns the links of a tag to its parents, by priority (Koji: getInheritanceData). */
export async function inheritanceOf(
  database: Database | Tx,
  tag: number,
  at?: At,
): Promise<InheritanceLink[]> {
  const { rows } = await sql<InheritanceLink>`
    select ${columns} from hub_tag_inheritance link where link.tag_id = ${tag} and ${holds('link', at)}
     order by link.priority`.execute(database)
  return rows
}

/** Returns all tags that a tag inherits from, in order. */
export async function inheritanceOrder(
  database: Database | Tx,
  tag: number,
  at?: At,
): Promise<InheritanceEntry[]> {
  // `union` ends the recursion when the links form a circle.
  const { rows } = await sql<InheritanceLink>`
    with recursive above (id) as (
      select ${tag}::integer
      union
      select link.parent_id from above join hub_tag_inheritance link on link.tag_id = above.id and ${holds('link', at)})
    select ${columns} from above join hub_tag_inheritance link on link.tag_id = above.id and ${holds('link', at)}
     order by link.tag_id, link.priority`.execute(database)
  return fullInheritance(
    tag,
    Map.groupBy(rows, ({ childId }) => childId),
  )
}

/** Returns all tags that inherit from a tag. */
export async function inheritingTags(
  database: Database | Tx,
  tag: number,
  at?: At,
): Promise<InheritanceEntry[]> {
  const { rows } = await sql<InheritanceLink>`
    with recursive below (id) as (
      select ${tag}::integer
      union
      select link.tag_id from below join hub_tag_inheritance link on link.parent_id = below.id and ${holds('link', at)})
    select ${columns} from below join hub_tag_inheritance link on link.parent_id = below.id and ${holds('link', at)}
     order by link.parent_id, link.priority, link.tag_id`.execute(database)
  return reverseInheritance(
    tag,
    Map.groupBy(rows, ({ parentId }) => parentId),
  )
}

/**
 * Sets the links of a tag to its parents (Koji: setInheritanceData), one per parent. Unchanged links make no event.
 *
 * @param clear ends the links to parents that are not named
 * @throws UserError when two links have the same priority, a parent is missing, or a pattern is invalid
 */
export async function setInheritance(
  change: HubChange,
  tag: number,
  changes: readonly LinkChange[],
  clear: boolean,
): Promise<void> {
  await requirePermission(change, 'tag')
  const before = new Map((await inheritanceOf(change.tx, tag)).map((link) => [link.parentId, link]))
  const after = new Map(clear ? [] : before)
  for (const wanted of changes) {
    if ('isDeleted' in wanted) after.delete(wanted.parentId)
    else after.set(wanted.parentId, { ...wanted, childId: tag })
  }
  await checkLinks(change.tx, [...after.values()])
  const changed = [...after.values()].filter((link) => !isSame(link, before.get(link.parentId)))
  const ended = [...before.keys()].filter((parent) => !after.has(parent))
  for (const parent of [...ended, ...changed.map(({ parentId }) => parentId)])
    if (before.has(parent))
      await revokeVersions(change, 'hub_tag_inheritance', { tag_id: tag, parent_id: parent })
  for (const { childId, parentId, pkgFilter, ...rest } of changed)
    await insertVersion(change, 'hub_tag_inheritance', {
      tag_id: childId,
      parent_id: parentId,
      pkg_filter: pkgFilter,
      ...rest,
    })
}

async function checkLinks(tx: Tx, links: readonly InheritanceLink[]): Promise<void> {
  const byPriority = new Map<number, number>()
  for (const { parentId, priority, pkgFilter } of links) {
    if (byPriority.has(priority))
      throw new UserError(
        409,
        `Inheritance priorities are not unique: two parents have priority ${priority}`,
        'priority',
      )
    byPriority.set(priority, parentId)
    checkPattern(pkgFilter)
  }
  const { rows } = await sql<{ tag_id: number }>`
    select tag_id from hub_tag_configs where tag_id = any(${[...byPriority.values()]}) and revoke_event is null`.execute(
    tx,
  )
  const present = new Set(rows.map((row) => row.tag_id))
  const missing = links.find(({ parentId }) => !present.has(parentId))
  if (missing !== undefined) throw new UserError(404, `No such tagInfo: '${missing.parentId}'`, 'parent')
}

function isSame(link: InheritanceLink, other: InheritanceLink | undefined): boolean {
  return (
    other !== undefined &&
    link.priority === other.priority &&
    link.maxdepth === other.maxdepth &&
    link.intransitive === other.intransitive &&
    link.noconfig === other.noconfig &&
    link.pkgFilter === other.pkgFilter
  )
}
