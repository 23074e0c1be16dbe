import { sql } from 'kysely'
import type { Database, Tx } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import type { At } from '../versioned.ts'
import { holds } from '../versioned.ts'

/** Koji's states of builds, at their numbers. */
export const buildStates = ['building', 'complete', 'deleted', 'failed', 'canceled'] as const
export type BuildState = (typeof buildStates)[number]

/** What has been built, as one thing that can be tagged. */
export interface HubBuild {
  id: number
  packageId: number
  name: string
  version: string
  release: string
  epoch: number | null
  nvr: string
  state: BuildState
  owner: string
  /** `rpm`, `module`, `image`: what is in it. */
  types: string[]
  source: string | null
  contentGenerator: string | null
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

/** The columns of a {@link BuildRow}, where `b` is the build. */
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

/**
 * The parts of a name-version-release: the last two dashes part them.
 *
 * @throws UserError (400) in Koji's words
 */
export function splitNvr(nvr: string): { name: string; version: string; release: string } {
  const [, name, version, release] = /^(?:\d+:)?(.+)-([^-]+)-([^-]+)$/.exec(nvr) ?? []
  if (name === undefined || version === undefined || release === undefined)
    throw new UserError(400, `invalid format: ${nvr}`)
  return { name, version, release }
}

/** The build of this name-version-release, or of this id where a number is given. */
export async function findBuild(
  database: Database | Tx,
  build: string | number,
): Promise<HubBuild | undefined> {
  const condition = typeof build === 'number' ? sql`b.id = ${build}` : ofNvr(splitNvr(build))
  const { rows } = await sql<BuildRow>`
    select ${buildColumns} from hub_builds b ${buildJoins} where ${condition}`.execute(database)
  return rows[0] === undefined ? undefined : presentBuild(rows[0])
}

function ofNvr({ name, version, release }: { name: string; version: string; release: string }) {
  return sql`p.name = ${name} and b.version = ${version} and b.release = ${release}`
}

/** @throws UserError (404) in Koji's words */
export async function requireBuild(database: Database | Tx, build: string | number): Promise<HubBuild> {
  const found = await findBuild(database, build)
  if (found === undefined) throw new UserError(404, `No such build: '${build}'`)
  return found
}

/** Which builds are listed. */
export interface BuildQuery {
  package?: string
  type?: string
  state?: BuildState
  owner?: string
  contentGenerator?: string
  /** Only those with no tag. */
  untagged?: boolean
  /** Only those with a lower id, for the next page. */
  before?: number
  limit: number
}

/** Builds, the newest first (Koji: listBuilds). */
export async function listBuilds(database: Database | Tx, query: BuildQuery): Promise<HubBuild[]> {
  const conditions = [
    sql`true`,
    ...(query.package === undefined ? [] : [sql`p.name = ${query.package}`]),
    ...(query.state === undefined ? [] : [sql`b.state = ${buildStates.indexOf(query.state)}`]),
    ...(query.owner === undefined ? [] : [sql`u.name = ${query.owner}`]),
    ...(query.contentGenerator === undefined ? [] : [sql`g.name = ${query.contentGenerator}`]),
    ...(query.before === undefined ? [] : [sql`b.id < ${query.before}`]),
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
  const { rows } = await sql<BuildRow>`
    select ${buildColumns} from hub_builds b ${buildJoins} where ${sql.join(conditions, sql` and `)}
     order by b.id desc limit ${query.limit}`.execute(database)
  return rows.map(presentBuild)
}

/** What a build says of one of its types, by build (Koji: getBuildType). */
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

/** The `extra` of a build, as it was given. */
export async function extraOf(database: Database | Tx, build: number): Promise<unknown> {
  const { rows } = await sql<{ extra: unknown }>`select extra from hub_builds where id = ${build}`.execute(
    database,
  )
  return rows[0]?.extra ?? null
}

/** A package of a build. Its file is in the store of artifacts. */
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

/** The file name of a package: that of its header. */
export function rpmFileName({ nevra }: Pick<HubRpm, 'nevra'>): string {
  return `${nevra.replace(/^(.+)-\d+:([^:]+)$/, '$1-$2')}.rpm`
}

/**
 * The packages of builds, by NEVRA.
 *
 * @param names of packages; without it all are given
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

/** The tags that hold the build of a package now, by the package's `N-V-R.A`. */
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

/** The packages that the archives of a build have in them, as far as they are known here, by NEVRA. */
export async function rpmsOfArchives(database: Database | Tx, build: number): Promise<HubRpm[]> {
  const { rows } = await sql<HubRpm>`
    select distinct r.id, r.build_id as "buildId", r.nevra, r.name, r.arch, r.size, r.sha256, r.sigmd5,
        r.buildroot_id as "buildrootId", r.nevra collate "C" as place
      from hub_archives a join hub_archive_rpms c on c.archive_id = a.id join hub_rpms r on r.id = c.rpm_id
     where a.build_id = ${build} order by place, r.id`.execute(database)
  return rows
}

/** A file of a build that is no package: a document, an image. */
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
  /** Ids of the packages in it that are known here. */
  rpms: number[]
}

/** The archives of a build, by type and name (Koji: listArchives). */
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

/** The logs of a build, by name (Koji: getBuildLogs). */
export async function logsOf(database: Database | Tx, build: number): Promise<HubLog[]> {
  const { rows } = await sql<HubLog>`
    select subdir, filename, size, sha256 from hub_logs where build_id = ${build}
     order by subdir collate "C", filename collate "C"`.execute(database)
  return rows
}

/** Where something was built. */
export interface HubBuildroot {
  id: number
  hostOs: string | null
  hostArch: string
  containerType: string
  containerArch: string
  generatorVersion: string | null
  tools: unknown
  extra: unknown
  /** The digest of its record: what was installed, and for our own builds sources and macros. */
  recordSha256: string
}

/** The buildroots of a build, in the order in which they were given. */
export async function buildrootsOf(database: Database | Tx, build: number): Promise<HubBuildroot[]> {
  const { rows } = await sql<HubBuildroot>`
    select id, host_os as "hostOs", host_arch as "hostArch", container_type as "containerType",
        container_arch as "containerArch", content_generator_version as "generatorVersion", tools, extra,
        record_sha256 as "recordSha256"
      from hub_buildroots where build_id = ${build} order by id`.execute(database)
  return rows
}

/** The names of the tags that hold a build directly. */
export async function tagNamesOf(database: Database | Tx, build: number, at?: At): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select t.name from hub_tagged_builds tb join hub_tags t on t.id = tb.tag_id
     where tb.build_id = ${build} and ${holds('tb', at)} order by t.name collate "C"`.execute(database)
  return rows.map(({ name }) => name)
}
