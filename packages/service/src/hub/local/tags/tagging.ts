import { sql } from 'kysely'
import { UserError } from '../../../errors.ts'
import { requireTagAccess } from '../access.ts'
import { requireBuild, requireBuilds, type HubBuild } from '../builds/builds.ts'
import type { HubChange } from '../change.ts'
import type { HubTag } from './hub-tag.ts'
import { allowPackages, packagesOf } from './packages.ts'
import { requireTag } from './tags.ts'
import { insertVersion, insertVersions, revokeVersions } from '../versioned.ts'

/**
 * Tags a build (Koji: tagBuild, without its task).
 *
 * @param options.force ignores locks if the caller is an administrator, tags a tagged build again, so that it becomes
 * the latest, and adds its package to the list
 * @throws UserError when the build is not complete, is already tagged or its package is blocked (409), or when the
 * build or the tag does not exist or the package is not in the list (404)
 */
export async function tagBuild(
  change: HubChange,
  tagName: string,
  nvr: string,
  options: { force?: boolean } = {},
): Promise<void> {
  const { force = false } = options
  const tag = await requireTag(change.tx, tagName)
  const build = await requireBuild(change.tx, nvr)
  await requireTagAccess(change, tag, force)
  if (force) await allowPackages(change, tag, [{ ...build, change }])
  else await requirePackage(change, tag, build)
  await put(change, tag, build, force)
}

/**
 * Tags builds of the service, in this order, and adds their packages to the list. It skips builds that already have the
 * tag. Locks apply to the service as to every user.
 */
export async function tagBuilds(change: HubChange, tagName: string, nvrs: readonly string[]): Promise<void> {
  const tag = await requireTag(change.tx, tagName)
  await requireTagAccess(change, tag, false)
  const builds = await requireBuilds(change.tx, nvrs)
  const tagged = await taggedIn(change, tag, builds)
  const added = builds.filter(({ id }) => !tagged.has(id))
  for (const build of added) requireComplete(build)
  const changes = added.length === 1 ? [change] : await change.nextAll(added.length)
  const rows = added.flatMap((build, index) => {
    const own = changes[index]
    return own === undefined ? [] : [{ ...build, change: own }]
  })
  const packages = new Map(rows.toReversed().map((row) => [row.packageId, row]))
  await allowPackages(change, tag, [...packages.values()])
  const versions = rows.map(async ({ id, packageId, change: own }) => ({
    tag_id: tag.id,
    build_id: id,
    package_id: packageId,
    create_event: await own.event(),
  }))
  await insertVersions(change.tx, 'hub_tagged_builds', await Promise.all(versions))
}

/**
 * Untags a build (Koji: untagBuild).
 *
 * @throws UserError (409) when the tag does not hold it, unless `isStrict` is false
 */
export async function untagBuild(
  change: HubChange,
  tagName: string,
  nvr: string,
  options: { force?: boolean; isStrict?: boolean } = {},
): Promise<void> {
  const tag = await requireTag(change.tx, tagName)
  const build = await requireBuild(change.tx, nvr)
  await requireTagAccess(change, tag, options.force ?? false)
  await take(change, tag, build, options.isStrict ?? true)
}

/** Moves a build from one tag to another in one change (Koji: moveBuild). */
export async function moveBuild(
  change: HubChange,
  from: string,
  to: string,
  nvr: string,
  options: { force?: boolean } = {},
): Promise<void> {
  await untagBuild(change, from, nvr, options)
  await tagBuild(change, to, nvr, options)
}

async function put(change: HubChange, tag: HubTag, build: HubBuild, force: boolean): Promise<void> {
  requireComplete(build)
  if (await isTagged(change, tag, build)) {
    if (!force) throw new UserError(409, `build ${build.nvr} already tagged (${tag.name})`)
    await take(change, tag, build, true)
  }
  const row = { tag_id: tag.id, build_id: build.id, package_id: build.packageId }
  await insertVersion(change, 'hub_tagged_builds', row)
}

async function take(change: HubChange, tag: HubTag, build: HubBuild, isStrict: boolean): Promise<void> {
  if (await isTagged(change, tag, build))
    await revokeVersions(change, 'hub_tagged_builds', { tag_id: tag.id, build_id: build.id })
  else if (isStrict) throw new UserError(409, `build ${build.nvr} not in tag ${tag.name}`)
}

function requireComplete({ nvr, state }: HubBuild): void {
  if (state !== 'complete')
    throw new UserError(409, `build ${nvr} not complete: state ${state.toUpperCase()}`)
}

async function isTagged(change: HubChange, tag: HubTag, build: HubBuild): Promise<boolean> {
  return (await taggedIn(change, tag, [build])).has(build.id)
}

/** Returns the ids of those of the builds that a tag holds now. */
async function taggedIn(
  { tx }: HubChange,
  tag: HubTag,
  builds: readonly HubBuild[],
): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ id: number }>`
    select build_id as id from hub_tagged_builds
     where tag_id = ${tag.id} and build_id = any(${builds.map(({ id }) => id)}) and revoke_event is null`.execute(
    tx,
  )
  return new Set(rows.map(({ id }) => id))
}

async function requirePackage({ tx }: HubChange, tag: HubTag, { packageId, name }: HubBuild): Promise<void> {
  const entry = (await packagesOf(tx, tag.id, { inherit: true, packages: [name] })).get(packageId)
  if (entry === undefined) throw new UserError(404, `Package ${name} not in list for ${tag.name}`)
  if (entry.blocked) throw new UserError(409, `Package ${name} blocked in ${tag.name}`)
}
