import { sql } from 'kysely'
import type { Artifacts } from '../../../artifacts/index.ts'
import type { Caller } from '../../../auth/index.ts'
import type { Clock } from '../../../clock.ts'
import { inTransaction, type Database, type Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { requireGeneratorAccess } from '../access.ts'
import { requireTypes } from '../builds/build-types.ts'
import { findBuild, type HubBuild } from '../builds/builds.ts'
import { requireNameAccess } from '../builds/module-names.ts'
import {
  alreadyThere,
  holdsPackages,
  recordBuild,
  requireParts,
  type NewBuild,
} from '../builds/record-build.ts'
import { HubChange } from '../change.ts'
import { matchComponents, type Matches } from './components.ts'
import { checkBuildroots, generatorOf, readMetadata, typesOf, type GeneratorMetadata } from './metadata.ts'
import { assembleBuild, type CheckedMetadata, type UploadedFile } from './new-build.ts'
import { requireReservation } from './reservations.ts'

/** The services that an import uses. */
export interface ImportWorld {
  database: Database
  artifacts: Artifacts
  clock: Clock
}

/** The content of an import. */
export interface ContentImport {
  metadata: unknown
  /** Files by their path in the metadata. */
  files: ReadonlyMap<string, UploadedFile>
  /** The token of the reservation that the import completes. */
  token?: string
}

/** An import that has passed all checks that need no file. */
export interface CheckedImport extends CheckedMetadata {
  token: string | undefined
  /** A complete build of this name. It may come from an earlier attempt of the same import. */
  existing: HubBuild | undefined
}

/**
 * Imports a build from content-generator metadata, version 0 (Koji: CGImport). Checks everything, then records the
 * build in one transaction. The same import again returns the same build.
 *
 * @throws UserError with the hub's message for the first fault
 */
export async function importContent(
  world: ImportWorld,
  caller: Caller,
  { files, ...content }: ContentImport,
): Promise<HubBuild> {
  return importChecked(world, caller, await checkImport(world, caller, content), files)
}

/**
 * Imports the content that {@link checkImport} has accepted, now that its files are in the store.
 *
 * @throws UserError with the hub's message for the first fault in the files
 */
export async function importChecked(
  world: ImportWorld,
  caller: Caller,
  checked: CheckedImport,
  files: ContentImport['files'],
): Promise<HubBuild> {
  const { database, artifacts, clock } = world
  const metadata = await artifacts.putText(canonical(checked.metadata))
  const { existing } = checked
  if (existing !== undefined && files.size === 0) throw alreadyThere(existing)
  const build = await assembleBuild(artifacts, caller, checked, files, metadata)
  if (existing !== undefined) {
    if (await isSame(database, existing, build)) return existing
    throw alreadyThere(existing)
  }
  return inTransaction(database, 'import content', async (tx) => {
    const change = await HubChange.begin(tx, caller, clock.now())
    const generatorId = await requireGeneratorAccess(change, generatorOf(checked.metadata))
    const releases = build.rpms.map(({ release }) => release)
    await requireNameAccess(change, { ...checked.metadata.build, types: checked.types.keys() }, releases)
    const reserved = await claimName(tx, checked.metadata, checked.token, generatorId)
    if (reserved === undefined) return recordBuild(change, { ...build, generatorId })
    // A concurrent attempt of the same import may have completed the reservation meanwhile.
    if (reserved.state !== 'building') {
      if (await isSame(tx, reserved, build)) return reserved
      throw alreadyThere(reserved)
    }
    const epoch = checked.metadata.build.epoch === undefined ? reserved.epoch : build.epoch
    return recordBuild(change, { ...build, generatorId, epoch, completedAt: change.now }, reserved.id)
  })
}

/**
 * Checks everything about an import that can be checked without its files.
 *
 * @throws UserError with the hub's messages, in its order
 */
export async function checkImport(
  { database, clock }: ImportWorld,
  caller: Caller,
  given: Pick<ContentImport, 'metadata' | 'token'>,
): Promise<CheckedImport> {
  const metadata = readMetadata(given.metadata)
  return inTransaction(database, 'check import', async (tx) => {
    // Does not take the lock: the import repeats each check that may have become wrong when it records the build.
    const change = HubChange.withoutLock(tx, caller, clock.now())
    const generatorId = await requireGeneratorAccess(change, generatorOf(metadata))
    const claimed = await claimName(tx, metadata, given.token, generatorId)
    requireParts({ ...metadata.build, epoch: null })
    await requireOwner(tx, metadata, caller)
    const types = typesOf(metadata)
    await requireNameAccess(change, { ...metadata.build, types: types.keys() })
    await requireTypes(tx, types.keys())
    checkBuildroots(metadata)
    const buildroots: Matches[] = []
    for (const { components } of metadata.buildroots) buildroots.push(await matchComponents(tx, components))
    const outputs: Matches[] = []
    for (const { components = [] } of metadata.output) outputs.push(await matchComponents(tx, components))
    const existing = claimed?.state === 'building' ? undefined : claimed
    return { metadata, types, buildroots, outputs, existing, token: given.token }
  })
}

/**
 * Returns the reservation that the import completes, or the complete build that already has the name. Undefined if the
 * name is free.
 */
async function claimName(
  tx: Tx,
  { build }: GeneratorMetadata,
  token: string | undefined,
  generatorId: number,
): Promise<HubBuild | undefined> {
  if (typeof build.build_id === 'number' && build.build_id !== 0) {
    const named = await findBuild(tx, build.build_id)
    // An earlier import may have completed the reservation, and its response may have been lost.
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

/**
 * Whether an existing build is the imported one: it has the same metadata, or it has all packages of the import with
 * the same content. Signatures do not count.
 */
async function isSame(database: Database | Tx, existing: HubBuild, build: NewBuild): Promise<boolean> {
  const { rows } = await sql`
    select from hub_builds where id = ${existing.id} and metadata_sha256 = ${build.metadata?.sha256 ?? ''}`.execute(
    database,
  )
  if (rows.length > 0) return true
  const { rpms, archives } = build
  return archives.length === 0 && rpms.length > 0 && holdsPackages(database, existing, rpms)
}

/** Returns the same text for the same metadata, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
