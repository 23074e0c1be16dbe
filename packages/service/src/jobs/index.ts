/**
 * How things happen: turns, effects and waits, and no fourth.
 *
 * A *turn* has a key and no other input: it locks its subject's row, reads what is known, decides, and commits.
 * An *effect* is a row, done at least once; its result counts only for the current attempt. What lasts longer
 * than seconds is a *wait*, looked at together with all others of its kind. Whoever has news writes it under the
 * subject's lock and wakes the turn in the same transaction, so no wake is lost and a second one changes nothing.
 */
export { Engine } from './engine.ts'
export type { Beat } from './beats.ts'
export type {
  EffectContext,
  EffectHandler,
  Handlers,
  LifeCycle,
  Lookout,
  News,
  Recorder,
  RetryBudget,
} from './engine.ts'
export { jobGauges } from './gauges.ts'
export { failEffect, retryEffect } from './operate.ts'
export { PgBossQueue } from './pg-boss-queue.ts'
export type { JobHandler, Queue, QueueName, SendOptions } from './queue.ts'
export {
  cancelEffects,
  deleteWaits,
  effectsOf,
  endWait,
  forgetFailedEffects,
  insertWait,
  waitsOf,
} from './store/index.ts'
export type { EffectRow, WaitRow } from './store/index.ts'
export { effectRoutes } from './routes.ts'
export { subjectKey } from './subject.ts'
export type { Subject } from './subject.ts'
