import { sql } from 'kysely'
import { idOf, type Database, type Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { requirePermission } from '../access.ts'
import type { HubChange } from '../change.ts'
import { requireName, requireTag } from './tags.ts'
import { holds, insertVersion, revokeVersions, type At } from '../versioned.ts'

/** The tag that builds are made from, and the tag that they go to (Koji: a build target). */
export interface HubTarget {
  id: number
  name: string
  buildTag: string
  destTag: string
}

/** Lists the targets, or the one with this name, now or at an event, by name. */
export async function listTargets(database: Database | Tx, name?: string, at?: At): Promise<HubTarget[]> {
  const { rows } = await sql<HubTarget>`
    select t.id, t.name, build.name as "buildTag", dest.name as "destTag"
      from hub_targets t
      join hub_target_configs c on c.target_id = t.id and ${holds('c', at)}
      join hub_tags build on build.id = c.build_tag_id
      join hub_tags dest on dest.id = c.dest_tag_id
     where ${name === undefined ? sql`true` : sql`t.name = ${name}`} order by t.name collate "C"`.execute(
    database,
  )
  return rows
}

/** @throws UserError (404) with Koji's message */
export async function requireTarget(database: Database | Tx, name: string, at?: At): Promise<HubTarget> {
  const [found] = await listTargets(database, name, at)
  if (found === undefined) throw new UserError(404, `No such build target: ${name}`)
  return found
}

/**
 * Creates a target (Koji: createBuildTarget).
 *
 * @throws UserError when the name is taken (409) or invalid (400), or a tag is missing (404)
 */
export async function createTarget(
  change: HubChange,
  name: string,
  buildTag: string,
  destTag: string,
): Promise<void> {
  await requirePermission(change, 'target')
  requireName(name)
  const { tx } = change
  if ((await listTargets(tx, name)).length > 0)
    throw new UserError(409, `A build target with the name '${name}' already exists`)
  const tags = {
    build_tag_id: (await requireTag(tx, buildTag)).id,
    dest_tag_id: (await requireTag(tx, destTag)).id,
  }
  await sql`insert into hub_targets (name) values (${name}) on conflict do nothing`.execute(tx)
  const id = idOf(await sql<{ id: number }>`select id from hub_targets where name = ${name}`.execute(tx))
  await insertVersion(change, 'hub_target_configs', { target_id: id, ...tags })
}

/** Changes the tags of a target (Koji: editBuildTarget). */
export async function editTarget(
  change: HubChange,
  name: string,
  edit: { buildTag?: string; destTag?: string },
): Promise<void> {
  await requirePermission(change, 'target')
  const { tx } = change
  const target = await requireTarget(tx, name)
  const build = await requireTag(tx, edit.buildTag ?? target.buildTag)
  const dest = await requireTag(tx, edit.destTag ?? target.destTag)
  if (build.name === target.buildTag && dest.name === target.destTag) return
  await revokeVersions(change, 'hub_target_configs', { target_id: target.id })
  const row = { target_id: target.id, build_tag_id: build.id, dest_tag_id: dest.id }
  await insertVersion(change, 'hub_target_configs', row)
}

/** Ends a target (Koji: deleteBuildTarget). */
export async function deleteTarget(change: HubChange, name: string): Promise<void> {
  await requirePermission(change, 'target')
  const { id } = await requireTarget(change.tx, name)
  await revokeVersions(change, 'hub_target_configs', { target_id: id })
}
