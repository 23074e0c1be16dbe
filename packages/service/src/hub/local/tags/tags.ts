import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { idOf, type Database, type Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { requireStorable } from '../../../storable.ts'
import { requirePermission } from '../access.ts'
import type { HubChange } from '../change.ts'
import type { HubTag } from './hub-tag.ts'
import { plainLink } from './inheritance.ts'
import { setInheritance } from './inheritance-store.ts'
import { holds, insertVersion, revokeVersions, type At } from '../versioned.ts'

/** The changeable properties of a tag. */
export interface TagEdit {
  name?: string
  arches?: string
  permission?: string | null
  locked?: boolean
  /** Merged key by key. */
  extra?: Readonly<Record<string, unknown>>
  removeExtra?: readonly string[]
  blockExtra?: readonly string[]
}

const nameLengthMax = 256

/**
 * Makes sure that Koji allows a name for tags and targets (`RegexNameInternal`).
 *
 * @throws UserError (400)
 */
export function requireName(name: string): void {
  if (name.length > nameLengthMax)
    throw new UserError(
      400,
      `Name ${name.slice(0, 40)}… is too long: ${name.length} characters, ${nameLengthMax} are allowed`,
    )
  if (!/^[A-Za-z0-9/_.+-]+$/.test(name))
    throw new UserError(
      400,
      `Name ${name} does not match RegexNameInternal value: use letters, digits and / _ . + -`,
    )
}

/** Finds a tag by name, or by id if a number is given, now or at an event. */
export async function findTag(
  database: Database | Tx,
  tag: string | number,
  at?: At,
): Promise<HubTag | undefined> {
  const [found] = await readTags(
    database,
    typeof tag === 'number' ? sql`t.id = ${tag}` : sql`t.name = ${tag}`,
    at,
  )
  return found
}

/** @throws UserError (404) with Koji's message */
export async function requireTag(database: Database | Tx, tag: string | number, at?: At): Promise<HubTag> {
  const found = await findTag(database, tag, at)
  if (found === undefined) throw new UserError(404, `No such tagInfo: '${tag}'`)
  return found
}

/** Lists all tags, or those whose names match a pattern with `*` and `?`, by name. As in Koji, case does not count. */
export async function listTags(database: Database | Tx, pattern?: string): Promise<HubTag[]> {
  if (pattern === undefined) return readTags(database, sql`true`)
  const like = pattern
    .replaceAll(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_')
  return readTags(database, sql`t.name ilike ${like}`)
}

/** Finds the tags with these names that exist. */
export async function tagsByName(
  database: Database | Tx,
  names: readonly string[],
  at?: At,
): Promise<HubTag[]> {
  return names.length === 0 ? [] : readTags(database, sql`t.name = any(${[...names]})`, at)
}

/** Finds the tags with these ids. */
export async function tagsById(
  database: Database | Tx,
  ids: readonly number[],
  at?: At,
): Promise<Map<number, HubTag>> {
  if (ids.length === 0) return new Map()
  const tags = await readTags(database, sql`t.id = any(${[...ids]})`, at)
  return new Map(tags.map((tag) => [tag.id, tag]))
}

async function readTags(
  database: Database | Tx,
  condition: ReturnType<typeof sql>,
  at?: At,
): Promise<HubTag[]> {
  type Row = Omit<HubTag, 'extra'> & { extra: Record<string, { value: unknown; blocked: boolean }> }
  const { rows } = await sql<Row>`
    select t.id, t.name, c.arches, c.permission, c.locked,
        (select coalesce(json_object_agg(e.key, json_build_object('value', e.value, 'blocked', e.blocked) order by e.key), '{}')
           from hub_tag_extras e where e.tag_id = t.id and ${holds('e', at)}) as extra
      from hub_tags t join hub_tag_configs c on c.tag_id = t.id and ${holds('c', at)}
     where ${condition} order by t.name collate "C"`.execute(database)
  return rows.map((row) => ({ ...row, extra: new Map(Object.entries(row.extra)) }))
}

/**
 * Creates a tag (Koji: createTag). A tag that was deleted keeps its id.
 *
 * @returns its id
 * @throws UserError when the name is taken (409) or invalid (400), or the parent is missing (404)
 */
export async function createTag(
  change: HubChange,
  name: string,
  options: { parent?: string } & Omit<TagEdit, 'name' | 'removeExtra'> = {},
): Promise<number> {
  await requirePermission(change, 'tag')
  requireName(name)
  const { tx } = change
  if ((await findTag(tx, name)) !== undefined)
    throw new UserError(409, `A tag with the name '${name}' already exists`)
  const parent = options.parent === undefined ? undefined : await requireTag(tx, options.parent)
  await sql`insert into hub_tags (name) values (${name}) on conflict do nothing`.execute(tx)
  const id = idOf(await sql<{ id: number }>`select id from hub_tags where name = ${name}`.execute(tx))
  const { arches = '', permission = null, locked = false } = options
  await insertVersion(change, 'hub_tag_configs', {
    tag_id: id,
    arches: cleanArches(arches),
    permission,
    locked,
  })
  await editExtras(change, await requireTag(tx, id), options)
  if (parent !== undefined)
    await setInheritance(change, id, [{ parentId: parent.id, priority: 0, ...plainLink }], false)
  return id
}

/** Changes a tag. Unchanged settings make no event (Koji: editTag2). */
export async function editTag(change: HubChange, name: string, edit: TagEdit): Promise<void> {
  await requirePermission(change, 'tag')
  const { tx } = change
  const tag = await requireTag(tx, name)
  if (edit.name !== undefined && edit.name !== tag.name) {
    requireName(edit.name)
    const { rows } = await sql`select from hub_tags where name = ${edit.name}`.execute(tx)
    if (rows.length > 0) throw new UserError(409, `Name ${edit.name} already taken`)
    await sql`update hub_tags set name = ${edit.name} where id = ${tag.id}`.execute(tx)
  }
  const { id, ...before } = tag
  const after = {
    arches: edit.arches === undefined ? before.arches : cleanArches(edit.arches),
    permission: edit.permission === undefined ? before.permission : edit.permission,
    locked: edit.locked ?? before.locked,
  }
  if (
    after.arches !== before.arches ||
    after.permission !== before.permission ||
    after.locked !== before.locked
  ) {
    await revokeVersions(change, 'hub_tag_configs', { tag_id: id })
    await insertVersion(change, 'hub_tag_configs', { tag_id: id, ...after })
  }
  await editExtras(change, tag, edit)
}

async function editExtras(
  change: HubChange,
  tag: HubTag,
  { extra = {}, removeExtra = [], blockExtra = [] }: Pick<TagEdit, 'extra' | 'removeExtra' | 'blockExtra'>,
): Promise<void> {
  requireStorable(extra, 'extra')
  const asked = [...Object.keys(extra), ...removeExtra, ...blockExtra]
  const twice = asked.find((key, index) => asked.indexOf(key) !== index)
  if (twice !== undefined)
    throw new UserError(400, `Can not both add/update, remove or block extra: ${twice}`, 'extra')
  for (const key of removeExtra) {
    if (!tag.extra.has(key)) throw new UserError(400, `Tag: ${tag.name} doesn't have extra: ${key}`, 'extra')
    await revokeVersions(change, 'hub_tag_extras', { tag_id: tag.id, key })
  }
  const wanted = [
    ...Object.entries(extra).map(([key, value]) => [key, { value, blocked: false }] as const),
    ...blockExtra.map((key) => [key, { value: null, blocked: true }] as const),
  ]
  for (const [key, entry] of wanted) {
    const own = tag.extra.get(key)
    if (own?.blocked === entry.blocked && isDeepStrictEqual(own.value, entry.value)) continue
    await revokeVersions(change, 'hub_tag_extras', { tag_id: tag.id, key })
    const value = JSON.stringify(entry.value)
    await insertVersion(change, 'hub_tag_extras', { tag_id: tag.id, key, value, blocked: entry.blocked })
  }
}

/**
 * The rows that belong to a tag, by table and column. Deleting the tag ends all of them, including inheritance in both
 * directions.
 */
const ownRows = [
  ['hub_tag_configs', 'tag_id'],
  ['hub_tag_extras', 'tag_id'],
  ['hub_tag_inheritance', 'tag_id'],
  ['hub_tag_inheritance', 'parent_id'],
  ['hub_target_configs', 'build_tag_id'],
  ['hub_target_configs', 'dest_tag_id'],
  ['hub_tagged_builds', 'tag_id'],
  ['hub_tag_packages', 'tag_id'],
  ['hub_tag_package_owners', 'tag_id'],
  ['hub_tag_groups', 'tag_id'],
  ['hub_tag_group_packages', 'tag_id'],
  ['hub_tag_group_requirements', 'tag_id'],
] as const

/** Ends a tag and everything that belongs to it, targets included (Koji: deleteTag). Its name and history stay. */
export async function deleteTag(change: HubChange, name: string): Promise<void> {
  await requirePermission(change, 'tag')
  const { id } = await requireTag(change.tx, name)
  for (const [table, column] of ownRows) await revokeVersions(change, table, { [column]: id })
}

function cleanArches(arches: string): string {
  const list = arches.split(/\s+/).filter((arch) => arch !== '')
  const wrong = list.find((arch) => !/^[A-Za-z0-9_]+$/.test(arch))
  if (wrong !== undefined) throw new UserError(400, `"${wrong}" is not an arch`, 'arches')
  return list.join(' ')
}
