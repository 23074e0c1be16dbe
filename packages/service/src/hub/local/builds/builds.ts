import { sql } from 'kysely'
import type { Database, Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { buildStates, type Build, type BuildState } from '../../hub.ts'
import type { At } from '../versioned.ts'
import { holds } from '../versioned.ts'

/** A build of our own hub. */
export interface HubBuild extends Build {
  id: number
  packageId: number
  types: string[]
  createdAt: Date
  startedAt: Date | null
  completedAt: Date | null
}

export interface BuildRow {
  id: number
  package_id: number
  name: string
  version: string
  release: string
  epoch: number | null
  state: number
  owner: string
  types: string[] | null
  source: string | null
  content_generator: string | null
  created_at: Date
  started_at: Date | null
  completed_at: Date | null
}

/** The columns of a {@link BuildRow}; `b` is the table of builds. */
export const buildColumns =
  sql.raw(`b.id, b.package_id, p.name, b.version, b.release, b.epoch, b.state, u.name as owner,
  (select array_agg(i.type order by i.type) from hub_build_typeinfos i where i.build_id = b.id) as types,
  b.source, g.name as content_generator, b.created_at, b.started_at, b.completed_at`)

export const buildJoins =
  sql.raw(`join hub_packages p on p.id = b.package_id join hub_users u on u.id = b.owner_id
  left join hub_content_generators g on g.id = b.content_generator_id`)

export function presentBuild(row: BuildRow): HubBuild {
  const { name, version, release } = row
  return {
    id: row.id,
    packageId: row.package_id,
    name,
    version,
    release,
    epoch: row.epoch,
    nvr: `${name}-${version}-${release}`,
    state: buildStates[row.state] ?? 'deleted',
    owner: row.owner,
    types: row.types ?? [],
    source: row.source,
    contentGenerator: row.content_generator,
    createdAt: row.created_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  }
}

const nvrPattern = /^(?:\d+:)?(.+)-([^-]+)-([^-]+)$/

/**
 * Splits a name-version-release at its last two dashes.
 *
 * @throws UserError (400) with Koji's message
 */
export function splitNvr(nvr: string): { name: string; version: string; release: string } {
  const [, name, version, release] = nvrPattern.exec(nvr) ?? []
  if (name === undefined || version === undefined || release === undefined)
    throw new UserError(400, `invalid format: ${nvr}`)
  return { name, version, release }
}

/** Finds the build with this name-version-release, or with this id if a number is given. */
export async function findBuild(
  database: Database | Tx,
  build: string | number,
): Promise<HubBuild | undefined> {
  const condition = typeof build === 'number' ? sql`b.id = ${build}` : ofNvr(splitNvr(build))
  const { rows } = await sql<BuildRow>`
    select ${buildColumns} from hub_builds b ${buildJoins} where ${condition}`.execute(database)
  return rows[0] === undefined ? undefined : presentBuild(rows[0])
}

/** Finds the builds with these names that exist. A text that is not a name-version-release finds nothing. */
export async function findBuilds(database: Database | Tx, nvrs: readonly string[]): Promise<HubBuild[]> {
  const parts = nvrs.flatMap((nvr) => (nvrPattern.test(nvr) ? [splitNvr(nvr)] : []))
  if (parts.length === 0) return []
  const column = (key: 'name' | 'version' | 'release') => parts.map((one) => one[key])
  const { rows } = await sql<BuildRow>`
    select distinct ${buildColumns}
      from unnest(${column('name')}::text[], ${column('version')}::text[], ${column('release')}::text[])
             as wanted (name, version, release)
      join hub_packages w on w.name = wanted.name
      join hub_builds b on b.package_id = w.id and b.version = wanted.version and b.release = wanted.release
      ${buildJoins}
     order by b.id`.execute(database)
  return rows.map(presentBuild)
}

/** Finds the builds with these ids. */
export async function buildsById(database: Database | Tx, ids: readonly number[]): Promise<HubBuild[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<BuildRow>`
    select ${buildColumns} from hub_builds b ${buildJoins} where b.id = any(${[...ids]}) order by b.id`.execute(
    database,
  )
  return rows.map(presentBuild)
}

function ofNvr({ name, version, release }: { name: string; version: string; release: string }) {
  return sql`p.name = ${name} and b.version = ${version} and b.release = ${release}`
}

/** @throws UserError (404) with Koji's message */
export async function requireBuild(database: Database | Tx, build: string | number): Promise<HubBuild> {
  const found = await findBuild(database, build)
  if (found === undefined) throw new UserError(404, `No such build: '${build}'`)
  return found
}

/**
 * Finds the builds with these names, each once, in this order.
 *
 * @throws UserError (404) with Koji's message for the first one that does not exist
 */
export async function requireBuilds(database: Database | Tx, nvrs: readonly string[]): Promise<HubBuild[]> {
  const found = new Map((await findBuilds(database, nvrs)).map((build) => [build.nvr, build]))
  const builds = new Map<number, HubBuild>()
  for (const nvr of nvrs) {
    // A name may also have an epoch.
    const build = found.get(nvr) ?? (await requireBuild(database, nvr))
    builds.set(build.id, build)
  }
  return [...builds.values()]
}

/** Filters of a list of builds. */
export interface BuildQuery {
  package?: string
  type?: string
  state?: BuildState
  owner?: string
  contentGenerator?: string
  /** Only complete builds without a tag. */
  untagged?: boolean
}

/** Lists builds, newest first (Koji: listBuilds), and counts them. */
export async function listBuilds(
  database: Database | Tx,
  query: BuildQuery,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ builds: HubBuild[]; total: number }> {
  const conditions = [
    sql`true`,
    ...(query.package === undefined ? [] : [sql`p.name = ${query.package}`]),
    ...(query.state === undefined ? [] : [sql`b.state = ${buildStates.indexOf(query.state)}`]),
    ...(query.owner === undefined ? [] : [sql`u.name = ${query.owner}`]),
    ...(query.contentGenerator === undefined ? [] : [sql`g.name = ${query.contentGenerator}`]),
    ...(query.type === undefined
      ? []
      : [sql`exists (select from hub_build_typeinfos i where i.build_id = b.id and i.type = ${query.type})`]),
    ...(query.untagged === true
      ? [
          sql`b.state = 1 and not exists (
            select from hub_tagged_builds t where t.build_id = b.id and t.revoke_event is null)`,
        ]
      : []),
  ]
  const matching = sql`from hub_builds b ${buildJoins} where ${sql.join(conditions, sql` and `)}`
  const { rows } = await sql<BuildRow>`
    select ${buildColumns} ${matching} order by b.id desc limit ${limit} offset ${offset}`.execute(database)
  const counted = await sql<{ total: number }>`select count(*) as total ${matching}`.execute(database)
  return { builds: rows.map(presentBuild), total: counted.rows[0]?.total ?? 0 }
}

/** Returns the information of builds about one of their types, by build (Koji: getBuildType). */
export async function typeinfosOf(
  database: Database | Tx,
  builds: readonly number[],
  type: string,
): Promise<Map<number, unknown>> {
  const { rows } = await sql<{ build_id: number; typeinfo: unknown }>`
    select build_id, typeinfo from hub_build_typeinfos
     where build_id = any(${[...builds]}) and type = ${type} order by build_id`.execute(database)
  return new Map(rows.map(({ build_id, typeinfo }) => [build_id, typeinfo]))
}

/** Returns the `extra` of a build, as it was given. */
export async function extraOf(database: Database | Tx, build: number): Promise<unknown> {
  const { rows } = await sql<{ extra: unknown }>`select extra from hub_builds where id = ${build}`.execute(
    database,
  )
  return rows[0]?.extra ?? null
}

/** A package of a build. Its file is in the artifact store. */
export interface HubRpm {
  id: number
  buildId: number
  nevra: string
  name: string
  arch: string
  size: number
  sha256: string
  sigmd5: string
  buildrootId: number | null
}

/**
 * Returns the packages of builds, sorted by NEVRA.
 *
 * @param names of packages; default: all packages
 */
export async function rpmsOf(
  database: Database | Tx,
  builds: readonly { id: number }[],
  names?: readonly string[],
): Promise<HubRpm[]> {
  if (builds.length === 0) return []
  const named = names === undefined ? sql`true` : sql`name = any(${[...names]})`
  const { rows } = await sql<HubRpm>`
    select id, build_id as "buildId", nevra, name, arch, size, sha256, sigmd5, buildroot_id as "buildrootId"
      from hub_rpms where build_id = any(${builds.map(({ id }) => id)}) and ${named}
     order by nevra collate "C", build_id`.execute(database)
  return rows
}

/** Returns the tags that now hold the build of a package, found by the package's `N-V-R.A`. */
export async function tagsWithRpm(database: Database | Tx, nvra: string): Promise<string[]> {
  const [, name, version, release, arch] = /^(.+)-([^-]+)-([^-]+)\.([^.]+)$/.exec(nvra) ?? []
  if (name === undefined) return []
  const { rows } = await sql<{ name: string }>`
    select distinct t.name
      from hub_rpms r
      join hub_tagged_builds tb on tb.build_id = r.build_id and tb.revoke_event is null
      join hub_tags t on t.id = tb.tag_id
     where r.name = ${name} and r.version = ${version} and r.release = ${release} and r.arch = ${arch}
     order by t.name`.execute(database)
  return rows.map((row) => row.name)
}

/** Returns the packages inside the archives of a build that this hub has, sorted by NEVRA. */
export async function rpmsOfArchives(database: Database | Tx, build: number): Promise<HubRpm[]> {
  const { rows } = await sql<HubRpm>`
    select distinct r.id, r.build_id as "buildId", r.nevra, r.name, r.arch, r.size, r.sha256, r.sigmd5,
        r.buildroot_id as "buildrootId", r.nevra collate "C" as place
      from hub_archives a join hub_archive_rpms c on c.archive_id = a.id join hub_rpms r on r.id = c.rpm_id
     where a.build_id = ${build} order by place, r.id`.execute(database)
  return rows
}

/** A file of a build that is not a package: a document, an image. */
export interface HubArchive {
  id: number
  type: string
  filename: string
  subdir: string
  arch: string | null
  size: number
  checksumType: string
  checksum: string
  sha256: string
  extra: unknown
  /** Ids of the packages inside it that this hub has. */
  rpms: number[]
}

/** Returns the archives of a build, by type and name (Koji: listArchives). */
export async function archivesOf(database: Database | Tx, build: number): Promise<HubArchive[]> {
  const { rows } = await sql<HubArchive>`
    select a.id, a.type, a.filename, a.subdir, a.arch, a.size, a.checksum_type as "checksumType", a.checksum, a.sha256,
        a.extra, coalesce((select array_agg(r.rpm_id order by r.rpm_id) from hub_archive_rpms r where r.archive_id = a.id), '{}') as rpms
      from hub_archives a where a.build_id = ${build}
     order by a.type, a.subdir, a.filename collate "C"`.execute(database)
  return rows
}

/** A log of a build. */
export interface HubLog {
  subdir: string
  filename: string
  size: number
  sha256: string
}

/** Returns the logs of a build, by name (Koji: getBuildLogs). */
export async function logsOf(database: Database | Tx, build: number): Promise<HubLog[]> {
  const { rows } = await sql<HubLog>`
    select subdir, filename, size, sha256 from hub_logs where build_id = ${build}
     order by subdir collate "C", filename collate "C"`.execute(database)
  return rows
}

/** The buildroot of a package or archive. */
export interface HubBuildroot {
  id: number
  hostOs: string | null
  hostArch: string
  containerType: string
  containerArch: string
  generatorVersion: string | null
  tools: unknown
  extra: unknown
  /** The digest of its record, which lists the installed packages; for our own builds also sources and macros. */
  recordSha256: string
}

/** Returns the buildroots of a build, in the order in which they were given. */
export async function buildrootsOf(database: Database | Tx, build: number): Promise<HubBuildroot[]> {
  const { rows } = await sql<HubBuildroot>`
    select id, host_os as "hostOs", host_arch as "hostArch", container_type as "containerType",
        container_arch as "containerArch", content_generator_version as "generatorVersion", tools, extra,
        record_sha256 as "recordSha256"
      from hub_buildroots where build_id = ${build} order by id`.execute(database)
  return rows
}

/** Returns the names of the tags that hold a build directly. */
export async function tagNamesOf(database: Database | Tx, build: number, at?: At): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select t.name from hub_tagged_builds tb join hub_tags t on t.id = tb.tag_id
     where tb.build_id = ${build} and ${holds('tb', at)} order by t.name collate "C"`.execute(database)
  return rows.map(({ name }) => name)
}
