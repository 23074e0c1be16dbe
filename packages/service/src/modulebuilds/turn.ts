import type { StateNews } from './state-news.ts'
import type { Tx } from '../database/index.ts'
import {
  cancelEffects,
  deleteWaits,
  effectsOf,
  lifeCycle,
  waitsOf,
  type Engine,
  type LifeCycle,
} from '../jobs/index.ts'
import { resultsOf } from '../gating/index.ts'
import { decide, type Decision, type Known } from './decide.ts'
import type { ModuleEffectKind } from './module-effects.ts'
import {
  componentsOf,
  lockModuleBuild,
  unfinishedBuilds,
  updateModuleBuild,
  type ModuleBuildRow,
} from './store.ts'
import {
  beginAttempts,
  endAttempt,
  failUnstarted,
  reuseComponents,
  subjectKind,
  transition,
} from './transition.ts'

interface Parts {
  engine: Engine
  news: StateNews
  /** The names of the checks that a build must pass. */
  checks: readonly string[]
}

/** Returns the life cycle of module builds: it reads the facts, decides and writes the decision. */
export function moduleBuildLifeCycle(parts: Parts): LifeCycle {
  return lifeCycle({
    engine: parts.engine,
    kind: subjectKind,
    lock: lockModuleBuild,
    unfinished: unfinishedBuilds,
    readKnown: (tx, build) => readKnown(tx, build, parts.checks),
    decide,
    write: (tx, id, decision, now) => write(tx, parts.news, id, decision, now),
  })
}

async function readKnown(tx: Tx, build: ModuleBuildRow, checks: readonly string[]): Promise<Known> {
  const { id } = build
  const subject = { kind: subjectKind, id }
  const components = await componentsOf(tx, [id])
  const effects = await effectsOf(tx, subject)
  const waits = await waitsOf(tx, [subject])
  return {
    id,
    state: build.state,
    scratch: build.scratch,
    stateReason: build.state_reason,
    batch: build.batch,
    dependencyOrder: build.dependency_order,
    cancelled: build.cancelled_by === null ? null : { by: build.cancelled_by, reason: build.cancel_reason },
    components: components.map((component) => ({
      ...component,
      stateReason: component.state_reason,
      buildTimeOnly: component.build_time_only,
      expectedSeconds: component.expected_seconds,
      missingAfter: component.missing_after,
      isReused: component.reused_component_id !== null,
    })),
    effects: new Map(effects.map((effect) => [effect.key, effect])),
    waits: new Set(waits.map(({ key }) => key)),
    // Only the end of a build looks at them.
    results: build.state === 'done' ? await resultsOf(tx, id) : [],
    checks,
  }
}

/** Writes a decision. Returns false when the decision only requests effects, which cannot change the facts yet. */
async function write(tx: Tx, news: StateNews, id: number, decision: Decision, now: Date): Promise<boolean> {
  const subject = { kind: subjectKind, id }
  if (decision.batch !== undefined)
    await updateModuleBuild(tx, id, { batch: decision.batch, time_modified: now })
  if (decision.reuse !== undefined) await reuseComponents(tx, news, decision.reuse, now)
  if (decision.start !== undefined) await beginAttempts(tx, news, decision.start, now)
  for (const { id: component, reason } of decision.failed ?? [])
    await failComponent(tx, news, id, component, reason, now)
  if (decision.to !== undefined) {
    await transition(tx, news, id, decision.to, now)
    if (decision.to.state === 'failed') {
      await cancelEffects(tx, subject, now, 'cancel-component' satisfies ModuleEffectKind)
      await deleteWaits(tx, subject)
    }
  }
  const { to, batch, failed, reuse } = decision
  return to !== undefined || batch !== undefined || failed !== undefined || reuse !== undefined
}

async function failComponent(
  tx: Tx,
  news: StateNews,
  moduleBuildId: number,
  id: number,
  reason: string,
  now: Date,
): Promise<void> {
  const component = (await componentsOf(tx, [moduleBuildId])).find((row) => row.id === id)
  if (component?.state === null) await failUnstarted(tx, news, id, reason, now)
  else if (component !== undefined)
    await endAttempt(tx, news, id, component.attempt, { state: 'failed', state_reason: reason }, now)
}
