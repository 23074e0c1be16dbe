import { sql } from 'kysely'
import type { Tx } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import { requireGeneratorAccess } from '../access.ts'
import { buildStates, findBuild, type HubBuild } from '../builds/builds.ts'
import type { HubChange } from '../change.ts'
import { requireNameAccess } from '../builds/module-names.ts'
import { takeName, type BuildName } from '../builds/record-build.ts'

/**
 * Reserves a name for a content generator: a build that is being built (Koji: CGInitBuild).
 *
 * @param token a fresh secret that completes the reservation, at least 64 hex digits
 * @returns the id of the build
 * @throws UserError when the name is taken or reserved (409), or without access (403)
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
 * Gives a reservation back: its build has failed or was canceled, and its name is free again (Koji: CGRefundBuild).
 *
 * @throws UserError for another state (400), or when it is not the generator's reservation (409)
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

/** The build of a reservation that this token completes. */
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
