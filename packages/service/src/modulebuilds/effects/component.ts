import type { ComponentPlan } from '../../builders/index.ts'
import { gather } from '../../database/index.ts'
import { effectsOf, endWait, insertWait, type EffectHandler } from '../../jobs/index.ts'
import { macrosPackage } from '../../reserved-packages.ts'
import { conflictsOf, macrosSource } from '../macros.ts'
import { knownDependencies, recordDependencies } from '../order/index.ts'
import {
  componentsOf,
  loadComponents,
  loadModuleBuilds,
  recordTask,
  requireModuleBuild,
  type ComponentBuildRow,
  type ModuleBuildRow,
} from '../store.ts'
import { endAttempt } from '../transition.ts'
import { keyOf, waitKey } from '../module-effects.ts'
import { moduleEffect } from './module-effect.ts'
import { documentOf, nsvcOf, required, tagOf } from './rows.ts'
import { componentWait, nothingToRecord, type World } from './world.ts'

/**
 * Returns the handlers of effects that start, collect and stop attempts at components, and of effects for the
 * dependency order of a batch.
 */
export function componentEffects(world: World): EffectHandler[] {
  const { database, builder } = world
  // The components of a batch are started, and often collected, in one moment.
  const builds = gather((ids) => loadModuleBuilds(database, ids))
  const components = gather((ids) => loadComponents(database, ids))
  const load = async (id: number) => required(await builds(id), `module build ${id}`)
  const loadComponent = async (id: number) => required(await components(id), `component ${id}`)
  return [
    moduleEffect('start-component', async (told, { subject, effectId }) => {
      const { component: id, attempt } = told
      const build = await load(subject.id)
      const component = await loadComponent(told.component)
      // If the module build has ended meanwhile, its attempts are cancelled, and the backend does not begin a cancelled
      // attempt.
      const plan = await componentPlan(world, build, component, await reusedRpms(world, build))
      const task = await builder.build(plan, effectId)
      return async (tx, now) => {
        await recordTask(tx, { id, attempt, task })
        return insertWait(
          tx,
          subject,
          {
            key: waitKey(told),
            kind: componentWait,
            externalId: String(task),
            sentence: `${component.package}: it has just been started`,
            nextLook: now,
          },
          now,
        )
      }
    }),
    moduleEffect('collect-component', async (told, { subject }) => {
      const { component: id, attempt } = told
      const { task_id: task } = await loadComponent(told.component)
      if (task === null) throw new Error(`component ${id} of ${subject.id} has no task`)
      const collected = await builder.collect(task)
      const end =
        collected.state === 'complete'
          ? ({ state: 'complete', state_reason: null, nvr: collected.nvr } as const)
          : ({ state: 'failed', state_reason: collected.reason } as const)
      return (tx, now) => endAttempt(tx, world.news, id, attempt, end, now)
    }),
    moduleEffect('cancel-component', async (told, { subject }) => {
      const { component: id, attempt } = told
      const component = await components(id)
      const effects = await effectsOf(database, subject)
      const start = effects.find(({ key }) => key === keyOf({ kind: 'start-component', ...told }))
      const collect = effects.find(({ key }) => key === keyOf({ kind: 'collect-component', ...told }))
      const nvr =
        start === undefined ? undefined : await builder.cancelBuild(start.id, component?.task_id ?? null)
      return async (tx, now) => {
        const build = await requireModuleBuild(tx, subject.id)
        const stopped =
          build.state === 'failed'
            ? ({
                state: 'canceled',
                state_reason: build.state_reason ?? 'the module build has ended',
              } as const)
            : ({ state: 'failed', state_reason: collect?.error ?? start?.error ?? null } as const)
        const end = nvr === undefined ? stopped : ({ state: 'complete', state_reason: null, nvr } as const)
        await endAttempt(tx, world.news, id, attempt, end, now)
        await endWait(tx, subject, waitKey(told))
      }
    }),
    moduleEffect('survey-component', async (told, { subject }) => {
      const build = await load(subject.id)
      const component = await loadComponent(told.component)
      const plan = await componentPlan(world, build, component, [])
      const found = await knownDependencies(
        world,
        {
          name: component.package,
          module: build.name,
          platform: build.platform ?? '',
          components: (await componentsOf(database, [build.id])).length,
        },
        await builder.dependenciesOf(plan),
      )
      return (tx) => recordDependencies(tx, component.id, found)
    }),
    moduleEffect('offer-component', async (told, { subject }) => {
      const build = await load(subject.id)
      const { nvr } = await loadComponent(told.component)
      if (nvr !== null) await builder.addArtifacts(tagOf(build), [nvr], false)
      return nothingToRecord
    }),
  ]
}

/** Returns the data that the builder needs to build a component. */
async function componentPlan(
  { artifacts }: Pick<World, 'artifacts'>,
  build: ModuleBuildRow,
  component: ComponentBuildRow,
  reused: readonly string[],
): Promise<ComponentPlan> {
  const plan = {
    package: component.package,
    owner: build.owner,
    expectedSeconds: component.expected_seconds,
    tag: tagOf(build),
    platform: build.platform ?? '',
    distTag: build.dist_tag ?? '',
  }
  if (component.package === macrosPackage) {
    const document = documentOf(build)
    const extra = document.buildopts?.macros ?? ''
    const conflicts = conflictsOf(document, build.buildrequires ?? {}, reused)
    const files = macrosSource({ ...nsvcOf(build), distTag: build.dist_tag ?? '', extra, conflicts })
    return { ...plan, source: { kind: 'generated', files } }
  }
  const { srpm } = component
  if (srpm !== null) return { ...plan, source: { kind: 'srpm', file: await artifacts.path(srpm) } }
  const url = component.scmurl.replace(/\?#.*$/, '')
  const { cache } = component
  const ref = refOf(build, component)
  return {
    ...plan,
    source: {
      kind: 'dist-git',
      url,
      commit: component.ref ?? '',
      ...(ref === undefined ? {} : { ref }),
      ...(cache === null ? {} : { cache }),
    },
  }
}

/**
 * Returns the document's ref for the commit of a component. Undefined for a component of an included module: only that
 * module's document has its ref.
 */
function refOf(build: ModuleBuildRow, component: ComponentBuildRow): string | undefined {
  if (component.included_from !== null) return undefined
  return refsOf(build).get(component.package)
}

/** Components that start together share the row of their build; its document is read once. */
const knownRefs = new WeakMap<ModuleBuildRow, ReadonlyMap<string, string | undefined>>()

function refsOf(build: ModuleBuildRow): ReadonlyMap<string, string | undefined> {
  const known = knownRefs.get(build)
  if (known !== undefined) return known
  const { rpms } = documentOf(build).components
  // Of several components with one package the first one counts.
  const refs = new Map([...rpms].reverse().map(([name, one]) => [one.name ?? name, one.ref]))
  knownRefs.set(build, refs)
  return refs
}

/**
 * Returns the packages of the builds that a module reuses, as `N-E:V-R`. Only a module that requires a build of itself
 * needs them.
 */
async function reusedRpms({ database, hub }: World, build: ModuleBuildRow): Promise<string[]> {
  if (build.buildrequires?.[build.name] === undefined) return []
  const components = await componentsOf(database, [build.id])
  const nvrs = components.flatMap(({ nvr, reused_component_id: earlier }) =>
    earlier === null || nvr === null ? [] : [nvr],
  )
  return (await hub.rpms(nvrs)).map(({ nevra }) => nevra.replace(/\.[^.]+$/, ''))
}
