import { sql } from 'kysely'
import type { Database, Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { inheritanceOrder } from './inheritance-store.ts'
import { requireTag } from './tags.ts'
import type { At } from '../versioned.ts'

/** An event in the history of the hub. */
export interface HubEvent {
  id: number
  at: Date
  user: string
}

/** One change of a tag: an entry that an event added or removed. */
export interface HistoryEntry extends HubEvent {
  /** The kind of entry: `build`, `package`, `inheritance`, `tag`, `extra`, `group`, `group package`. */
  subject: string
  action: 'added' | 'removed'
  /** The entry, described for people: an NVR, a name, the values of a link. */
  what: string
}

/** Returns the last event, or the last one before a time (Koji: getLastEvent). */
export async function lastEvent(database: Database | Tx, before?: Date): Promise<HubEvent | undefined> {
  const { rows } = await sql<HubEvent>`
    select e.id, e.at, u.name as user from hub_events e join hub_users u on u.id = e.user_id
     where ${before === undefined ? sql`true` : sql`e.at < ${before}`} order by e.id desc limit 1`.execute(
    database,
  )
  return rows[0]
}

/** @throws UserError (404) when there is no event of this number */
export async function requireEvent(database: Database | Tx, id: number): Promise<HubEvent> {
  const { rows } = await sql<HubEvent>`
    select e.id, e.at, u.name as user from hub_events e join hub_users u on u.id = e.user_id where e.id = ${id}`.execute(
    database,
  )
  if (rows[0] === undefined) throw new UserError(404, `there is no event ${id}`, 'event')
  return rows[0]
}

/** The versioned tables of a tag, and the SQL that describes a row for people. */
const subjects = [
  [
    'hub_tagged_builds',
    'build',
    `(select p.name || '-' || b.version || '-' || b.release from hub_builds b
     join hub_packages p on p.id = b.package_id where b.id = v.build_id)`,
  ],
  [
    'hub_tag_packages',
    'package',
    `(select p.name || case when v.blocked then ' (blocked)' else '' end
     from hub_packages p where p.id = v.package_id)`,
  ],
  [
    'hub_tag_inheritance',
    'inheritance',
    `(select p.name || ', priority ' || v.priority
     || coalesce(', maxdepth ' || v.maxdepth, '') || case when v.intransitive then ', intransitive' else '' end
     || case when v.noconfig then ', noconfig' else '' end
     || case when v.pkg_filter <> '' then ', packages ' || v.pkg_filter else '' end
     from hub_tags p where p.id = v.parent_id)`,
  ],
  [
    'hub_tag_configs',
    'tag',
    `'arches ' || case when v.arches = '' then 'none' else v.arches end
     || case when v.locked then ', locked' else '' end || coalesce(', for ' || v.permission, '')`,
  ],
  [
    'hub_tag_extras',
    'extra',
    `v.key || case when v.blocked then ' (blocked)' else ' = ' || v.value::text end`,
  ],
  ['hub_tag_groups', 'group', `v.name || case when v.blocked then ' (blocked)' else '' end`],
  [
    'hub_tag_group_packages',
    'group package',
    `v.group_name || '/' || v.package
     || case when v.blocked then ' (blocked)' else '' end`,
  ],
] as const

/**
 * Returns the changes of a tag, newest first (Koji: queryHistory).
 *
 * @param options.before only changes before this event
 * @throws UserError (404) when there never was such a tag
 */
export async function historyOf(
  database: Database | Tx,
  tagName: string,
  { before, limit, offset = 0 }: { before?: number; limit: number; offset?: number },
): Promise<HistoryEntry[]> {
  const tag = await everTag(database, tagName)
  const isBefore = (column: string) =>
    before === undefined ? sql`true` : sql`${sql.ref(column)} < ${before}`
  // Each table returns its own newest lines by its index; the newest of all these are the result.
  const parts = subjects.flatMap(([table, subject, what]) =>
    (['create_event', 'revoke_event'] as const).map(
      (column) => sql`
        (select v.${sql.ref(column)} as id, ${sql.lit(subject)} as subject,
            ${sql.lit(column === 'create_event' ? 'added' : 'removed')} as action, ${sql.raw(what)} as what
           from ${sql.table(table)} v
          where v.tag_id = ${tag} and v.${sql.ref(column)} is not null and ${isBefore(`v.${column}`)}
          order by v.${sql.ref(column)} desc limit ${limit + offset})`,
    ),
  )
  const { rows } = await sql<HistoryEntry>`
    select h.id, e.at, u.name as user, h.subject, h.action, h.what
      from (${sql.join(parts, sql` union all `)}) h
      join hub_events e on e.id = h.id join hub_users u on u.id = e.user_id
     order by h.id desc, h.subject, h.what, h.action desc limit ${limit} offset ${offset}`.execute(database)
  return rows
}

/**
 * Counts the changes of a tag.
 *
 * @throws UserError (404) when there never was such a tag
 */
export async function historyLength(database: Database | Tx, tagName: string): Promise<number> {
  const tag = await everTag(database, tagName)
  const counts = subjects.map(
    ([table]) =>
      sql`select count(create_event) + count(revoke_event) as count from ${sql.table(table)} where tag_id = ${tag}`,
  )
  const { rows } = await sql<{ total: number }>`
    select sum(count)::integer as total from (${sql.join(counts, sql` union all `)}) counts`.execute(database)
  return rows[0]?.total ?? 0
}

/** Returns the id of a tag that exists or existed. */
async function everTag(database: Database | Tx, name: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`select id from hub_tags where name = ${name}`.execute(database)
  if (rows[0] === undefined) throw new UserError(404, `No such tagInfo: '${name}'`)
  return rows[0].id
}

/** Tables whose changes count as changes of a tag. Owners of packages and targets do not count. */
const changing = [...subjects.map(([table]) => table), 'hub_tag_group_requirements'] as const

/**
 * Returns the last event that changed the content of a tag, or of the tags that it inherits from (Koji:
 * tagLastChangeEvent). Undefined if there is none.
 *
 * @param options.before strictly before this event
 * @throws UserError (404) when there is no such tag
 */
export async function lastChangeOf(
  database: Database | Tx,
  tagName: string,
  options: { before?: number; inherit?: boolean } = {},
): Promise<number | undefined> {
  const at: At = options.before === undefined ? undefined : options.before - 1
  const tag = await requireTag(database, tagName, at)
  const order = options.inherit === false ? [] : await inheritanceOrder(database, tag.id, at)
  const tags = [...new Set([tag.id, ...order.map(({ parentId }) => parentId)])]
  // Reads the newest row of each tag from the index, not the whole history.
  const parts = changing.flatMap((table) =>
    ['create_event', 'revoke_event'].map(
      (column) => sql`
        select (select v.${sql.ref(column)} from ${sql.table(table)} v
                 where v.tag_id = t.id and v.${sql.ref(column)} is not null
                   and ${options.before === undefined ? sql`true` : sql`v.${sql.ref(column)} < ${options.before}`}
                 order by v.${sql.ref(column)} desc limit 1) as event
          from unnest(${tags}::integer[]) as t (id)`,
    ),
  )
  const { rows } = await sql<{ event: number | null }>`
    select max(event) as event from (${sql.join(parts, sql` union all `)}) changes`.execute(database)
  return rows[0]?.event ?? undefined
}
