import { sql } from 'kysely'
import type { Database, Tx } from '../../../database/index.ts'
import { buildColumns, buildJoins, presentBuild, type BuildRow, type HubBuild } from '../builds/builds.ts'
import { inheritanceOrder } from './inheritance-store.ts'
import { packagesOf } from './packages.ts'
import { requireTag, tagsById } from './tags.ts'
import { holds, type At } from '../versioned.ts'

/** Options of a listing of a tag. */
export interface ListingOptions {
  at?: At
  /** Also lists the builds of the tags that the tag inherits from. */
  inherit?: boolean
  /** Maximum number of builds of each package. The nearest tag comes first, then the most recent tagging. */
  latest?: number
  package?: string
  type?: string
}

/** A build, with the tag that holds it. */
export interface TaggedBuild extends HubBuild {
  tagId: number
  /** The tag that holds the build: the listed tag or one that it inherits from. */
  tag: string
  /** The event that tagged the build. */
  taggingEvent: number
}

type TaggedRow = BuildRow & { position: number; tagging_event: number }

/**
 * Lists the builds of a tag (Koji: listTagged): nearer tags first, and within a tag the most recent tagging first. The
 * result omits builds whose package is blocked or not in the tag's list. The order of tagging decides which build is
 * the latest, not its version.
 *
 * @throws UserError (404) when there is no such tag
 */
export async function listTagged(
  database: Database | Tx,
  tagName: string,
  options: ListingOptions = {},
): Promise<TaggedBuild[]> {
  const { at, inherit = false, latest } = options
  const tag = await requireTag(database, tagName, at)
  const order = await inheritanceOrder(database, tag.id, at)
  const tags = [tag.id, ...(inherit ? order.map(({ parentId }) => parentId) : [])]
  // Inherited entries decide which packages are visible, even if only the tag itself is listed.
  const list = await packagesOf(database, tag.id, {
    inherit: true,
    order,
    ...(at === undefined ? {} : { at }),
    ...(options.package === undefined ? {} : { package: options.package }),
  })
  const visible = [...list.values()].filter(({ blocked }) => !blocked).map(({ packageId }) => packageId)
  if (visible.length === 0) return []
  const rows = await readRows(database, { tags, visible, at, latest, type: options.type })
  const names = await tagsById(database, tags, at)
  return rows.map((row) => {
    const tagId = tags[row.position] ?? tag.id
    const found = { tagId, tag: names.get(tagId)?.name ?? '', taggingEvent: row.tagging_event }
    return { ...presentBuild(row), ...found }
  })
}

interface Question {
  tags: readonly number[]
  visible: readonly number[]
  at: At
  latest: number | undefined
  type: string | undefined
}

/**
 * Reads the builds of each tag in turn, most recent tagging first. With `latest` it looks up the newest builds package
 * by package in the order of the index, however many builds there are.
 */
async function readRows(database: Database | Tx, question: Question): Promise<TaggedRow[]> {
  const { tags, visible, at, latest, type } = question
  const ofType =
    type === undefined
      ? sql`true`
      : sql`exists (select from hub_build_typeinfos i where i.build_id = c.id and i.type = ${type})`
  const tagged = sql`
    select tb.build_id, tb.package_id, tb.create_event
      from hub_tagged_builds tb join hub_builds c on c.id = tb.build_id
     where tb.tag_id = t.tag_id and ${holds('tb', at)} and c.state = 1 and ${ofType}`
  const sequence = sql`unnest(${[...tags]}::integer[]) with ordinality as t (tag_id, position)`
  const found =
    latest === undefined
      ? sql`select t.position, f.* from ${sequence},
              lateral (${tagged} and tb.package_id = any(${[...visible]})) f`
      : sql`select * from (
              select t.position, f.*, row_number() over (
                  partition by f.package_id order by t.position, f.create_event desc, f.build_id desc) as rank
                from ${sequence}, unnest(${[...visible]}::integer[]) as v (package_id),
                  lateral (${tagged} and tb.package_id = v.package_id
                            order by tb.create_event desc, tb.build_id desc limit ${latest}) f) ranked
             where rank <= ${latest}`
  const { rows } = await sql<TaggedRow>`
    select (found.position - 1)::integer as position, found.create_event as tagging_event, ${buildColumns}
      from (${found}) found join hub_builds b on b.id = found.build_id ${buildJoins}
     order by found.position, found.create_event desc, b.id desc`.execute(database)
  return rows
}
