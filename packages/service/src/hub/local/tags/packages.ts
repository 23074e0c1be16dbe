import { sql } from 'kysely'
import type { Database, Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { requirePermission } from '../access.ts'
import { requireUserName, type HubChange } from '../change.ts'
import type { HubTag } from './hub-tag.ts'
import type { InheritanceEntry } from './inheritance.ts'
import { inheritanceOrder } from './inheritance-store.ts'
import { effectivePackages, type PackageEntry } from './package-list.ts'
import { requireTag } from './tags.ts'
import { holds, insertVersion, insertVersions, revokeVersions, type At } from '../versioned.ts'

/** Returns the effective package list of a tag, by package id, blocked packages included (Koji: readPackageList). */
export async function packagesOf(
  database: Database | Tx,
  tag: number,
  options: { at?: At; inherit: boolean; order?: readonly InheritanceEntry[]; packages?: readonly string[] },
): Promise<Map<number, PackageEntry>> {
  const order = options.inherit ? (options.order ?? (await inheritanceOrder(database, tag, options.at))) : []
  const tags = [...new Set([tag, ...order.map(({ parentId }) => parentId)])]
  const own = await ownPackages(database, tags, options.at, options.packages)
  return effectivePackages(tag, order, own)
}

async function ownPackages(
  database: Database | Tx,
  tags: readonly number[],
  at: At,
  names: readonly string[] | undefined,
): Promise<Map<number, PackageEntry[]>> {
  const { rows } = await sql<PackageEntry>`
    select tp.tag_id as "tagId", tp.package_id as "packageId", p.name, tp.blocked, tp.extra_arches as "extraArches",
        u.name as owner
      from hub_tag_packages tp
      join hub_packages p on p.id = tp.package_id
      join hub_tag_package_owners o on o.tag_id = tp.tag_id and o.package_id = tp.package_id and ${holds('o', at)}
      join hub_users u on u.id = o.owner_id
     where tp.tag_id = any(${[...tags]}) and ${holds('tp', at)} and ${names === undefined ? sql`true` : sql`p.name = any(${[...names]})`}
     order by p.name collate "C"`.execute(database)
  return Map.groupBy(rows, ({ tagId }) => tagId)
}

/** Options of an entry in a tag's package list. */
export interface PackageOptions {
  owner?: string
  blocked?: boolean
  extraArches?: string
  /** Unblocks a blocked package, and makes the caller the owner if there is no other. */
  force?: boolean
  /** The package must already be in the list. */
  update?: boolean
}

/**
 * Adds a package to the list of a tag, or changes its entry (Koji: packageListAdd). An inherited entry that already
 * fits is not written again.
 *
 * @throws UserError when the package is blocked (409), has no owner (400), or `update` finds no entry (404)
 */
export async function addPackage(
  change: HubChange,
  tagName: string,
  name: string,
  options: PackageOptions = {},
): Promise<void> {
  await requireListAccess(change)
  const { tx } = change
  const tag = await requireTag(tx, tagName)
  const previous = await entryOf(tx, tag, name)
  const { force = false } = options
  if (previous === undefined && options.update === true && !force)
    throw new UserError(404, `cannot update: tag ${tag.name} has no data for package ${name}`)
  const owner = options.owner ?? previous?.owner ?? (force ? change.caller.name : undefined)
  if (owner === undefined) throw new UserError(400, 'owner not specified', 'owner')
  requireUserName(owner)
  const blocked = options.blocked ?? previous?.blocked ?? false
  const extraArches = options.extraArches ?? previous?.extraArches ?? ''
  const isChanged = previous?.blocked !== blocked || previous.extraArches !== extraArches
  const hasNewOwner = previous?.owner !== owner
  if (!isChanged && !hasNewOwner && !force) return
  if (previous?.blocked === true && !blocked && !force)
    throw new UserError(409, `package ${name} is blocked in tag ${tag.name}`)
  const packageId = previous?.packageId ?? (await packageIdOf(tx, name))
  const keys = { tag_id: tag.id, package_id: packageId }
  // A tag's own entry has its own row for the owner.
  const isOwn = previous?.tagId === tag.id
  if (isChanged || !isOwn) {
    await revokeVersions(change, 'hub_tag_packages', keys)
    await insertVersion(change, 'hub_tag_packages', { ...keys, blocked, extra_arches: extraArches })
  }
  if (hasNewOwner || !isOwn) {
    await revokeVersions(change, 'hub_tag_package_owners', keys)
    await insertVersion(change, 'hub_tag_package_owners', { ...keys, owner_id: await change.userId(owner) })
  }
}

/** A package that a build of the service needs in the list of its tag, from the event of a change on. */
interface NeededPackage {
  packageId: number
  name: string
  owner: string
  change: HubChange
}

/**
 * Adds packages to the list of a tag, as {@link addPackage} with `force`. An entry that does not block stays as it is.
 *
 * @throws UserError (403) when the caller may not change the list
 */
export async function allowPackages(
  change: HubChange,
  tag: HubTag,
  packages: readonly NeededPackage[],
): Promise<void> {
  const names = packages.map(({ name }) => name)
  const present = await packagesOf(change.tx, tag.id, { inherit: true, packages: names })
  const added = packages.filter(({ packageId }) => present.get(packageId)?.blocked !== false)
  if (added.length === 0) return
  await requireListAccess(change)
  for (const { owner } of added) requireUserName(owner)
  const isOwn = ({ packageId }: NeededPackage) => present.get(packageId)?.tagId === tag.id
  for (const { name, owner, change: own } of added.filter(isOwn))
    await addPackage(own, tag.name, name, { owner, blocked: false, force: true })
  const rows = []
  for (const { packageId, owner, change: of } of added.filter((one) => !isOwn(one))) {
    const own = { tag_id: tag.id, package_id: packageId }
    const extra_arches = present.get(packageId)?.extraArches ?? ''
    const create_event = await of.event()
    rows.push({
      entry: { ...own, blocked: false, extra_arches, create_event },
      owner: { ...own, owner_id: await change.userId(owner), create_event },
    })
  }
  const entries = rows.map(({ entry }) => entry)
  await insertVersions(change.tx, 'hub_tag_packages', entries)
  const owners = rows.map((row) => row.owner)
  await insertVersions(change.tx, 'hub_tag_package_owners', owners)
}

/** Removes a tag's own entry. Does nothing if there is none (Koji: packageListRemove). */
export async function removePackage(change: HubChange, tagName: string, name: string): Promise<void> {
  await requireListAccess(change)
  const tag = await requireTag(change.tx, tagName)
  const previous = await entryOf(change.tx, tag, name)
  if (previous?.tagId !== tag.id) return
  await endEntry(change, tag, previous)
}

/** Hides a package in a tag and in the tags that inherit from it (Koji: packageListBlock). */
export async function blockPackage(change: HubChange, tagName: string, name: string): Promise<void> {
  await requireListAccess(change)
  const tag = await requireTag(change.tx, tagName)
  if ((await entryOf(change.tx, tag, name)) === undefined)
    throw new UserError(404, `tag ${tag.name} has no data for package ${name}`)
  await addPackage(change, tagName, name, { blocked: true })
}

/**
 * Removes a block (Koji: packageListUnblock). It ends the tag's own blocking entry. If the tag inherits a block, or
 * then inherits no entry, it adds an own entry that does not block.
 */
export async function unblockPackage(change: HubChange, tagName: string, name: string): Promise<void> {
  await requireListAccess(change)
  const tag = await requireTag(change.tx, tagName)
  const previous = await entryOf(change.tx, tag, name)
  if (previous === undefined) throw new UserError(404, `tag ${tag.name} has no data for package ${name}`)
  if (!previous.blocked) throw new UserError(409, `package ${name} NOT blocked in tag ${tag.name}`)
  const keys = { tag_id: tag.id, package_id: previous.packageId }
  if (previous.tagId === tag.id) {
    await endEntry(change, tag, previous)
    const beneath = await entryOf(change.tx, tag, name)
    if (beneath !== undefined && !beneath.blocked) return
  }
  const ownerId = await change.userId(previous.owner)
  await insertVersion(change, 'hub_tag_packages', {
    ...keys,
    blocked: false,
    extra_arches: previous.extraArches,
  })
  await insertVersion(change, 'hub_tag_package_owners', { ...keys, owner_id: ownerId })
}

async function endEntry(change: HubChange, tag: HubTag, { packageId }: PackageEntry): Promise<void> {
  const keys = { tag_id: tag.id, package_id: packageId }
  await revokeVersions(change, 'hub_tag_packages', keys)
  await revokeVersions(change, 'hub_tag_package_owners', keys)
}

async function entryOf(tx: Tx, tag: HubTag, name: string): Promise<PackageEntry | undefined> {
  const entries = await packagesOf(tx, tag.id, { inherit: true, packages: [name] })
  return [...entries.values()][0]
}

/** Checks Koji's default policy for package lists. */
async function requireListAccess(change: HubChange): Promise<void> {
  await requirePermission(change, 'tag').catch(() => {
    throw new UserError(403, 'policy violation (package_list): Only admin/tag can do this via default policy')
  })
}

/** Returns the id of a package. Records the package if the hub does not know it. */
export async function packageIdOf(tx: Tx, name: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    with known as (select id from hub_packages where name = ${name}),
      added as (insert into hub_packages (name) select ${name} where not exists (select from known)
        on conflict do nothing returning id)
    select id from known union all select id from added`.execute(tx)
  // Another transaction may have recorded it meanwhile.
  return rows[0]?.id ?? packageIdOf(tx, name)
}
