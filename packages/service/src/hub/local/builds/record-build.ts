import { sql } from 'kysely'
import { idOf, type Database, type Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { buildStates, type BuildName } from '../../hub.ts'
import { extraOf, findBuild, rpmsOf, type HubBuild, type HubBuildroot, type HubLog } from './builds.ts'
import type { HubChange } from '../change.ts'
import { packageIdOf } from '../tags/packages.ts'

/** A file in the artifact store. */
export interface StoredFile {
  sha256: string
  size: number
}

/** A package of a new build, named as in its header. */
export interface NewRpm extends StoredFile {
  nevra: string
  name: string
  version: string
  release: string
  epoch: number | null
  arch: string
  sigmd5: string
  builtAt: Date | null
  /** Index of the buildroot that the package comes from. */
  buildroot?: number
  extra?: unknown
}

/** A file of a new build that is not a package. */
export interface NewArchive extends StoredFile {
  type: string
  filename: string
  subdir: string
  arch: string | null
  checksumType: string
  checksum: string
  buildroot?: number
  extra?: unknown
  /** Ids of the packages and archives inside it. */
  rpms: readonly number[]
  archives: readonly number[]
}

/** A buildroot of a new build. */
export type NewBuildroot = Omit<HubBuildroot, 'id' | 'recordSha256'> & { record: StoredFile }

/** A build with everything that belongs to it. Its files are already in the artifact store. */
export interface NewBuild {
  name: string
  version: string
  release: string
  epoch: number | null
  owner: string
  generatorId: number | null
  source: string | null
  extra: Record<string, unknown> | null
  startedAt: Date | null
  completedAt: Date
  types: ReadonlyMap<string, unknown>
  buildroots: readonly NewBuildroot[]
  rpms: readonly NewRpm[]
  archives: readonly NewArchive[]
  logs: readonly HubLog[]
  /** The metadata of the import; null for builds of our own builders. */
  metadata: StoredFile | null
}

/**
 * Records a complete build of known types.
 *
 * @param reserved id of the reservation that the build completes
 * @throws UserError with Koji's message: the name is taken (409), or a part of it is invalid (400)
 */
export async function recordBuild(change: HubChange, build: NewBuild, reserved?: number): Promise<HubBuild> {
  const id = await insertBuild(change, build, reserved ?? (await takeName(change, build)))
  const found = await findBuild(change.tx, id)
  if (found === undefined) throw new Error(`the build ${id} was not recorded`)
  return found
}

/**
 * Records a build, and returns its id.
 *
 * @param row the row that has the build's name; without it, no row has this name
 */
async function insertBuild(change: HubChange, build: NewBuild, row?: number): Promise<number> {
  const { tx } = change
  const id = await insertRow(change, build, row)
  const buildroots: number[] = []
  for (const buildroot of build.buildroots) buildroots.push(await insertBuildroot(tx, id, buildroot))
  const ofBuildroot = (index: number | undefined) =>
    index === undefined ? null : (buildroots[index] ?? null)
  if (build.rpms.length > 0) await requireUnique(tx, build.rpms)
  await insertRpms(
    tx,
    id,
    build.rpms.map((rpm) => ({ ...rpm, buildrootId: ofBuildroot(rpm.buildroot) })),
  )
  for (const archive of build.archives) await insertArchive(tx, id, archive, ofBuildroot(archive.buildroot))
  for (const { subdir, filename, size, sha256 } of build.logs)
    await sql`insert into hub_logs (build_id, subdir, filename, size, sha256)
      values (${id}, ${subdir}, ${filename}, ${size}, ${sha256})`.execute(tx)
  return id
}

/** Inserts or completes the row of a build, with its types. */
async function insertRow(change: HubChange, build: NewBuild, row?: number): Promise<number> {
  const { name, version, release, epoch, generatorId, source, startedAt, completedAt } = build
  const complete = buildStates.indexOf('complete')
  const owner = await change.userId(build.owner)
  const extra = jsonOrNull(build.extra)
  const metadata = build.metadata?.sha256 ?? null
  const written =
    row === undefined
      ? sql`
        insert into hub_builds (package_id, version, release, epoch, state, owner_id, content_generator_id, source,
          extra, created_at, started_at, completed_at, metadata_sha256)
        values (${await packageIdOf(change.tx, name)}, ${version}, ${release}, ${epoch}, ${complete}, ${owner},
          ${generatorId}, ${source}, ${extra}, ${change.now}, ${startedAt}, ${completedAt}, ${metadata})`
      : sql`
        update hub_builds set state = ${complete}, epoch = ${epoch}, owner_id = ${owner},
            content_generator_id = ${generatorId}, source = ${source}, extra = ${extra},
            started_at = coalesce(started_at, ${startedAt}), completed_at = ${completedAt}, token = null,
            metadata_sha256 = ${metadata}
         where id = ${row}`
  const infos = [...build.types.values()].map(jsonOrNull)
  return idOf(
    await sql<{ id: number }>`
      with written as (${written} returning id),
        typed as (insert into hub_build_typeinfos (build_id, type, typeinfo)
          select id, type, typeinfo from written,
            unnest(${[...build.types.keys()]}::text[], ${infos}::jsonb[]) as types (type, typeinfo))
      select id from written`.execute(change.tx),
  )
}

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

/**
 * Inserts a row for a build, if its name is free. The name of a failed or canceled build without tags and content is
 * free; its row is used again (Koji: new_build).
 */
export async function takeName(change: HubChange, build: BuildName): Promise<number> {
  const { tx } = change
  requireParts(build)
  const existing = await findBuild(tx, `${build.name}-${build.version}-${build.release}`)
  if (existing !== undefined) {
    if (!(await isFree(tx, existing))) throw alreadyThere(existing)
    await sql`delete from hub_build_typeinfos where build_id = ${existing.id}`.execute(tx)
    await sql`
      update hub_builds set state = 0, epoch = ${build.epoch}, token = null, metadata_sha256 = null, started_at = null,
          completed_at = null, extra = null, created_at = ${change.now},
          owner_id = ${await change.userId(change.caller.name)}
       where id = ${existing.id}`.execute(tx)
    return existing.id
  }
  return idOf(
    await sql<{ id: number }>`
      insert into hub_builds (package_id, version, release, epoch, state, owner_id, created_at)
      values (${await packageIdOf(tx, build.name)}, ${build.version}, ${build.release}, ${build.epoch}, 0,
        ${await change.userId(change.caller.name)}, ${change.now})
      returning id`.execute(tx),
  )
}

/** Upstream's service accepts this message as success. */
export function alreadyThere({ nvr, id }: HubBuild): UserError {
  return new UserError(409, `Build already exists: ${nvr} (id=${id})`)
}

async function isFree(tx: Tx, { id, state }: HubBuild): Promise<boolean> {
  if (state !== 'failed' && state !== 'canceled') return false
  const { rows } = await sql`
    select from hub_builds b where b.id = ${id}
       and not exists (select from hub_tagged_builds t where t.build_id = b.id)
       and not exists (select from hub_rpms r where r.build_id = b.id)
       and not exists (select from hub_archives a where a.build_id = b.id)`.execute(tx)
  return rows.length > 0
}

/** The characters that a part of a build's name may have. The name stands in paths and URLs. */
const part = /^[A-Za-z0-9_.+~^-]{1,256}$/

export function requireParts({ name, version, release }: BuildName): void {
  for (const [key, value] of Object.entries({ version, release }))
    if (value.includes('-'))
      throw new UserError(400, `The "-" character not allowed in ${key} field`, `build.${key}`)
  for (const [key, value] of Object.entries({ name, version, release }))
    if (!part.test(value) || /^[-.~^]/.test(value))
      throw new UserError(400, `${JSON.stringify(value)} cannot be the ${key} of a build`, `build.${key}`)
}

async function insertBuildroot(tx: Tx, buildId: number, buildroot: NewBuildroot): Promise<number> {
  const inserted = await sql<{ id: number }>`
    insert into hub_buildroots (build_id, host_os, host_arch, container_type, container_arch,
      content_generator_version, tools, extra, record_sha256)
    values (${buildId}, ${buildroot.hostOs}, ${buildroot.hostArch}, ${buildroot.containerType},
      ${buildroot.containerArch}, ${buildroot.generatorVersion}, ${JSON.stringify(buildroot.tools)},
      ${JSON.stringify(buildroot.extra)}, ${buildroot.record.sha256})
    returning id`.execute(tx)
  return idOf(inserted)
}

/**
 * Makes sure that the names of packages are free. In the whole hub a name, version, release and arch stand for one
 * content (Koji: the key of rpminfo), so that a package of one module can never replace a package of another. The epoch
 * does not distinguish packages. The caller holds the hub's lock, so no other transaction records packages meanwhile.
 *
 * @throws UserError (409) for the first package whose name is taken
 */
async function requireUnique(tx: Tx, rpms: readonly NewRpm[]): Promise<void> {
  const seen = new Set<string>()
  for (const nvra of rpms.map(nvraOf)) {
    if (seen.has(nvra))
      throw new UserError(409, `${nvra} is in the build twice; a package's file name stands for one content`)
    seen.add(nvra)
  }
  const column = (key: 'name' | 'version' | 'release' | 'arch') => rpms.map((rpm) => rpm[key])
  const { rows } = await sql<{ nevra: string; nvr: string }>`
    select r.nevra, p.name || '-' || b.version || '-' || b.release as nvr
      from unnest(${column('name')}::text[], ${column('version')}::text[], ${column('release')}::text[], ${column('arch')}::text[])
             as wanted (name, version, release, arch)
      join hub_rpms r using (name, version, release, arch)
      join hub_builds b on b.id = r.build_id join hub_packages p on p.id = b.package_id
     order by r.id limit 1`.execute(tx)
  const [taken] = rows
  if (taken !== undefined)
    throw new UserError(
      409,
      `${taken.nevra} is a package of the build ${taken.nvr} already; a package's name, version, release and arch stand for one content: build it with another Release`,
    )
}

function nvraOf({ name, version, release, arch }: NewRpm): string {
  return `${name}-${version}-${release}.${arch}`
}

/** Whether a build has all these packages with the same content. Signatures do not count. */
export async function holdsPackages(
  database: Database | Tx,
  build: HubBuild,
  rpms: readonly Pick<NewRpm, 'nevra' | 'sigmd5'>[],
): Promise<boolean> {
  const own = new Map((await rpmsOf(database, [build])).map(({ nevra, sigmd5 }) => [nevra, sigmd5]))
  return rpms.every(({ nevra, sigmd5 }) => own.get(nevra) === sigmd5)
}

async function insertRpms(
  tx: Tx,
  buildId: number,
  rpms: readonly (NewRpm & { buildrootId: number | null })[],
): Promise<void> {
  if (rpms.length === 0) return
  const column = <Key extends keyof (typeof rpms)[number]>(key: Key) => rpms.map((rpm) => rpm[key])
  const extras = rpms.map(({ extra }) => (extra === undefined ? null : JSON.stringify(extra)))
  await sql`
    insert into hub_rpms (build_id, buildroot_id, nevra, name, version, release, epoch, arch, size, sha256, sigmd5,
      built_at, extra)
    select ${buildId}::integer, * from unnest(${column('buildrootId')}::integer[], ${column('nevra')}::text[],
      ${column('name')}::text[], ${column('version')}::text[], ${column('release')}::text[],
      ${column('epoch')}::integer[], ${column('arch')}::text[], ${column('size')}::bigint[],
      ${column('sha256')}::text[], ${column('sigmd5')}::text[], ${column('builtAt')}::timestamptz[],
      ${extras}::jsonb[])`.execute(tx)
}

async function insertArchive(
  tx: Tx,
  buildId: number,
  archive: NewArchive,
  buildrootId: number | null,
): Promise<void> {
  const inserted = await sql<{ id: number }>`
    insert into hub_archives (build_id, buildroot_id, type, filename, subdir, arch, size, checksum_type, checksum,
      sha256, extra)
    values (${buildId}, ${buildrootId}, ${archive.type}, ${archive.filename}, ${archive.subdir}, ${archive.arch},
      ${archive.size}, ${archive.checksumType}, ${archive.checksum}, ${archive.sha256},
      ${archive.extra === undefined ? null : JSON.stringify(archive.extra)})
    returning id`.execute(tx)
  const id = idOf(inserted)
  await sql`insert into hub_archive_rpms (archive_id, rpm_id)
    select ${id}::integer, unnest(${[...archive.rpms]}::integer[]) on conflict do nothing`.execute(tx)
  await sql`insert into hub_archive_files (archive_id, component_id)
    select ${id}::integer, unnest(${[...archive.archives]}::integer[]) on conflict do nothing`.execute(tx)
}

/** A build of packages only, made by one of our own builders. */
export type OwnBuild = BuildName &
  Pick<NewBuild, 'source' | 'rpms' | 'buildroots' | 'logs'> & { madeBy?: OwnAttempt }

/** The attempt that made a build. */
export interface OwnAttempt {
  /** Dist tag of the module build. No other module build makes packages with this tag. */
  distTag: string
  /** A later attempt has a higher number. */
  number: number
}

/**
 * Records a build of one of our own builders. The same packages again change nothing. A later attempt of the same
 * module build replaces a build that no tag ever held: an operator had given up its attempt.
 *
 * @returns its name-version-release
 * @throws UserError (422) when a build of this name has other packages
 */
export async function recordOwnBuild(change: HubChange, build: OwnBuild): Promise<string> {
  const { name, version, release } = build
  const nvr = `${name}-${version}-${release}`
  const existing = await findBuild(change.tx, nvr)
  if (existing?.state === 'complete') {
    const sameNumber = (await rpmsOf(change.tx, [existing])).length === build.rpms.length
    if (sameNumber && (await holdsPackages(change.tx, existing, build.rpms))) return nvr
    if (!(await givesWay(change.tx, existing, build)))
      throw new UserError(
        422,
        `${nvr} was built before, with other content; does its Release end in %{?dist}?`,
      )
    await discardBuild(change, nvr)
  }
  const whole: NewBuild = {
    ...build,
    owner: change.caller.name,
    generatorId: null,
    extra: build.madeBy === undefined ? null : { attempt: build.madeBy.number },
    startedAt: null,
    completedAt: change.now,
    types: new Map([['rpm', null]]),
    archives: [],
    metadata: null,
  }
  requireParts(build)
  await insertBuild(change, whole, existing === undefined ? undefined : await takeName(change, build))
  return nvr
}

/**
 * Returns whether a recorded build may be replaced. Its dist tag shows that the same module build made both. A tagged
 * build may be in a build root, a module or a compose, so it stays.
 */
async function givesWay(tx: Tx, existing: HubBuild, { release, madeBy }: OwnBuild): Promise<boolean> {
  if (madeBy === undefined || !`.${release}.`.includes(`.${madeBy.distTag}.`)) return false
  if (existing.contentGenerator !== null || (await wasTagged(tx, existing))) return false
  const { attempt = 0 } = ((await extraOf(tx, existing.id)) ?? {}) as { attempt?: number }
  return attempt < madeBy.number
}

async function wasTagged(tx: Tx, { id }: HubBuild): Promise<boolean> {
  const { rows } = await sql`select from hub_tagged_builds where build_id = ${id} limit 1`.execute(tx)
  return rows.length > 0
}

/**
 * Removes the content of a build that was never tagged, so that its name is free again.
 *
 * @throws UserError (409) when it has been tagged
 */
export async function discardBuild(change: HubChange, nvr: string): Promise<void> {
  const { tx } = change
  const build = await findBuild(tx, nvr)
  if (build === undefined) return
  if (await wasTagged(tx, build)) throw alreadyThere(build)
  const archives = sql`(select id from hub_archives where build_id = ${build.id})`
  const rpms = sql`(select id from hub_rpms where build_id = ${build.id})`
  await sql`delete from hub_archive_rpms where archive_id in ${archives} or rpm_id in ${rpms}`.execute(tx)
  await sql`delete from hub_archive_files where archive_id in ${archives} or component_id in ${archives}`.execute(
    tx,
  )
  await sql`delete from hub_rpm_signatures where rpm_id in ${rpms}`.execute(tx)
  for (const table of ['hub_archives', 'hub_rpms', 'hub_logs', 'hub_buildroots', 'hub_build_typeinfos'])
    await sql`delete from ${sql.table(table)} where build_id = ${build.id}`.execute(tx)
  await sql`
    update hub_builds set state = ${buildStates.indexOf('canceled')}, metadata_sha256 = null where id = ${build.id}`.execute(
    tx,
  )
}
