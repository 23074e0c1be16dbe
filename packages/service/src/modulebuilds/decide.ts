import { shown } from '../errors.ts'
import { nextInOrder, type OrderedComponent } from './order/index.ts'
import type { ModuleState } from './states.ts'

/** What is known of a module build when its turn comes. */
export interface Known {
  state: ModuleState
  /** A scratch build ends with `done`. */
  scratch: boolean
  stateReason: string | null
  batch: number
  /** Components of a batch wait for those of it that they need. */
  dependencyOrder: boolean
  cancelled: { by: string; reason: string | null } | null
  components: readonly KnownComponent[]
  effects: ReadonlyMap<string, KnownEffect>
  /** Keys of the waits that go on. */
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
  /** How long it is expected to take; null for what has never been built. */
  expectedSeconds: number | null
  /** An earlier build takes the place of a new one. */
  isReused: boolean
}

export interface KnownEffect {
  state: 'queued' | 'done' | 'failed' | 'parked' | 'canceled'
  error: string | null
}

export interface NewEffect {
  key: string
  kind: string
  payload: Record<string, unknown>
}

/** What a turn changes. An empty decision means: nothing new. */
export interface Decision {
  to?: { state: ModuleState; reason?: string }
  batch?: number
  /** Components whose first or next attempt begins. */
  start?: readonly { id: number; attempt: number }[]
  /** Components whose earlier build is taken over. */
  reuse?: readonly number[]
  /** Components that could not even be started, or not be stopped. */
  failed?: readonly { id: number; reason: string }[]
  effects?: readonly NewEffect[]
}

const nothing: Decision = {}

/** The kind of effect that outlives the end of its build. */
export const cancelKind = 'cancel-component'

/** What follows from what is known: the whole life cycle of a module build, without doing any of it. */
export function decide(known: Known): Decision {
  if (known.cancelled !== null && ['init', 'wait', 'build'].includes(known.state))
    return fail(cancelReason(known.cancelled))
  switch (known.state) {
    case 'init':
      return step(known, 'prepare') ?? nothing
    case 'wait':
      return (
        step(known, 'register-tag') ??
        (isAllReused(known)
          ? { to: { state: 'build' }, batch: lastBatch(known), reuse: known.components.map(({ id }) => id) }
          : (step(known, 'connect-buildroot') ?? { to: { state: 'build' }, batch: firstBatch(known) }))
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

/** The key under which an attempt at a component is started. */
export function startKey(component: { id: number; attempt: number }): string {
  return `start:${component.id}:${component.attempt}`
}

/** The key of the wait for the end of an attempt. */
export function waitKey(component: { id: number; attempt: number }): string {
  return `component:${component.id}:${component.attempt}`
}

/** The key under which a component is put into the build root before its batch has ended. */
export function offerKey(id: number): string {
  return `offer:${id}`
}

/** The key under which a batch is tagged. */
export function batchKey(batch: number): string {
  return `tag-batch:${batch}`
}

/** Upstream's words for a batch that failed. */
export function failedReason(failed: readonly KnownComponent[]): string {
  const names = failed.map((component) => component.package).join(', ')
  const reasons = failed.flatMap(({ id, stateReason }) =>
    stateReason === null ? [] : [`${stateReason} (whole log: ${logPath(id)})`],
  )
  return [`Component(s) ${names} failed to build.`, ...reasons].join(' ')
}

/** Where the API serves a component's build log. */
export function logPath(componentId: number): string {
  return `/module-build-service/2/component-builds/${componentId}/logs/build`
}

function decideBuild(known: Known): Decision {
  const current = known.components.filter(({ batch }) => batch === known.batch)
  const unstarted = current.filter(({ state }) => state === null)
  const reused = unstarted.filter(({ isReused }) => isReused)
  if (reused.length > 0) return { reuse: reused.map(({ id }) => id) }
  if (known.dependencyOrder && current.length > 1) {
    const inOrder = decideOrder(known, current)
    if (inOrder !== undefined) return inOrder
  } else if (unstarted.length > 0) return startAll(unstarted)
  const building = current.filter(({ state }) => state === 'building')
  // One that could not be started may have been started all the same: it is stopped, or kept from starting, and what
  // it had built by then counts.
  const unstartable = building.filter(
    (component) => known.effects.get(startKey(component))?.state === 'failed',
  )
  const stopping = stop(known, unstartable)
  if (stopping !== undefined) return stopping
  if (building.length > 0) return nothing
  const unsuccessful = current.filter(({ state }) => state === 'failed' || state === 'canceled')
  if (unsuccessful.length > 0) return fail(failedReason(unsuccessful))
  return batchIsBuilt(known, current)
}

function startAll(components: readonly KnownComponent[]): Decision {
  const start = longestFirst(components).map(({ id, attempt }) => ({ id, attempt: attempt + 1 }))
  return { start, effects: start.map(startEffect) }
}

/** What the order of a batch asks for; undefined where its components that are being built, or their ends, decide. */
function decideOrder(known: Known, current: readonly KnownComponent[]): Decision | undefined {
  if (current.some(({ state }) => state === null)) {
    const surveys = current
      .filter(({ state, dependencies }) => state === null || (state === 'complete' && dependencies === null))
      .map((component) => surveyEffect(component))
    const missing = surveys.filter(({ key }) => !known.effects.has(key))
    if (missing.length > 0) return { effects: missing }
    const states = surveys.map(({ key }) => known.effects.get(key)?.state)
    if (states.some((state) => state === 'queued' || state === 'parked')) return nothing
    // Nobody knows what it needs: begun now it might be built without that, or with the platform's instead.
    const failed = current.flatMap((component) => {
      const effect = component.state === null ? known.effects.get(surveyEffect(component).key) : undefined
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

/** Into the build tag, and then into the repository that build roots are made from. */
function offerStep(known: Known, { id, batch }: KnownComponent): Decision {
  return (
    step(known, offerKey(id), 'offer-component', { component: id }) ??
    step(known, regenerateKey(batch, id), 'regenerate', { batch, component: id }) ??
    nothing
  )
}

function isOffered(known: Known, id: number): boolean {
  const batch = known.components.find((component) => component.id === id)?.batch ?? 0
  const key = regenerateKey(batch, id)
  return known.effects.get(key)?.state === 'done' && !known.waits.has(key)
}

/** The key of the repository's making after a batch, or after a component of it. */
export function regenerateKey(batch: number, component?: number): string {
  return component === undefined ? `regenerate:${batch}` : `regenerate:${batch}:${component}`
}

/** A component that is tried again may be another commit by then. */
function surveyEffect({ id, attempt }: { id: number; attempt: number }): NewEffect {
  return { key: `survey:${id}:${attempt}`, kind: 'survey-component', payload: { component: id } }
}

/** So that the last one to be started is a short one. What nobody knows of may be long. */
function longestFirst(components: readonly KnownComponent[]): KnownComponent[] {
  const seconds = ({ expectedSeconds }: KnownComponent) => expectedSeconds ?? Infinity
  return components.toSorted((a, b) =>
    seconds(a) === seconds(b) ? a.id - b.id : seconds(b) > seconds(a) ? 1 : -1,
  )
}

function batchIsBuilt(known: Known, current: readonly KnownComponent[]): Decision {
  const tagging =
    current.length === 0 ? undefined : step(known, batchKey(known.batch), 'tag-batch', { batch: known.batch })
  if (tagging !== undefined) return tagging
  const later = known.components.map(({ batch }) => batch).filter((batch) => batch > known.batch)
  if (later.length === 0) return step(known, 'finalize') ?? { to: { state: 'done' } }
  const key = regenerateKey(known.batch)
  return (
    step(known, key, 'regenerate', { batch: known.batch }) ??
    (known.waits.has(key) ? nothing : { batch: Math.min(...later) })
  )
}

function decideDone(known: Known): Decision {
  if (known.scratch) return nothing
  const missing = known.checks.filter((check) => !known.effects.has(`check:${check}`))
  if (missing.length > 0)
    return { effects: missing.map((check) => ({ key: `check:${check}`, kind: 'check', payload: { check } })) }
  const effects = known.checks.map((check) => known.effects.get(`check:${check}`))
  if (effects.some((effect) => effect?.state === 'queued' || effect?.state === 'parked')) return nothing
  const faults = known.checks.flatMap((check) => {
    const effect = known.effects.get(`check:${check}`)
    const result = known.results.find(({ testcase }) => testcase === check)
    if (effect?.state === 'failed') return [`${check} could not be run: ${effect.error ?? ''}`]
    return result?.outcome === 'passed' ? [] : [`${check}: ${result?.detail ?? 'there is no result'}`]
  })
  return faults.length === 0 ? passed(known) : stayDone(known, `Gating failed: ${faults.join('; ')}`)
}

/** Ready means that composes find it, so it is tagged first. */
function passed(known: Known): Decision {
  const tagging = known.effects.get('tag-module')
  if (tagging?.state === 'failed') return stayDone(known, `it could not be tagged: ${tagging.error ?? ''}`)
  return step(known, 'tag-module') ?? { to: { state: 'ready', reason: 'all checks passed' } }
}

/** A reason is told once. */
function stayDone(known: Known, text: string): Decision {
  const reason = shown(text)
  return reason === known.stateReason ? nothing : { to: { state: 'done', reason } }
}

/** What runs is stopped, and what is just being started. */
function decideFailed(known: Known): Decision {
  const running = known.components.filter(({ state }) => state === 'building')
  return stop(known, running) ?? nothing
}

/**
 * Stops what these components have running: the backend never begins an attempt that was cancelled. One that cannot be
 * stopped is given up: whatever comes of it counts no more. Undefined where all are being stopped.
 */
function stop(known: Known, running: readonly KnownComponent[]): Decision | undefined {
  const stops = running.map((component) => ({
    component,
    effect: known.effects.get(cancelEffect(component).key),
  }))
  const failed = stops.flatMap(({ component, effect }) => {
    if (effect?.state !== 'failed') return []
    const start = known.effects.get(startKey(component))
    const before = start?.state === 'failed' ? `${start.error ?? ''}; ` : ''
    return [{ id: component.id, reason: `${before}it could not be stopped: ${effect.error ?? ''}` }]
  })
  if (failed.length > 0) return { failed }
  const effects = stops
    .filter(({ effect }) => effect === undefined)
    .map(({ component }) => cancelEffect(component))
  return effects.length === 0 ? undefined : { effects }
}

/** One effect that must be done before the build goes on; undefined once it is. */
function step(
  known: Known,
  key: string,
  kind = key,
  payload: Record<string, unknown> = {},
): Decision | undefined {
  const effect = known.effects.get(key)
  if (effect === undefined) return { effects: [{ key, kind, payload }] }
  if (effect.state === 'failed') return fail(effect.error ?? '')
  return effect.state === 'done' ? undefined : nothing
}

function startEffect(component: { id: number; attempt: number }): NewEffect {
  return {
    key: startKey(component),
    kind: 'start-component',
    payload: { component: component.id, attempt: component.attempt },
  }
}

function cancelEffect({ id, attempt }: { id: number; attempt: number }): NewEffect {
  return { key: `cancel:${id}:${attempt}`, kind: cancelKind, payload: { component: id, attempt } }
}

function fail(reason: string): Decision {
  return { to: { state: 'failed', reason: shown(reason) } }
}

/** Nothing is to be built: no build root is needed, and no batch waits for the one before. */
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
