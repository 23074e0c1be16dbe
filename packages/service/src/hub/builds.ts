import type { Selectable } from 'kysely'
import type { Database, Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { hubTables, inheritanceOrder, tagId, type HubTables } from './store.ts'

/** A file of a build. `path` is absolute. */
export interface HubRpm {
  nevra: string
  name: string
  arch: string
  path: string
  size: number
  sha256: string
}

/** A build as one thing that can be tagged: what is in it, and for a module its document in `extra`. */
export interface NewBuild {
  name: string
  version: string
  release: string
  type: 'rpm' | 'module'
  source?: string
  extra: Record<string, unknown>
  rpms: readonly HubRpm[]
}

export interface TaggedBuild {
  id: number
  nvr: string
  name: string
  type: 'rpm' | 'module'
  extra: Record<string, unknown>
  /** The tag in the inheritance that it was found in. */
  tag: string
}

/**
 * Records a build once. The same build again changes nothing, but for a module's document: an earlier try at the
 * same name, version and release did not become a module.
 *
 * @throws UserError (422) when there is a build of this name, version and release with other packages
 */
export async function importBuild(tx: Tx, build: NewBuild, now: Date): Promise<void> {
  const { name, version, release, type, extra, rpms } = build
  const row = await hubTables(tx)
    .insertInto('hub_builds')
    .values({ name, version, release, type, source: build.source ?? null, extra, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) return confirmBuild(tx, build)
  if (rpms.length === 0) return
  await hubTables(tx)
    .insertInto('hub_rpms')
    .values(rpms.map((rpm) => ({ ...rpm, build_id: row.id })))
    .execute()
}

async function confirmBuild(tx: Tx, { name, version, release, type, extra, rpms }: NewBuild): Promise<void> {
  const nvr = `${name}-${version}-${release}`
  const existing = await findBuild(tx, nvr)
  if (existing === undefined) throw new Error(`the build ${nvr} has gone`)
  const digests = (list: readonly HubRpm[]) =>
    list
      .map(({ nevra, sha256 }) => `${nevra} ${sha256}`)
      .sort()
      .join('\n')
  if (digests(await rpmsOf(tx, [existing])) !== digests(rpms))
    throw new UserError(422, `${nvr} was built before, with other content; does its Release end in %{?dist}?`)
  if (type === 'module')
    await hubTables(tx).updateTable('hub_builds').set({ extra }).where('id', '=', existing.id).execute()
}

/** The build of this name-version-release, or undefined. */
export async function findBuild(database: Database | Tx, nvr: string): Promise<{ id: number } | undefined> {
  const { name, version, release } = splitNvr(nvr)
  return hubTables(database)
    .selectFrom('hub_builds')
    .select('id')
    .where('name', '=', name)
    .where('version', '=', version)
    .where('release', '=', release)
    .executeTakeFirst()
}

/** Tags builds; those that have the tag already keep it. */
export async function tagBuilds(tx: Tx, tag: string, nvrs: readonly string[], now: Date): Promise<void> {
  const id = await tagId(tx, tag)
  for (const nvr of nvrs) {
    const build = await findBuild(tx, nvr)
    if (build === undefined) throw new Error(`there is no build ${nvr} to tag with ${tag}`)
    await hubTables(tx)
      .insertInto('hub_tagged_builds')
      .values({ tag_id: id, build_id: build.id, tagged_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** The builds of a tag, newest tagging first; with `inherit` those of its parents too, nearer tags first. */
export async function listTagged(
  database: Database | Tx,
  tag: string,
  options: { inherit: boolean; type: 'rpm' | 'module' },
): Promise<TaggedBuild[]> {
  const chain = await inheritanceOrder(database, tag)
  const tags = options.inherit ? chain : chain.slice(0, 1)
  if (tags.length === 0) return []
  const rows = await hubTables(database)
    .selectFrom('hub_tagged_builds')
    .innerJoin('hub_builds', 'hub_builds.id', 'hub_tagged_builds.build_id')
    .selectAll('hub_builds')
    .select('hub_tagged_builds.tag_id')
    .where('hub_builds.type', '=', options.type)
    .where(
      'hub_tagged_builds.tag_id',
      'in',
      tags.map(({ id }) => id),
    )
    .orderBy('tagged_at', 'desc')
    .orderBy('hub_builds.id', 'desc')
    .execute()
  return tags.flatMap(({ id, name }) =>
    rows.filter((row) => row.tag_id === id).map((row) => present(row, name)),
  )
}

function present(row: Selectable<HubTables['hub_builds']>, tag: string): TaggedBuild {
  const nvr = `${row.name}-${row.version}-${row.release}`
  return { id: row.id, nvr, name: row.name, type: row.type, extra: row.extra, tag }
}

/** The RPM files of builds, sorted by NEVRA. */
export async function rpmsOf(database: Database | Tx, builds: readonly { id: number }[]): Promise<HubRpm[]> {
  if (builds.length === 0) return []
  return hubTables(database)
    .selectFrom('hub_rpms')
    .select(['nevra', 'name', 'arch', 'path', 'size', 'sha256'])
    .where(
      'build_id',
      'in',
      builds.map(({ id }) => id),
    )
    .orderBy('nevra')
    .execute()
}

function splitNvr(nvr: string): { name: string; version: string; release: string } {
  const match = /^(.+)-([^-]+)-([^-]+)$/.exec(nvr)
  if (match === null) throw new Error(`no name-version-release: ${nvr}`)
  const [, name = '', version = '', release = ''] = match
  return { name, version, release }
}
