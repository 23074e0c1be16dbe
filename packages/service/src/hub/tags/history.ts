import { sql } from 'kysely'
import type { Database, Tx } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import { inheritanceOrder } from './inheritance-store.ts'
import { requireTag } from './tags.ts'
import type { At } from '../versioned.ts'

/** A moment in the history of the hub. */
export interface HubEvent {
  id: number
  at: Date
  user: string
}

/** One thing that began or ended with an event. */
export interface HistoryEntry extends HubEvent {
  /** What of a tag it is about: `build`, `package`, `inheritance`, `tag`, `extra`, `group`, `group package`. */
  subject: string
  action: 'added' | 'removed'
  /** Which one, for people: an NVR, a name, the values of a link. */
  what: string
}

/** The last event, or the last one before a moment (Koji: getLastEvent). */
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

/** What of a tag is versioned, and how each row is told to people. */
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
 * What has happened to a tag, the newest first (Koji: queryHistory).
 *
 * @param options.before only what happened before this event, for the next page
 * @throws UserError (404) when there never was such a tag
 */
export async function historyOf(
  database: Database | Tx,
  tagName: string,
  options: { before?: number; limit: number },
): Promise<HistoryEntry[]> {
  const { rows: tags } = await sql<{ id: number }>`select id from hub_tags where name = ${tagName}`.execute(
    database,
  )
  const tag = tags[0]?.id
  if (tag === undefined) throw new UserError(404, `No such tagInfo: '${tagName}'`)
  const isBefore = (column: string) =>
    options.before === undefined ? sql`true` : sql`${sql.ref(column)} < ${options.before}`
  // Each table gives its own newest lines by its index; the newest of them all are the answer.
  const parts = subjects.flatMap(([table, subject, what]) =>
    (['create_event', 'revoke_event'] as const).map(
      (column) => sql`
        (select v.${sql.ref(column)} as id, ${sql.lit(subject)} as subject,
            ${sql.lit(column === 'create_event' ? 'added' : 'removed')} as action, ${sql.raw(what)} as what
           from ${sql.table(table)} v
          where v.tag_id = ${tag} and v.${sql.ref(column)} is not null and ${isBefore(`v.${column}`)}
          order by v.${sql.ref(column)} desc limit ${options.limit})`,
    ),
  )
  const { rows } = await sql<HistoryEntry>`
    select h.id, e.at, u.name as user, h.subject, h.action, h.what
      from (${sql.join(parts, sql` union all `)}) h
      join hub_events e on e.id = h.id join hub_users u on u.id = e.user_id
     order by h.id desc, h.subject, h.what, h.action desc limit ${options.limit}`.execute(database)
  return rows
}

/** Tables whose changes make a tag another one: its contents, but not owners of packages nor targets. */
const changing = [...subjects.map(([table]) => table), 'hub_tag_group_requirements'] as const

/**
 * The last event that changed what a tag holds, or what it inherits from (Koji: tagLastChangeEvent); undefined where
 * nothing did.
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
  // Of each tag the newest by its index, not all that ever happened.
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
