import type { Outbox } from '../bus/index.ts'
import {
  cancelEffects,
  effectsOf,
  subjectKey,
  type EffectHandler,
  type Engine,
  type LifeCycle,
} from '../jobs/index.ts'
import { candidateTag } from '../hub/index.ts'
import { assemble, type ComposeWorld } from './assemble.ts'
import { endCompose, loadCompose, lockCompose, requestedComposes } from './store.ts'
import type { Tx } from '../database/index.ts'

export const composeKind = 'compose'

/** A compose is requested, assembled by one effect, and finished or failed. */
export function composeLifeCycle(parts: { engine: Engine; outbox: Outbox }): LifeCycle {
  return {
    kind: composeKind,
    lock: async (tx, id) => (await lockCompose(tx, id)) !== undefined,
    unfinished: requestedComposes,
    turn: async (tx, id, now) => {
      const compose = await loadCompose(tx, id)
      if (compose?.state !== 'requested') return
      const subject = { kind: composeKind, id }
      const effect = (await effectsOf(tx, subject)).find(({ key }) => key === 'assemble')
      if (effect === undefined)
        await parts.engine.enqueue(tx, subject, { key: 'assemble', kind: 'assemble', payload: {} }, now)
      else if (effect.state === 'failed' || effect.state === 'parked') {
        // It can simply be asked for again: nothing of it is left for an operator.
        await cancelEffects(tx, subject, now)
        const failed = { state: 'failed', reason: effect.error, modules: [], signingKey: null } as const
        await end(tx, parts.outbox, id, failed, now)
      }
    },
  }
}

export function composeEffects(world: ComposeWorld & { outbox: Outbox }): EffectHandler[] {
  return [
    {
      kind: 'assemble',
      perform: async (_payload, { subject }) => {
        const compose = await loadCompose(world.database, subject.id)
        if (compose?.state !== 'requested') return () => Promise.resolve()
        const made = await assemble(world, subject.id, compose.platform, candidateTag(compose.platform))
        return (tx, now) =>
          end(tx, world.outbox, subject.id, { state: 'finished', reason: null, ...made }, now)
      },
    },
  ]
}

async function end(
  tx: Tx,
  outbox: Outbox,
  id: number,
  result: Parameters<typeof endCompose>[2],
  now: Date,
): Promise<void> {
  const revision = await endCompose(tx, id, result, now)
  const subject = subjectKey({ kind: composeKind, id })
  const body = { id, state_name: result.state, state_reason: result.reason, modules: result.modules }
  await outbox.announce(tx, { subject, revision, topic: 'compose.state.change', body }, now)
}
