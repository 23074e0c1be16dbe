import type { Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import type { Engine } from './engine.ts'
import {
  endWait,
  finishEffect,
  giveUp,
  loadEffect,
  pendingKey,
  requeue,
  turnKey,
  type EffectRow,
} from './store/index.ts'
import { parseSubject } from './subject.ts'

interface Parts {
  database: Database
  engine: Engine
}

/**
 * Begins the next attempt at an effect that a bug has parked, or at a failed one that holds its subject up. The effect
 * gets its whole budget again.
 *
 * @throws UserError 404 when the effect does not exist, 409 when it is in another state
 */
export async function retryEffect({ database, engine }: Parts, id: number): Promise<EffectRow> {
  const effect = await requireEffect(database, id)
  await engine.underLock(parseSubject(effect.subject), 'retry effect', async (tx, now) => {
    const states = engine.mayRetryFailed(effect.kind)
      ? (['parked', 'failed'] as const)
      : (['parked'] as const)
    const queued = await requeue(tx, id, states)
    if (queued === undefined) throw notOpen(effect, states.join(' or '))
    // For a parked turn nothing is sent: `underLock` wakes the turn anyway.
    if (queued.key === turnKey) await finishEffect(tx, { effect: queued, now })
    else await engine.send(tx, [queued])
  })
  return requireEffect(database, id)
}

/**
 * Gives up an effect that is queued or parked; its build goes on as after any failure.
 *
 * @throws UserError 404 when the effect does not exist, 409 when it has ended, 400 when it is a turn
 */
export async function failEffect(
  { database, engine }: Parts,
  id: number,
  by: string,
  reason: string | null,
): Promise<EffectRow> {
  const effect = await requireEffect(database, id)
  if (effect.key === turnKey)
    throw new UserError(
      400,
      `Effect ${id} is a turn of ${effect.subject}: it can be retried, but not given up.`,
    )
  const error = `Given up by ${by}.${reason === null ? '' : ` ${reason}`}`
  await engine.underLock(parseSubject(effect.subject), 'fail effect', async (tx, now) => {
    if (!(await giveUp(tx, id, error, now))) throw notOpen(effect, 'queued or parked')
    await endWait(tx, parseSubject(effect.subject), pendingKey(id))
  })
  return requireEffect(database, id)
}

async function requireEffect(database: Database, id: number): Promise<EffectRow> {
  const effect = await loadEffect(database, id)
  if (effect === undefined) throw new UserError(404, `There is no effect ${id}.`)
  return effect
}

function notOpen({ id, kind, state }: EffectRow, needed: string): UserError {
  return new UserError(409, `Effect ${id} (${kind}) is ${state}, not ${needed}.`)
}
