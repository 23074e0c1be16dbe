import { sql } from 'kysely'
import { UserError } from '../../errors.ts'
import type { HubChange } from './change.ts'
import type { HubTag } from './tags/hub-tag.ts'
import { insertVersion, revokeVersions } from './versioned.ts'

/** Whether the caller has a permission. Administrators have all permissions (Koji: `assertPerm`). */
export async function hasPermission({ tx, caller }: HubChange, permission: string): Promise<boolean> {
  if (caller.isTrusted || caller.isAdmin) return true
  const { rows } = await sql`
    select from hub_permissions p join hub_users u on u.id = p.user_id
     where u.name = ${caller.name} and p.permission in ('admin', ${permission}) and p.revoke_event is null`.execute(
    tx,
  )
  return rows.length > 0
}

/** @throws UserError (403) with Koji's message */
export async function requirePermission(change: HubChange, permission: string): Promise<void> {
  if (!(await hasPermission(change, permission)))
    throw new UserError(403, `${permission} permission required (logged in as ${change.caller.name})`)
}

/**
 * Makes sure that the caller may tag and untag builds: the tag is not locked, and the caller has the permission that
 * the tag requires. Administrators pass with `force` (Koji: `assert_tag_access`).
 *
 * @throws UserError (403)
 */
export async function requireTagAccess(change: HubChange, tag: HubTag, force: boolean): Promise<void> {
  if (force && (await hasPermission(change, 'admin'))) return
  if (tag.locked) throw new UserError(403, `tag ${tag.name} is locked`)
  if (tag.permission !== null && !(await hasPermission(change, tag.permission)))
    throw new UserError(403, `tag ${tag.name} requires ${tag.permission} permission`)
}

/** Grants a permission to a user, or revokes it. */
export async function setPermission(
  change: HubChange,
  user: string,
  permission: string,
  isGranted: boolean,
): Promise<void> {
  await requirePermission(change, 'admin')
  const keys = { user_id: await change.userId(user), permission }
  await revokeVersions(change, 'hub_permissions', keys)
  if (isGranted) await insertVersion(change, 'hub_permissions', keys)
}

/** Allows a user to import for a content generator, or revokes that (Koji: grantCGAccess with `create`). */
export async function setGeneratorAccess(
  change: HubChange,
  user: string,
  generator: string,
  isGranted: boolean,
): Promise<void> {
  await requirePermission(change, 'admin')
  const { tx } = change
  if (isGranted)
    await sql`insert into hub_content_generators (name) values (${generator}) on conflict do nothing`.execute(
      tx,
    )
  const id = await generatorId(change, generator)
  const keys = { content_generator_id: id, user_id: await change.userId(user) }
  await revokeVersions(change, 'hub_content_generator_users', keys)
  if (isGranted) await insertVersion(change, 'hub_content_generator_users', keys)
}

/**
 * Returns the id of a content generator that the caller may import for.
 *
 * @throws UserError (404 when no content generator has this name; 403 when the caller has no access, even as an
 * administrator)
 */
export async function requireGeneratorAccess(change: HubChange, generator: string): Promise<number> {
  const { tx, caller } = change
  if (caller.isTrusted)
    await sql`insert into hub_content_generators (name) values (${generator}) on conflict do nothing`.execute(
      tx,
    )
  const id = await generatorId(change, generator)
  if (caller.isTrusted) return id
  const { rows } = await sql`
    select from hub_content_generator_users g join hub_users u on u.id = g.user_id
     where g.content_generator_id = ${id} and u.name = ${caller.name} and g.revoke_event is null`.execute(tx)
  if (rows.length === 0) throw new UserError(403, `Content generator access required (${generator})`)
  return id
}

async function generatorId({ tx }: HubChange, name: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select id from hub_content_generators where name = ${name}`.execute(tx)
  if (rows[0] === undefined) throw new UserError(404, `No such entry in table content_generator: ${name}`)
  return rows[0].id
}
