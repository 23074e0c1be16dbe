import type { Outbox } from '../bus/index.ts'
import Type from 'typebox'
import {
  cancelEffects,
  effectHandler,
  effectsOf,
  lifeCycle,
  subjectKey,
  type EffectHandler,
  type Engine,
  type KnownEffect,
  type LifeCycle,
  type NewEffect,
} from '../jobs/index.ts'
import { step } from '../jobs/step.ts'
import { candidateTag } from '../hub/index.ts'
import { assemble, type ComposeWorld } from './assemble.ts'
import { endCompose, loadCompose, lockCompose, requestedComposes, type ComposeRow } from './store.ts'
import type { Tx } from '../database/index.ts'

export const composeKind = 'compose'

/**
 * Returns the life cycle of composes: a user requests a compose, one effect assembles it, and it ends as finished or
 * failed.
 */
export function composeLifeCycle({ engine, outbox }: { engine: Engine; outbox: Outbox }): LifeCycle {
  return lifeCycle({
    engine,
    kind: composeKind,
    lock: lockCompose,
    unfinished: requestedComposes,
    readKnown: async (tx, { id, state }) => ({
      state,
      effects: new Map(
        (await effectsOf(tx, { kind: composeKind, id })).map((effect) => [effect.key, effect]),
      ),
    }),
    decide,
    write: async (tx, id, { failed }, now) => {
      if (failed === undefined) return false
      // A user can request another compose, so nothing of this one is left for an operator.
      await cancelEffects(tx, { kind: composeKind, id }, now)
      await end(tx, outbox, id, { state: 'failed', reason: failed, modules: [], signingKey: null }, now)
      return true
    },
  })
}

/** The facts about a compose that a turn reads. */
interface Known {
  state: ComposeRow['state']
  effects: ReadonlyMap<string, KnownEffect>
}

function decide({ state, effects }: Known): { effects?: readonly NewEffect[]; failed?: string } {
  if (state !== 'requested') return {}
  const at = step(effects, { key: 'assemble', kind: 'assemble', payload: {} })
  if (at.is === 'failed' || at.is === 'stopped') return { failed: at.reason }
  return at.is === 'open' && at.effects.length > 0 ? { effects: at.effects } : {}
}

/** Returns the handler of the effect that assembles a compose. */
export function composeEffects(world: ComposeWorld & { outbox: Outbox }): EffectHandler[] {
  return [
    effectHandler('assemble', Type.Object({}), async (_told, { subject }) => {
      const compose = await loadCompose(world.database, subject.id)
      if (compose?.state !== 'requested') return () => Promise.resolve()
      const made = await assemble(world, compose, candidateTag(compose.platform))
      return (tx, now) => end(tx, world.outbox, subject.id, { state: 'finished', reason: null, ...made }, now)
    }),
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
  await outbox.announce(tx, [{ subject, revision, topic: 'compose.state.change', body }], now)
}
