/** The rows of turns, effects and waits. */
export {
  cancelEffects,
  countOpenEffects,
  effectsOf,
  endEffect,
  finishEffect,
  forgetFailedEffects,
  giveUp,
  insertEffects,
  listEffects,
  loadEffect,
  loadEffects,
  requeue,
} from './effects.ts'
export { effectStates } from './tables.ts'
export type { EffectRow, EffectState, WaitRow } from './tables.ts'
export { busySubjects, parkTurn, turnKey, unparkTurn } from './turns.ts'
export {
  awayKind,
  countWaits,
  deleteWait,
  deleteWaits,
  endWait,
  insertWait,
  nextLooks,
  pendingEffect,
  pendingKey,
  pendingKind,
  setSentences,
  takeDueWaits,
  waits,
  waitsOf,
} from './waits.ts'
