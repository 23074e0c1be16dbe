/**
 * Every change of a subject happens in a turn, an effect or a wait, and in no other way.
 *
 * A *turn* has a key and no other input: it locks its subject's row, reads the facts, decides, and commits. An *effect*
 * is a row that is performed at least once; its result counts only for the current attempt. A *wait* is a row for
 * something that lasts longer than seconds; the service looks at all waits of one kind together. Code that has news
 * writes it under the subject's lock, and takes or wakes the turn in the same transaction, so no wake is lost and a second
 * wake changes nothing.
 */
export { Engine } from './engine.ts'
export { safetyNetMs } from './looks.ts'
export { Readers } from './wakes.ts'
export type { Waker, Wakes } from './wakes.ts'
export type { Beat } from './beats.ts'
export type { EffectContext, EffectHandler, Handlers, LifeCycle, RetryBudget } from './engine.ts'
export type { Lookout, News } from './looks.ts'
export type { Recorder } from './news-writer.ts'
export { effectHandler } from './effect-handler.ts'
export { lifeCycle } from './life-cycle.ts'
export type { KnownEffect, NewEffect } from './step.ts'
export { jobGauges } from './gauges.ts'
export { failEffect, retryEffect } from './operate.ts'
export { awayLookout, pendingLookout } from './pending.ts'
export { PgBossQueue } from './pg-boss-queue.ts'
export type { JobHandler, NewJob, Queue, QueueName } from './queue.ts'
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
export { parseSubject, subjectKey } from './subject.ts'
export type { Subject } from './subject.ts'
