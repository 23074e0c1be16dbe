import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { ArtifactParts, Artifacts } from '../../../artifacts/index.ts'
import type { Clock } from '../../../clock.ts'
import { inTransaction, type Database } from '../../../database/index.ts'
import { callerOf, plainText } from '../../../http/index.ts'
import { HubChange } from '../change.ts'
import { requireEvent } from '../tags/history.ts'

/** The services that the hub's routes use. */
export interface HubRouteParts {
  database: Database
  clock: Clock
  artifacts: Artifacts
  /** The parts of the artifact store that an operator's check reads. */
  collection: Pick<ArtifactParts, 'store' | 'graceMs'>
}

/** Makes a change in one transaction, as the user who sent the request. */
export async function changing<T>(
  { database, clock }: HubRouteParts,
  request: FastifyRequest,
  name: string,
  work: (change: HubChange) => Promise<T>,
): Promise<T> {
  const caller = callerOf(request)
  return inTransaction(database, name, async (tx) => work(await HubChange.begin(tx, caller, clock.now())))
}

export const tagParameter = Type.Object({ tag: plainText(256) })

/** The number of an event. With the query `event` a route responds with the state at that event. */
export const eventNumber = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

export const eventQuery = Type.Object({ event: Type.Optional(eventNumber) })

/** Returns the event of a query, which must exist. */
export async function eventOf(database: Database, { event }: { event?: number }): Promise<{ at?: number }> {
  if (event === undefined) return {}
  await requireEvent(database, event)
  return { at: event }
}

export const yesOrNo = Type.Optional(Type.Boolean())
