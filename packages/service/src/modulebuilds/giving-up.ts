import type { EffectRow } from '../jobs/index.ts'
import type { ModuleEffectKind } from './module-effects.ts'

/** The kind of the effect that deletes the tags and targets of a build that is given up. */
export const cleanUpKind = 'clean-up' satisfies ModuleEffectKind

/** Returns whether the effects of a failed build show that it is about to become `garbage`. */
export function isBeingGivenUp(effects: readonly Pick<EffectRow, 'kind' | 'state'>[]): boolean {
  return effects.some(({ kind, state }) => kind === cleanUpKind && state !== 'failed')
}
