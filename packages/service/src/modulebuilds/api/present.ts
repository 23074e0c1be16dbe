import type { EffectRow, WaitRow } from '../../jobs/index.ts'
import { actionsOf } from '../actions.ts'
import { isBeingGivenUp } from '../giving-up.ts'
import { needsOf } from '../order/index.ts'
import { moduleStateNumbers, type ComponentState } from '../states.ts'
import type { BaseRow, ComponentBuildRow, ListedBuildRow, ModuleBuildRow, TraceRow } from '../store.ts'
import { stoppedByBug, waitingFor } from './waiting.ts'

/** Koji's numbers and names of build states. */
export const componentStates: Readonly<Record<ComponentState, [number, string]>> = {
  building: [0, 'BUILDING'],
  complete: [1, 'COMPLETE'],
  failed: [3, 'FAILED'],
  canceled: [4, 'CANCELED'],
}

/** Returns the short form of a module build. Unknown versions and contexts have upstream's defaults. */
export function presentShort(build: ListedBuildRow) {
  return {
    id: build.id,
    state: moduleStateNumbers[build.state],
    state_name: build.state,
    name: build.name,
    stream: build.stream,
    version: build.version ?? '0',
    context: build.context ?? '00000000',
    scratch: build.scratch,
  }
}

/** Returns the normal form without `tasks`, as messages carry it. */
export function presentForMessage(
  build: ListedBuildRow,
  components: readonly ComponentBuildRow[],
  siblings: readonly number[],
) {
  return {
    ...presentShort(build),
    component_builds: components.map(({ id }) => id),
    koji_tag: build.koji_tag,
    owner: build.owner,
    rebuild_strategy: build.rebuild_strategy,
    scmurl: build.scmurl,
    srpms: build.srpms,
    siblings: [...siblings],
    state_reason: build.state_reason,
    time_completed: timestamp(build.time_completed),
    time_modified: timestamp(build.time_modified),
    time_submitted: timestamp(build.time_submitted),
    buildrequires: build.buildrequires ?? {},
  }
}

/** Returns the normal form of a component build, as messages carry it. */
export function presentComponentForMessage(component: ComponentBuildRow) {
  return {
    id: component.id,
    package: component.package,
    format: component.format,
    module_build: component.module_build_id,
    ...presentTask(component),
    state_name: component.state === null ? null : componentStates[component.state][1],
  }
}

/** Returns the normal form of a module build. */
export function presentNormal(
  build: ListedBuildRow,
  components: readonly ComponentBuildRow[],
  siblings: readonly number[],
) {
  const rpms = components.map((component) => [component.package, presentTask(component)] as const)
  return {
    ...presentForMessage(build, components, siblings),
    tasks: rpms.length === 0 ? {} : { rpms: Object.fromEntries(rpms) },
  }
}

/** A module build with all rows that describe it. */
export interface FullModuleBuild {
  build: ModuleBuildRow
  components: readonly ComponentBuildRow[]
  /** Builds of the same name, stream and version. */
  siblings: readonly number[]
  trace: readonly TraceRow[]
  /** The base modules in its build root. */
  bases: readonly BaseRow[]
  waits: readonly WaitRow[]
  effects: readonly EffectRow[]
}

/**
 * Returns the extended form. `platform`, `batch`, `dist_tag`, `components`, `waiting_for`, `stopped_by` and `actions`
 * exist only in this service; the rest is upstream's.
 */
export function presentExtended(full: FullModuleBuild) {
  const { build, components, siblings, trace, bases, waits, effects } = full
  const after = build.dependency_order ? builtAfter(components) : new Map<number, string[]>()
  return {
    ...presentNormal(build, components, siblings),
    base_module_buildrequires: bases.map(presentBase),
    build_context: build.build_context,
    runtime_context: build.runtime_context,
    modulemd: build.modulemd,
    reused_module_id: build.reused_module_id,
    state_trace: trace.map((row) => ({
      time: timestamp(row.time),
      state: moduleStateNumbers[row.state],
      state_name: row.state,
      reason: row.reason,
    })),
    state_url: `/module-build-service/2/module-builds/${build.id}`,
    stream_version: build.stream_version,
    virtual_streams: build.virtual_streams,
    arches: build.arches,
    platform: build.platform,
    batch: build.batch,
    dist_tag: build.dist_tag,
    components: components.map((component) => ({
      ...presentComponent(component),
      built_after: after.get(component.id) ?? [],
    })),
    waiting_for: waitingFor(waits, effects),
    stopped_by: stoppedByBug(effects),
    // Only the request for an action checks for cancelled effects that are still being performed; these end in a moment.
    actions: actionsOf(build, { components, isGivenUp: isBeingGivenUp(effects), isStopping: false }),
  }
}

/** Returns, for each component, the packages of its batch that it waits for, as far as the service knows them yet. */
function builtAfter(components: readonly ComponentBuildRow[]): Map<number, string[]> {
  const rows = components.map(({ missing_after: missingAfter, ...row }) => ({ ...row, missingAfter }))
  const batches = [...Map.groupBy(rows, ({ batch }) => batch).values()]
  return new Map(
    batches.flatMap((batch) =>
      [...needsOf(batch)].map(([id, needed]) => [id, needed.map((row) => row.package)] as const),
    ),
  )
}

/** Returns a base module in the form in which the builds on it show it. */
function presentBase({ id, name, stream, version, context, state, stream_version }: BaseRow) {
  return {
    id,
    state: moduleStateNumbers[state],
    state_name: state,
    name,
    stream,
    version: version ?? '0',
    context: context ?? '00000000',
    stream_version,
  }
}

/**
 * Returns the extended form of a component build. `attempt`, `reuse`, `included_from` and the times exist only in this
 * service.
 */
export function presentExtendedComponent(component: ComponentBuildRow) {
  const step = (time: Date | null, state: ComponentState, reason: string | null) =>
    time === null
      ? []
      : [
          {
            time: timestamp(time),
            state: componentStates[state][0],
            state_name: componentStates[state][1],
            reason,
          },
        ]
  const { state, state_reason: reason } = component
  return {
    ...presentComponentForMessage(component),
    ...presentComponent(component),
    state_trace: [
      ...step(component.time_started, 'building', null),
      ...(state === null || state === 'building' ? [] : step(component.time_completed, state, reason)),
    ],
    state_url: `/module-build-service/2/component-builds/${component.id}`,
  }
}

function presentTask(component: ComponentBuildRow) {
  return {
    task_id: component.task_id,
    state: component.state === null ? null : componentStates[component.state][0],
    state_reason: component.state_reason,
    nvr: component.nvr,
  }
}

function presentComponent(component: ComponentBuildRow) {
  return {
    id: component.id,
    package: component.package,
    batch: component.batch,
    attempt: component.attempt,
    ...presentTask(component),
    state_name: component.state === null ? null : componentStates[component.state][1],
    time_started: component.time_started?.toISOString() ?? null,
    time_completed: component.time_completed?.toISOString() ?? null,
    reuse:
      component.reuse_code === null ? null : { code: component.reuse_code, detail: component.reuse_detail },
    included_from: component.included_from,
    expected_seconds: component.expected_seconds,
    expected_error: component.expected_error,
    log_url: component.task_id === null ? null : logPath(component.id),
  }
}

/** Returns upstream's form of an instant: whole seconds, UTC. */
function timestamp<T extends Date | null>(instant: T): T extends Date ? string : string | null
function timestamp(instant: Date | null): string | null {
  return instant === null ? null : `${instant.toISOString().slice(0, 19)}Z`
}

/** Returns the path of a component's build log in the API. */
function logPath(componentId: number): string {
  return `/module-build-service/2/component-builds/${componentId}/logs/build`
}
