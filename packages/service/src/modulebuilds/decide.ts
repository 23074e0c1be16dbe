import { shown } from '../errors.ts'
import { step as stepOf, type KnownEffect, type NewEffect } from '../jobs/step.ts'
import { asked, keyOf, waitKey, type ModuleEffect } from './module-effects.ts'
import { nextInOrder, type OrderedComponent } from './order/index.ts'
import type { ModuleState } from './states.ts'

/** The facts about a module build that a turn reads. */
export interface Known {
  id: number
  state: ModuleState
  /** A scratch build ends with `done`. */
  scratch: boolean
  stateReason: string | null
  batch: number
  /** Components wait for the components of their batch that they need. */
  dependencyOrder: boolean
  cancelled: { by: string; reason: string | null } | null
  components: readonly KnownComponent[]
  effects: ReadonlyMap<string, KnownEffect>
  /** Keys of the waits that are not over. */
  waits: ReadonlySet<string>
  results: readonly { testcase: string; outcome: 'passed' | 'failed'; detail: string }[]
  /** The checks that a build must pass to become ready. */
  checks: readonly string[]
}

export interface KnownComponent extends OrderedComponent {
  package: string
  batch: number
  attempt: number
  stateReason: string | null
  nvr: string | null
  buildTimeOnly: boolean
  /** Expected duration of its build; null for a package that was never built. */
  expectedSeconds: number | null
  /** An earlier build takes the place of a new one. */
  isReused: boolean
}

/** The changes that a turn makes. An empty decision changes nothing. */
export interface Decision {
  to?: { state: ModuleState; reason?: string }
  batch?: number
  /** Components whose first or next attempt begins. */
  start?: readonly { id: number; attempt: number }[]
  /** Components that reuse an earlier build. */
  reuse?: readonly number[]
  /** Components that fail because their survey failed or because their attempt could not be stopped. */
  failed?: readonly { id: number; reason: string }[]
  effects?: readonly NewEffect[]
}

const nothing: Decision = {}

/**
 * Decides the next step from the facts. This function is the whole life cycle of a module build; it performs nothing.
 */
export function decide(known: Known): Decision {
  if (known.cancelled !== null && ['init', 'wait', 'build'].includes(known.state))
    return fail(cancelReason(known.cancelled))
  switch (known.state) {
    case 'init':
      return step(known, { kind: 'prepare' }) ?? nothing
    case 'wait':
      return (
        step(known, { kind: 'register-tag' }) ??
        (isAllReused(known)
          ? { to: { state: 'build' }, batch: lastBatch(known), reuse: known.components.map(({ id }) => id) }
          : (step(known, { kind: 'connect-buildroot' }) ?? {
              to: { state: 'build' },
              batch: firstBatch(known),
            }))
      )
    case 'build':
      return decideBuild(known)
    case 'done':
      return decideDone(known)
    case 'failed':
      return decideFailed(known)
    case 'ready':
    case 'garbage':
      return nothing
  }
}

/** Returns upstream's words for a failed batch, with the command that shows the whole log. */
export function failedReason(id: number, failed: readonly KnownComponent[]): string {
  const names = failed.map((component) => component.package).join(', ')
  const reasons = failed.flatMap(({ package: name, stateReason }) =>
    stateReason === null ? [] : [`${stateReason} (whole log: mbs build log ${id} ${name})`],
  )
  return [`Component(s) ${names} failed to build.`, ...reasons].join(' ')
}

/** Requests the collection of ended attempts, in addition to the decision about the batch. */
function decideBuild(known: Known): Decision {
  const collects = known.components
    .filter((component) => hasEnded(known, component) && !known.effects.has(keyOf(collectEffect(component))))
    .map((component) => asked(collectEffect(component)))
  const rest = decideBatch(known)
  return collects.length === 0 ? rest : { ...rest, effects: [...collects, ...(rest.effects ?? [])] }
}

/** Returns whether the component's attempt was started and the wait for its end is over. */
function hasEnded(known: Known, component: KnownComponent): boolean {
  return (
    component.state === 'building' &&
    known.effects.get(keyOf(startEffect(component)))?.state === 'done' &&
    !known.waits.has(waitKey(attemptAt(component)))
  )
}

/** A component, and the number of an attempt at it. */
interface Attempted {
  id: number
  attempt: number
}

function attemptAt({ id, attempt }: Attempted): { component: number; attempt: number } {
  return { component: id, attempt }
}

function startEffect(component: Attempted): ModuleEffect {
  return { kind: 'start-component', ...attemptAt(component) }
}

function collectEffect(component: Attempted): ModuleEffect {
  return { kind: 'collect-component', ...attemptAt(component) }
}

function cancelEffect(component: Attempted): ModuleEffect {
  return { kind: 'cancel-component', ...attemptAt(component) }
}

/** Each attempt has its own survey, because a retried component may have another commit. */
function surveyEffect(component: Attempted): ModuleEffect {
  return { kind: 'survey-component', ...attemptAt(component) }
}

/**
 * Returns those of an attempt's effects that have failed: the effect that starts it, and the effect that collects its
 * result.
 */
function failuresOf(known: Known, component: Attempted): KnownEffect[] {
  return [startEffect(component), collectEffect(component)].flatMap((effect) => {
    const found = known.effects.get(keyOf(effect))
    return found?.state === 'failed' ? [found] : []
  })
}

function decideBatch(known: Known): Decision {
  const current = known.components.filter(({ batch }) => batch === known.batch)
  const unstarted = current.filter(({ state }) => state === null)
  const reused = unstarted.filter(({ isReused }) => isReused)
  if (reused.length > 0) return { reuse: reused.map(({ id }) => id) }
  if (known.dependencyOrder && current.length > 1) {
    const inOrder = decideOrder(known, current)
    if (inOrder !== undefined) return inOrder
  } else if (unstarted.length > 0) return startAll(unstarted)
  const building = current.filter(({ state }) => state === 'building')
  // An attempt may be running although its start failed. The service stops it or keeps it from starting. If the attempt
  // has built its packages by then, they count. The same is true for an attempt that could not be collected.
  const unsettled = building.filter((component) => failuresOf(known, component).length > 0)
  const stopping = stop(known, unsettled)
  if (stopping !== undefined) return stopping
  if (building.length > 0) return nothing
  const unsuccessful = current.filter(({ state }) => state === 'failed' || state === 'canceled')
  if (unsuccessful.length > 0) return fail(failedReason(known.id, unsuccessful))
  return batchIsBuilt(known, current)
}

function startAll(components: readonly KnownComponent[]): Decision {
  const start = longestFirst(components).map(({ id, attempt }) => ({ id, attempt: attempt + 1 }))
  return { start, effects: start.map((component) => asked(startEffect(component))) }
}

/**
 * Decides by the dependency order of a batch. Returns undefined when the order leaves the decision to the components
 * that are being built or have ended.
 */
function decideOrder(known: Known, current: readonly KnownComponent[]): Decision | undefined {
  if (current.some(({ state }) => state === null)) {
    const surveys = current
      .filter(({ state, dependencies }) => state === null || (state === 'complete' && dependencies === null))
      .map((component) => asked(surveyEffect(component)))
    const missing = surveys.filter(({ key }) => !known.effects.has(key))
    if (missing.length > 0) return { effects: missing }
    const states = surveys.map(({ key }) => known.effects.get(key)?.state)
    if (states.some((state) => state === 'queued' || state === 'parked')) return nothing
    // The needs of such a component are unknown. If its build began now, it might lack a package of the batch, or use
    // the platform's package instead.
    const failed = current.flatMap((component) => {
      const effect = component.state === null ? known.effects.get(keyOf(surveyEffect(component))) : undefined
      return effect?.state === 'failed' ? [{ id: component.id, reason: effect.error ?? '' }] : []
    })
    if (failed.length > 0) return { failed }
  }
  const { start, offer } = nextInOrder(current, ({ id }) => isOffered(known, id))
  if (start.length > 0) return startAll(start)
  const steps = offer.map((component) => offerStep(known, component))
  const [failed] = steps.filter((step) => step.to !== undefined)
  if (failed !== undefined) return failed
  const effects = steps.flatMap((step) => step.effects ?? [])
  if (effects.length > 0) return { effects }
  return steps.length > 0 ? nothing : undefined
}

/** Puts a component into the build tag, and then into the repository from which build roots are made. */
function offerStep(known: Known, { id, batch }: KnownComponent): Decision {
  return (
    step(known, { kind: 'offer-component', component: id }) ??
    step(known, { kind: 'regenerate', batch, component: id }) ??
    nothing
  )
}

function isOffered(known: Known, id: number): boolean {
  const batch = known.components.find((component) => component.id === id)?.batch ?? 0
  const key = keyOf({ kind: 'regenerate', batch, component: id })
  return known.effects.get(key)?.state === 'done' && !known.waits.has(key)
}

/** Sorts components so that a short one starts last. A component of unknown duration may be long, so it comes first. */
function longestFirst(components: readonly KnownComponent[]): KnownComponent[] {
  const seconds = ({ expectedSeconds }: KnownComponent) => expectedSeconds ?? Infinity
  return components.toSorted((a, b) =>
    seconds(a) === seconds(b) ? a.id - b.id : seconds(b) > seconds(a) ? 1 : -1,
  )
}

function batchIsBuilt(known: Known, current: readonly KnownComponent[]): Decision {
  const tagging = current.length === 0 ? undefined : step(known, { kind: 'tag-batch', batch: known.batch })
  if (tagging !== undefined) return tagging
  const later = known.components.map(({ batch }) => batch).filter((batch) => batch > known.batch)
  if (later.length === 0) return step(known, { kind: 'finalize' }) ?? { to: { state: 'done' } }
  const made = { kind: 'regenerate', batch: known.batch } as const
  return step(known, made) ?? (known.waits.has(keyOf(made)) ? nothing : { batch: Math.min(...later) })
}

function decideDone(known: Known): Decision {
  if (known.scratch) return nothing
  const effectOf = (check: string) => known.effects.get(keyOf({ kind: 'check', check }))
  const missing = known.checks.filter((check) => effectOf(check) === undefined)
  if (missing.length > 0) return { effects: missing.map((check) => asked({ kind: 'check', check })) }
  const effects = known.checks.map(effectOf)
  if (effects.some((effect) => effect?.state === 'queued' || effect?.state === 'parked')) return nothing
  const faults = known.checks.flatMap((check) => {
    const effect = effectOf(check)
    const result = known.results.find(({ testcase }) => testcase === check)
    if (effect?.state === 'failed') return [`${check} could not be run: ${effect.error ?? ''}`]
    return result?.outcome === 'passed' ? [] : [`${check}: ${result?.detail ?? 'there is no result'}`]
  })
  return faults.length === 0 ? passed(known) : stayDone(known, `Gating failed: ${faults.join('; ')}`)
}

/** Composes find a ready module, so the service tags it first. */
function passed(known: Known): Decision {
  const tagging = known.effects.get(keyOf({ kind: 'tag-module' }))
  if (tagging?.state === 'failed') return stayDone(known, `it could not be tagged: ${tagging.error ?? ''}`)
  return step(known, { kind: 'tag-module' }) ?? { to: { state: 'ready', reason: 'all checks passed' } }
}

/** Reports each reason only once. */
function stayDone(known: Known, text: string): Decision {
  const reason = shown(text)
  return reason === known.stateReason ? nothing : { to: { state: 'done', reason } }
}

/** Stops attempts that are running or just being started. */
function decideFailed(known: Known): Decision {
  const running = known.components.filter(({ state }) => state === 'building')
  return stop(known, running) ?? nothing
}

/**
 * Stops the attempts of these components. The backend never begins a cancelled attempt. An attempt that cannot be
 * stopped is given up: its result no longer counts. Returns undefined when the stop of every attempt is already
 * requested.
 */
function stop(known: Known, running: readonly KnownComponent[]): Decision | undefined {
  const stops = running.map((component) => ({
    component,
    effect: known.effects.get(keyOf(cancelEffect(component))),
  }))
  const failed = stops.flatMap(({ component, effect }) => {
    if (effect?.state !== 'failed') return []
    const before = failuresOf(known, component)
      .map(({ error }) => `${error ?? ''}; `)
      .join('')
    return [{ id: component.id, reason: `${before}it could not be stopped: ${effect.error ?? ''}` }]
  })
  if (failed.length > 0) return { failed }
  const effects = stops
    .filter(({ effect }) => effect === undefined)
    .map(({ component }) => asked(cancelEffect(component)))
  return effects.length === 0 ? undefined : { effects }
}

/** Requests one effect that must be done before the build continues; returns undefined once it is done. */
function step(known: Known, effect: ModuleEffect): Decision | undefined {
  const at = stepOf(known.effects, asked(effect))
  if (at.is === 'done') return undefined
  if (at.is === 'failed') return fail(at.reason)
  return at.is === 'open' && at.effects.length > 0 ? { effects: at.effects } : nothing
}

function fail(reason: string): Decision {
  return { to: { state: 'failed', reason: shown(reason) } }
}

/**
 * Returns whether all components are reused: then the build needs no build root, and no batch waits for the one before.
 */
function isAllReused({ components }: Known): boolean {
  return components.length > 0 && components.every(({ isReused }) => isReused)
}

function lastBatch(known: Known): number {
  return Math.max(...known.components.map(({ batch }) => batch))
}

function firstBatch(known: Known): number {
  const batches = known.components.map(({ batch }) => batch)
  return batches.length === 0 ? 0 : Math.min(...batches)
}

function cancelReason(cancelled: { by: string; reason: string | null }): string {
  return `Canceled by ${cancelled.by}.${cancelled.reason === null ? '' : ` ${cancelled.reason}`}`
}
