import { sql } from 'kysely'
import type { Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import { requireGeneratorAccess } from '../access.ts'
import { buildStates, type BuildName } from '../../hub.ts'
import { findBuild, type HubBuild } from '../builds/builds.ts'
import type { HubChange } from '../change.ts'
import { requireNameAccess } from '../builds/module-names.ts'
import { takeName } from '../builds/record-build.ts'

/**
 * Reserves a name for a content generator, as a build in the state `building` (Koji: CGInitBuild).
 *
 * @param token a fresh secret that completes the reservation, at least 64 hex digits
 * @returns the id of the build
 * @throws UserError when the name is taken or reserved (409), or the caller has no access (403)
 */
export async function reserveBuild(
  change: HubChange,
  generator: string,
  build: BuildName,
  token: string,
): Promise<number> {
  const generatorId = await requireGeneratorAccess(change, generator)
  await requireNameAccess(change, build)
  const existing = await findBuild(change.tx, `${build.name}-${build.version}-${build.release}`)
  if (existing?.state === 'building') throw new UserError(409, 'Build is already reserved')
  const id = await takeName(change, build)
  await sql`
    update hub_builds set token = ${token}, content_generator_id = ${generatorId}, started_at = ${change.now}
     where id = ${id}`.execute(change.tx)
  return id
}

/**
 * Refunds a reservation. Its build has failed or was canceled, and its name becomes free again (Koji: CGRefundBuild).
 *
 * @throws UserError when the reservation belongs to another generator or has ended, or the token is wrong (409)
 */
export async function refundBuild(
  change: HubChange,
  generator: string,
  id: number,
  token: string,
  state: 'failed' | 'canceled',
): Promise<void> {
  const generatorId = await requireGeneratorAccess(change, generator)
  await requireReservation(change.tx, id, token, generatorId)
  await sql`
    update hub_builds set state = ${buildStates.indexOf(state)}, token = null, completed_at = ${change.now}
     where id = ${id}`.execute(change.tx)
}

/** Returns the build of a reservation if the token, the generator and the state fit. */
export async function requireReservation(
  tx: Tx,
  id: number,
  token: string | undefined,
  generatorId: number,
): Promise<HubBuild> {
  const build = await findBuild(tx, id)
  if (build === undefined) throw new UserError(404, `No such build: ${id}`)
  const { rows } = await sql<{ token: string | null; content_generator_id: number | null }>`
    select token, content_generator_id from hub_builds where id = ${id}`.execute(tx)
  const [row] = rows
  if (typeof row?.token !== 'string' || row.token !== token)
    throw new UserError(409, `Token doesn't match build ID ${id}`)
  if (row.content_generator_id !== generatorId)
    throw new UserError(409, `Build ID ${id} is not reserved by this CG`)
  if (build.state !== 'building') throw new UserError(409, `Build ID ${id} is not in BUILDING state`)
  return build
}
