// Pure code, with a door of its own: life cycles import it without the database that the other door imports.
import type { EffectState } from './store/index.ts'

/** An effect for which a decision asks. */
export interface NewEffect {
  key: string
  kind: string
  payload: Record<string, unknown>
}

/** The facts about an effect that a turn uses to decide. */
export interface KnownEffect {
  state: EffectState
  error: string | null
}

/** The progress of one step of a life cycle. `stopped`: a bug stops it until an operator acts. */
export type Step =
  | { is: 'open'; effects: readonly NewEffect[] }
  | { is: 'done' }
  | { is: 'failed'; reason: string }
  | { is: 'stopped'; reason: string }

/**
 * Returns the progress of an effect that must be done before a life cycle goes on. The step asks for a missing effect.
 */
export function step(known: ReadonlyMap<string, KnownEffect>, effect: NewEffect): Step {
  const own = known.get(effect.key)
  if (own === undefined) return { is: 'open', effects: [effect] }
  if (own.state === 'done') return { is: 'done' }
  if (own.state === 'failed' || own.state === 'parked')
    return { is: own.state === 'failed' ? 'failed' : 'stopped', reason: own.error ?? '' }
  return { is: 'open', effects: [] }
}
