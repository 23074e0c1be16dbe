import { sql } from 'kysely'
import { formatNevra, formatNvra, readRpmHeader } from '@mbs/rpm'
import type { Artifacts } from '../../artifacts/index.ts'
import type { Caller } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import { inTransaction, type Database, type Tx } from '../../database/index.ts'
import { messageOf, UserError } from '../../errors.ts'
import { requireGeneratorAccess } from '../access.ts'
import { findBuild, type HubBuild } from '../builds/builds.ts'
import { HubChange } from '../change.ts'
import {
  alreadyThere,
  recordBuild,
  requireParts,
  type NewArchive,
  type NewBuild,
  type NewBuildroot,
  type NewRpm,
  type StoredFile,
} from '../builds/record-build.ts'
import { matchComponents, type Matches } from './components.ts'
import {
  archiveTypeOf,
  buildrootIndexOf,
  checkBuildroots,
  generatorOf,
  momentOf,
  readMetadata,
  subdirOf,
  typesOf,
  uploadPathOf,
  type GeneratorMetadata,
  type GeneratorOutput,
} from './metadata.ts'
import { requireReservation } from './reservations.ts'

/** A file that came with an import, in the store already. */
export interface UploadedFile extends StoredFile {
  md5: string
  adler32: string
}

/** The parts of the world that an import touches. */
export interface ImportWorld {
  database: Database
  artifacts: Artifacts
  clock: Clock
}

/** What somebody brings in. */
export interface ContentImport {
  metadata: unknown
  /** By the path under which the metadata name them. */
  files: ReadonlyMap<string, UploadedFile>
  /** Of the reservation that it completes. */
  token?: string
}

/** What the hub has to say of an import. */
const importLog = 'cg_import.log'

/** Content that has passed all checks that need no file. */
interface Checked {
  metadata: GeneratorMetadata
  types: ReadonlyMap<string, unknown>
  buildroots: Matches[]
  outputs: Matches[]
  /** A complete build of this name, which may be this one. */
  existing: HubBuild | undefined
}

/**
 * Brings a build in by content-generator metadata, version 0 (Koji: CGImport): checks everything, then records it in one
 * transaction. The same import again gives the same build.
 *
 * @throws UserError in the hub's words, for the first thing that is wrong
 */
export async function importContent(
  world: ImportWorld,
  caller: Caller,
  content: ContentImport,
): Promise<HubBuild> {
  const { database, artifacts, clock } = world
  const checked = await checkImport(world, caller, content)
  const metadata = await artifacts.putText(canonical(checked.metadata))
  const { existing } = checked
  if (existing !== undefined && !(await isOfMetadata(database, existing, metadata)))
    throw alreadyThere(existing)
  if (existing !== undefined && content.files.size === 0) throw alreadyThere(existing)
  const build = await assembleBuild(world, caller, checked, content, metadata)
  if (existing !== undefined) return existing
  return inTransaction(database, 'import content', async (tx) => {
    const change = await HubChange.begin(tx, caller, clock.now())
    const generatorId = await requireGeneratorAccess(change, generatorOf(checked.metadata))
    const reserved = await claimName(tx, checked.metadata, content.token, generatorId)
    // Whoever repeats an import may have been faster.
    if (reserved !== undefined && reserved.state !== 'building') {
      if (await isOfMetadata(tx, reserved, metadata)) return reserved
      throw alreadyThere(reserved)
    }
    if (reserved === undefined) return recordBuild(change, { ...build, generatorId })
    const epoch = checked.metadata.build.epoch === undefined ? reserved.epoch : build.epoch
    return recordBuild(change, { ...build, generatorId, epoch, completedAt: change.now }, reserved.id)
  })
}

/**
 * Looks at all that can be known of an import before its files are there.
 *
 * @throws UserError in the hub's words and order
 */
export async function checkImport(
  { database, clock }: ImportWorld,
  caller: Caller,
  content: Pick<ContentImport, 'metadata' | 'token'>,
): Promise<Checked> {
  const metadata = readMetadata(content.metadata)
  return inTransaction(database, 'check import', async (tx) => {
    // Without the lock: all that may have changed meanwhile is looked at again when the build is recorded.
    const change = HubChange.withoutLock(tx, caller, clock.now())
    const generatorId = await requireGeneratorAccess(change, generatorOf(metadata))
    const claimed = await claimName(tx, metadata, content.token, generatorId)
    requireParts({ ...metadata.build, epoch: null })
    await requireOwner(tx, metadata, caller)
    const types = typesOf(metadata)
    await requireTypes(tx, types)
    checkBuildroots(metadata)
    const buildroots: Matches[] = []
    for (const { components } of metadata.buildroots) buildroots.push(await matchComponents(tx, components))
    const outputs: Matches[] = []
    for (const { components = [] } of metadata.output) outputs.push(await matchComponents(tx, components))
    const existing = claimed?.state === 'building' ? undefined : claimed
    return { metadata, types, buildroots, outputs, existing }
  })
}

/** The reservation that is completed, or the complete build that has the name already; undefined where it is free. */
async function claimName(
  tx: Tx,
  { build }: GeneratorMetadata,
  token: string | undefined,
  generatorId: number,
): Promise<HubBuild | undefined> {
  if (typeof build.build_id === 'number' && build.build_id !== 0) {
    const named = await findBuild(tx, build.build_id)
    // The answer to an import that has completed its reservation may have been lost.
    if (named?.state === 'complete' && named.name === build.name) return named
    const reserved = await requireReservation(tx, build.build_id, token, generatorId)
    const { name, version, release, epoch } = reserved
    if (name !== build.name || version !== build.version || release !== build.release)
      throw new UserError(409, `Build (${reserved.id}) NVR is different`)
    if (build.epoch !== undefined && build.epoch !== epoch)
      throw new UserError(409, `Build (${reserved.id}) epoch is different`)
    return reserved
  }
  if (token !== undefined)
    throw new UserError(400, 'Reservation token given, but no build_id in metadata', 'token')
  const existing = await findBuild(tx, `${build.name}-${build.version}-${build.release}`)
  if (existing === undefined || existing.state === 'failed' || existing.state === 'canceled') return undefined
  if (existing.state !== 'complete') throw alreadyThere(existing)
  return existing
}

async function requireOwner(tx: Tx, { build }: GeneratorMetadata, caller: Caller): Promise<void> {
  if (typeof build.owner !== 'string' || build.owner === caller.name) return
  const { rows } = await sql`select from hub_users where name = ${build.owner}`.execute(tx)
  if (rows.length === 0)
    throw new UserError(
      400,
      `No such user: '${build.owner}'; an administrator can add them: mbs hub user add`,
      'build.owner',
    )
}

async function requireTypes(tx: Tx, types: ReadonlyMap<string, unknown>): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from hub_build_types`.execute(tx)
  for (const type of types.keys())
    if (!rows.some(({ name }) => name === type))
      throw new UserError(400, `No such entry in table btype: ${type}`, 'build.extra.typeinfo')
}

async function isOfMetadata(
  database: Database | Tx,
  { id }: HubBuild,
  { sha256 }: StoredFile,
): Promise<boolean> {
  const { rows } = await sql`
    select from hub_builds where id = ${id} and metadata_sha256 = ${sha256}`.execute(database)
  return rows.length > 0
}

/** The build that the metadata and the files make, each file checked. */
async function assembleBuild(
  { artifacts }: ImportWorld,
  caller: Caller,
  checked: Checked,
  content: ContentImport,
  metadataFile: StoredFile,
): Promise<NewBuild> {
  const { metadata, types } = checked
  const { build } = metadata
  const nvr = `${build.name}-${build.version}-${build.release}`
  const rpms: NewRpm[] = []
  const archives: NewArchive[] = []
  const logs: NewBuild['logs'][number][] = []
  const log: string[] = []
  for (const [index, output] of metadata.output.entries()) {
    const file = checkFile(output, content.files)
    const buildroot = buildrootIndexOf(metadata, output)
    const matches = checked.outputs[index] ?? { rpms: [], archives: [], unmatched: [] }
    if (output.type === 'log')
      logs.push({ ...fileOf(file), subdir: subdirOf(output), filename: output.filename })
    else if (output.type === 'rpm')
      rpms.push({ ...(await readPackage(artifacts, output, file, nvr)), buildroot })
    else {
      const type = archiveTypeOf(output, types)
      log.push(...matches.unmatched)
      archives.push({
        ...archiveOf(output, file, type),
        buildroot,
        rpms: matches.rpms,
        archives: matches.archives,
      })
    }
  }
  log.push(...checked.buildroots.flatMap(({ unmatched }) => unmatched))
  if (log.length > 0) {
    const text = await artifacts.putText([...log, 'CG import was SUCCESSFUL.', ''].join('\n'))
    const isTaken = logs.some(({ subdir, filename }) => subdir === '' && filename === importLog)
    logs.push({ ...text, subdir: isTaken ? 'hub' : '', filename: importLog })
  }
  checkNames(rpms, archives, logs)
  const buildroots: NewBuildroot[] = []
  for (const buildroot of metadata.buildroots) {
    const record = await artifacts.putText(JSON.stringify({ components: buildroot.components }))
    buildroots.push({
      hostOs: buildroot.host.os,
      hostArch: buildroot.host.arch,
      containerType: buildroot.container.type,
      containerArch: buildroot.container.arch,
      generatorVersion: buildroot.content_generator.version,
      tools: buildroot.tools,
      extra: buildroot.extra ?? null,
      record,
    })
  }
  return {
    name: build.name,
    version: build.version,
    release: build.release,
    epoch: build.epoch ?? null,
    owner: build.owner ?? caller.name,
    generatorId: null,
    source: build.source,
    extra: build.extra,
    startedAt: momentOf(build.start_time),
    completedAt: momentOf(build.end_time),
    types,
    buildroots,
    rpms,
    archives,
    logs,
    metadata: metadataFile,
  }
}

function fileOf({ sha256, size }: UploadedFile): StoredFile {
  return { sha256, size }
}

function checkFile(output: GeneratorOutput, files: ReadonlyMap<string, UploadedFile>): UploadedFile {
  const path = uploadPathOf(output)
  const file = files.get(path)
  if (file === undefined)
    throw new UserError(400, `No such file: ${path} is an output and was not uploaded`, 'output')
  const { filename, filesize, checksum, checksum_type: type } = output
  if (file.size !== filesize)
    throw new UserError(
      400,
      `File size ${file.size} for ${filename} (expected ${filesize}) doesn't match. Corrupted upload?`,
      'output',
    )
  const actual = { md5: file.md5, sha256: file.sha256, adler32: file.adler32 }[type]
  if (actual === undefined) throw new UserError(400, `Unsupported verify type: ${type}`, 'output')
  if (actual !== checksum)
    throw new UserError(400, `File checksum mismatch for ${filename}: ${checksum} != ${actual}`, 'output')
  return file
}

function archiveOf(
  output: GeneratorOutput,
  file: UploadedFile,
  type: string,
): Omit<NewArchive, 'buildroot' | 'rpms' | 'archives'> {
  if (output.checksum_type === 'adler32')
    throw new UserError(400, `Unsupported checksum type for archives: adler32 (${output.filename})`, 'output')
  return {
    ...fileOf(file),
    type,
    filename: output.filename,
    subdir: subdirOf(output),
    arch: output.arch ?? null,
    checksumType: output.checksum_type,
    checksum: output.checksum,
    extra: output.extra ?? null,
  }
}

async function readPackage(
  artifacts: Artifacts,
  output: GeneratorOutput,
  file: UploadedFile,
  nvr: string,
): Promise<NewRpm> {
  const { filename } = output
  if (subdirOf(output) !== '') throw new UserError(400, 'subdir field not allowed for rpm outputs', 'output')
  if (output.metadata_only === true)
    throw new UserError(400, 'Metadata-only imports are not supported for rpms', 'output')
  const header = await readRpmHeader(await artifacts.path(file.sha256)).catch((error: unknown) => {
    throw new UserError(400, `${filename} is no package that can be read: ${messageOf(error)}`, 'output')
  })
  const { nevra } = header
  const expected = `${formatNvra(nevra)}.rpm`
  if (filename !== expected)
    throw new UserError(400, `bad filename: ${filename} (expected ${expected})`, 'output')
  const source = header.isSource ? filename : (header.sourceRpm ?? '')
  if (source.replace(/\.(?:no)?src\.rpm$/, '') !== nvr || !/\.(?:no)?src\.rpm$/.test(source))
    throw new UserError(400, `srpm mismatch for ${filename}: ${source} (expected ${nvr}.src.rpm)`, 'output')
  return {
    ...fileOf(file),
    nevra: formatNevra(nevra),
    name: nevra.name,
    version: nevra.version,
    release: nevra.release,
    epoch: nevra.epoch === 0 ? null : nevra.epoch,
    arch: nevra.arch,
    sigmd5: header.signatureMd5 ?? '',
    builtAt: new Date(header.buildTime * 1000),
    extra: output.extra ?? null,
  }
}

/** No two files of a build may have the same place. */
function checkNames(
  rpms: readonly NewRpm[],
  archives: readonly NewArchive[],
  logs: readonly { subdir: string; filename: string }[],
): void {
  const places = new Set<string>()
  for (const place of [
    ...rpms.map(({ nevra }) => `package: ${nevra}`),
    ...archives.map(({ type, subdir, filename }) => `${type}: ${subdir}/${filename}`),
    ...logs.map(({ subdir, filename }) => `log: ${subdir}/${filename}`),
  ]) {
    if (places.has(place)) throw new UserError(400, `two outputs have the same place (${place})`, 'output')
    places.add(place)
  }
}

/** The same text for the same metadata, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
