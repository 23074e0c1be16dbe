import { sql } from 'kysely'
import type { Artifacts } from '../../artifacts/index.ts'
import type { Caller } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import { inTransaction, type Database, type Tx } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
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

/** An import that has passed all checks that need no file. */
export interface CheckedImport extends CheckedMetadata {
  token: string | undefined
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
  { files, ...content }: ContentImport,
): Promise<HubBuild> {
  return importChecked(world, caller, await checkImport(world, caller, content), files)
}

/**
 * Brings in what {@link checkImport} has found good, now that its files are there.
 *
 * @throws UserError in the hub's words, for the first thing that is wrong with them
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
    // Whoever repeats an import may have been faster.
    if (reserved.state !== 'building') {
      if (await isSame(tx, reserved, build)) return reserved
      throw alreadyThere(reserved)
    }
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
  given: Pick<ContentImport, 'metadata' | 'token'>,
): Promise<CheckedImport> {
  const metadata = readMetadata(given.metadata)
  return inTransaction(database, 'check import', async (tx) => {
    // Without the lock: all that may have changed meanwhile is looked at again when the build is recorded.
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

/**
 * Whether a build is what is brought in again: by the same metadata, or as packages that it has with the same content,
 * which somebody else may have signed meanwhile.
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

/** The same text for the same metadata, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
