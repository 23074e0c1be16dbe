import type { Outbox } from '../bus/index.ts'
import type { Tx } from '../database/index.ts'
import { cancelEffects, deleteWaits, effectsOf, waitsOf, type Engine, type LifeCycle } from '../jobs/index.ts'
import { resultsOf } from '../gating/index.ts'
import { cancelKind, decide, type Decision, type Known } from './decide.ts'
import {
  componentsOf,
  lockModuleBuild,
  requireModuleBuild,
  unfinishedBuilds,
  updateModuleBuild,
} from './store.ts'
import {
  beginAttempt,
  endAttempt,
  failUnstarted,
  reuseComponent,
  subjectKind,
  transition,
} from './transition.ts'

/** One turn may decide several times, because what it writes may be news; far fewer than this are ever needed. */
const decisionsMax = 20

interface Parts {
  engine: Engine
  outbox: Outbox
  /** The names of the checks that a build must pass. */
  checks: readonly string[]
}

/** The life cycle of module builds: reads what is known, decides, writes the decision. */
export function moduleBuildLifeCycle(parts: Parts): LifeCycle {
  return {
    kind: subjectKind,
    lock: async (tx, id) => (await lockModuleBuild(tx, id)) !== undefined,
    unfinished: unfinishedBuilds,
    turn: async (tx, id, now) => {
      for (let count = 0; count < decisionsMax; count++) {
        const decision = decide(await readKnown(tx, id, parts.checks))
        if (Object.keys(decision).length === 0) return
        if (!(await write(tx, parts, id, decision, now))) return
      }
      throw new Error(`module build ${id} never settles`)
    },
  }
}

async function readKnown(tx: Tx, id: number, checks: readonly string[]): Promise<Known> {
  const subject = { kind: subjectKind, id }
  const build = await requireModuleBuild(tx, id)
  const components = await componentsOf(tx, [id])
  const effects = await effectsOf(tx, subject)
  const waits = await waitsOf(tx, [subject])
  return {
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
    results: await resultsOf(tx, id),
    checks,
  }
}

/** Writes a decision; false when it only asks for effects, which cannot change what is known yet. */
async function write(
  tx: Tx,
  { engine, outbox }: Parts,
  id: number,
  decision: Decision,
  now: Date,
): Promise<boolean> {
  const subject = { kind: subjectKind, id }
  if (decision.batch !== undefined)
    await updateModuleBuild(tx, id, { batch: decision.batch, time_modified: now })
  for (const component of decision.reuse ?? []) await reuseComponent(tx, outbox, component, now)
  for (const { id: component, attempt } of decision.start ?? [])
    await beginAttempt(tx, outbox, component, attempt, now)
  for (const { id: component, reason } of decision.failed ?? [])
    await failComponent(tx, outbox, id, component, reason, now)
  for (const effect of decision.effects ?? []) await engine.enqueue(tx, subject, effect, now)
  if (decision.to !== undefined) {
    await transition(tx, outbox, id, decision.to, now)
    if (decision.to.state === 'failed') {
      await cancelEffects(tx, subject, now, cancelKind)
      await deleteWaits(tx, subject)
    }
  }
  const { to, batch, failed, reuse } = decision
  return to !== undefined || batch !== undefined || failed !== undefined || reuse !== undefined
}

async function failComponent(
  tx: Tx,
  outbox: Outbox,
  moduleBuildId: number,
  id: number,
  reason: string,
  now: Date,
): Promise<void> {
  const component = (await componentsOf(tx, [moduleBuildId])).find((row) => row.id === id)
  if (component?.state === null) await failUnstarted(tx, outbox, id, reason, now)
  else if (component !== undefined)
    await endAttempt(tx, outbox, id, component.attempt, { state: 'failed', state_reason: reason }, now)
}
