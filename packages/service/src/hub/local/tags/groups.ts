import { sql } from 'kysely'
import type { Database, Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { requirePermission } from '../access.ts'
import type { HubChange } from '../change.ts'
import { inheritanceOrder } from './inheritance-store.ts'
import { requireTag } from './tags.ts'
import { holds, insertVersion, revokeVersions, type At } from '../versioned.ts'

/** A group of packages of a tag, as in comps (Koji: getTagGroups). */
export interface HubGroup {
  name: string
  /** The tag that defines it. */
  tagId: number
  blocked: boolean
  exported: boolean
  displayName: string
  isDefault: boolean
  userVisible: boolean
  description: string
  langonly: string | null
  biarchonly: boolean
  packages: { package: string; type: string; basearchonly: boolean; requires: string | null }[]
  requirements: { group: string; type: string; isMetapkg: boolean }[]
}

type Own = Omit<HubGroup, 'packages' | 'requirements'>
type OwnPackage = HubGroup['packages'][number] & { tagId: number; group: string; blocked: boolean }
type OwnRequirement = HubGroup['requirements'][number] & { tagId: number; of: string; blocked: boolean }

/**
 * Returns the groups of a tag, inherited ones included, by name. For a group, and for each package in a group, the
 * nearest definition counts. If that one blocks, the result omits the group or package. Filters and `noconfig` of links
 * do not matter (Koji: readTagGroups).
 *
 * @throws UserError (404) when there is no such tag
 */
export async function groupsOf(
  database: Database | Tx,
  tagName: string,
  options: { at?: At; inherit?: boolean; blocked?: boolean } = {},
): Promise<HubGroup[]> {
  const { at, inherit = true, blocked: withBlocked = false } = options
  const tag = await requireTag(database, tagName, at)
  const order = inherit ? await inheritanceOrder(database, tag.id, at) : []
  const tags = [...new Set([tag.id, ...order.map(({ parentId }) => parentId)])]
  const nearest = <T extends { tagId: number }>(rows: readonly T[], key: (row: T) => string): T[] => {
    const sorted = [...rows].sort((a, b) => tags.indexOf(a.tagId) - tags.indexOf(b.tagId))
    return [...Map.groupBy(sorted, key).values()].flatMap((same) => same.slice(0, 1))
  }
  const { groups, packages, requirements } = await readGroups(database, tags, at)
  const ownPackages = nearest(packages, (row) => `${row.group}\0${row.package}`)
  const ownRequirements = nearest(requirements, (row) => `${row.of}\0${row.group}`)
  return nearest(groups, ({ name }) => name)
    .filter(({ blocked }) => withBlocked || !blocked)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((group) => ({
      ...group,
      packages: ownPackages
        .filter((row) => row.group === group.name && !row.blocked)
        .map(({ package: name, type, basearchonly, requires }) => ({
          package: name,
          type,
          basearchonly,
          requires,
        }))
        .sort((a, b) => (a.package < b.package ? -1 : 1)),
      requirements: ownRequirements
        .filter((row) => row.of === group.name && !row.blocked)
        .map(({ group: name, type, isMetapkg }) => ({ group: name, type, isMetapkg }))
        .sort((a, b) => (a.group < b.group ? -1 : 1)),
    }))
}

async function readGroups(database: Database | Tx, tags: readonly number[], at: At) {
  const ofTags = (alias: string) =>
    sql`${sql.ref(`${alias}.tag_id`)} = any(${[...tags]}) and ${holds(alias, at)}`
  const groups = await sql<Own>`
    select g.name, g.tag_id as "tagId", g.blocked, g.exported, g.display_name as "displayName",
        g.is_default as "isDefault", g.uservisible as "userVisible", g.description, g.langonly, g.biarchonly
      from hub_tag_groups g where ${ofTags('g')}`.execute(database)
  const packages = await sql<OwnPackage>`
    select p.tag_id as "tagId", p.group_name as group, p.package, p.blocked, p.type, p.basearchonly, p.requires
      from hub_tag_group_packages p where ${ofTags('p')}`.execute(database)
  const requirements = await sql<OwnRequirement>`
    select r.tag_id as "tagId", r.group_name as of, r.requirement as group, r.blocked, r.type, r.is_metapkg as "isMetapkg"
      from hub_tag_group_requirements r where ${ofTags('r')}`.execute(database)
  return { groups: groups.rows, packages: packages.rows, requirements: requirements.rows }
}

/** Properties of a group. */
export interface GroupOptions {
  blocked?: boolean
  exported?: boolean
  displayName?: string
  isDefault?: boolean
  userVisible?: boolean
  description?: string
  langonly?: string | null
  biarchonly?: boolean
}

/**
 * Adds a group to a tag, or changes it. An inherited group that already fits is not written again (Koji: groupListAdd).
 */
export async function addGroup(
  change: HubChange,
  tagName: string,
  name: string,
  options: GroupOptions = {},
): Promise<void> {
  await requirePermission(change, 'tag')
  const tag = await requireTag(change.tx, tagName)
  requireGroupName(name)
  const before = (await groupsOf(change.tx, tagName, { blocked: true })).find((group) => group.name === name)
  if (before?.blocked === true && options.blocked !== true)
    throw new UserError(409, `group ${name} is blocked in tag ${tagName}; remove the block first`)
  const wanted = {
    blocked: options.blocked ?? false,
    exported: options.exported ?? before?.exported ?? true,
    display_name: options.displayName ?? before?.displayName ?? name,
    is_default: options.isDefault ?? before?.isDefault ?? false,
    uservisible: options.userVisible ?? before?.userVisible ?? false,
    description: options.description ?? before?.description ?? name,
    langonly: options.langonly === undefined ? (before?.langonly ?? null) : options.langonly,
    biarchonly: options.biarchonly ?? before?.biarchonly ?? false,
  }
  const isSame =
    before !== undefined &&
    !wanted.blocked &&
    before.exported === wanted.exported &&
    before.displayName === wanted.display_name &&
    before.isDefault === wanted.is_default &&
    before.userVisible === wanted.uservisible &&
    before.description === wanted.description &&
    before.langonly === wanted.langonly &&
    before.biarchonly === wanted.biarchonly
  if (isSame) return
  await revokeVersions(change, 'hub_tag_groups', { tag_id: tag.id, name })
  await insertVersion(change, 'hub_tag_groups', { tag_id: tag.id, name, ...wanted })
}

/**
 * Adds packages to a group that the tag has or inherits. The group's other packages stay (Koji: groupPackageListAdd).
 *
 * @throws UserError (404) when there is no such group
 */
export async function addToGroup(
  change: HubChange,
  tagName: string,
  group: string,
  packages: readonly string[],
  options: { type?: string; basearchonly?: boolean; requires?: string | null; blocked?: boolean } = {},
): Promise<void> {
  await requirePermission(change, 'tag')
  const tag = await requireTag(change.tx, tagName)
  const found = await requireGroup(change.tx, tagName, group)
  const { type = 'mandatory', basearchonly = false, requires = null, blocked = false } = options
  for (const name of packages) {
    const own = found.packages.find((row) => row.package === name)
    if (own !== undefined && !blocked && own.type === type && own.basearchonly === basearchonly) continue
    const keys = { tag_id: tag.id, group_name: group, package: name }
    await revokeVersions(change, 'hub_tag_group_packages', keys)
    await insertVersion(change, 'hub_tag_group_packages', { ...keys, type, basearchonly, requires, blocked })
  }
}

/** Makes a group of a tag require another group, which must exist (Koji: groupReqListAdd). */
export async function addRequirement(
  change: HubChange,
  tagName: string,
  group: string,
  requirement: string,
  options: { type?: string; isMetapkg?: boolean; blocked?: boolean } = {},
): Promise<void> {
  await requirePermission(change, 'tag')
  const tag = await requireTag(change.tx, tagName)
  const found = await requireGroup(change.tx, tagName, group)
  await requireGroup(change.tx, tagName, requirement)
  const { type = 'mandatory', isMetapkg = false, blocked = false } = options
  const own = found.requirements.find((row) => row.group === requirement)
  if (own !== undefined && !blocked && own.type === type && own.isMetapkg === isMetapkg) return
  const keys = { tag_id: tag.id, group_name: group, requirement }
  await revokeVersions(change, 'hub_tag_group_requirements', keys)
  await insertVersion(change, 'hub_tag_group_requirements', { ...keys, type, is_metapkg: isMetapkg, blocked })
}

/** Removes a tag's own definition of a group, with its packages and requirements (Koji: groupListRemove). */
export async function removeGroup(change: HubChange, tagName: string, name: string): Promise<void> {
  await requirePermission(change, 'tag')
  const tag = await requireTag(change.tx, tagName)
  const own = (await groupsOf(change.tx, tagName, { inherit: false, blocked: true })).find(
    (group) => group.name === name,
  )
  if (own === undefined) throw new UserError(404, `No such group: ${name} in tag ${tagName}`)
  await revokeVersions(change, 'hub_tag_groups', { tag_id: tag.id, name })
  await revokeVersions(change, 'hub_tag_group_packages', { tag_id: tag.id, group_name: name })
  await revokeVersions(change, 'hub_tag_group_requirements', { tag_id: tag.id, group_name: name })
}

/** Removes a package from a tag's own group (Koji: groupPackageListRemove). */
export async function removeFromGroup(
  change: HubChange,
  tagName: string,
  group: string,
  name: string,
): Promise<void> {
  await requirePermission(change, 'tag')
  const tag = await requireTag(change.tx, tagName)
  await revokeVersions(change, 'hub_tag_group_packages', { tag_id: tag.id, group_name: group, package: name })
}

async function requireGroup(tx: Tx, tagName: string, name: string): Promise<HubGroup> {
  const found = (await groupsOf(tx, tagName)).find((group) => group.name === name)
  if (found === undefined) throw new UserError(404, `No such group: ${name} in tag ${tagName}`)
  return found
}

function requireGroupName(name: string): void {
  if (name === '' || name.length > 256 || /[\u0000-\u001f\u007f]/.test(name))
    throw new UserError(400, `${JSON.stringify(name)} cannot be the name of a group`)
}
