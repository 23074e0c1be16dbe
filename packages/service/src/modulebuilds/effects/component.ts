import type { ComponentPlan } from '../../builders/index.ts'
import { findBuild, rpmsOf } from '../../hub/index.ts'
import { effectsOf, endWait, insertWait, type EffectHandler } from '../../jobs/index.ts'
import { cancelKind, startKey, waitKey } from '../decide.ts'
import { macrosPackage } from '../../reserved-packages.ts'
import { conflictsOf, macrosSource } from '../macros.ts'
import { knownDependencies, recordDependencies } from '../order/index.ts'
import {
  componentsOf,
  loadComponent,
  requireModuleBuild,
  updateAttempt,
  type ComponentBuildRow,
  type ModuleBuildRow,
} from '../store.ts'
import { endAttempt } from '../transition.ts'
import { documentOf, nsvcOf, requireComponent, tagOf } from './rows.ts'
import { componentWait, nothingToRecord, type World } from './world.ts'

/** The attempts at components, and what others of their batch need of them. */
export function componentEffects(world: World): EffectHandler[] {
  const { database, builder } = world
  const load = (id: number) => requireModuleBuild(database, id)
  return [
    {
      kind: 'start-component',
      perform: async (payload, { subject, effectId }) => {
        const id = Number(payload['component'])
        const attempt = Number(payload['attempt'])
        const build = await load(subject.id)
        const component = await requireComponent(world, payload)
        // Of a build that has ended meanwhile the backend begins none: each such attempt is cancelled.
        const plan = await componentPlan(world, build, component, await reusedRpms(world, build))
        const task = await builder.build(plan, effectId)
        return async (tx, now) => {
          await updateAttempt(tx, id, attempt, { task_id: task })
          await insertWait(
            tx,
            subject,
            {
              key: waitKey({ id, attempt }),
              kind: componentWait,
              externalId: String(task),
              sentence: `${component.package}: it has just been started`,
              nextLook: now,
            },
            now,
          )
        }
      },
    },
    {
      kind: cancelKind,
      perform: async (payload, { subject }) => {
        const id = Number(payload['component'])
        const attempt = Number(payload['attempt'])
        const component = await loadComponent(database, id)
        const start = (await effectsOf(database, subject)).find(
          ({ key }) => key === startKey({ id, attempt }),
        )
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
              : ({ state: 'failed', state_reason: start?.error ?? null } as const)
          const end = nvr === undefined ? stopped : ({ state: 'complete', state_reason: null, nvr } as const)
          await endAttempt(tx, world.outbox, id, attempt, end, now)
          await endWait(tx, subject, waitKey({ id, attempt }))
        }
      },
    },
    {
      kind: 'survey-component',
      perform: async (payload, { subject }) => {
        const build = await load(subject.id)
        const component = await requireComponent(world, payload)
        const plan = await componentPlan(world, build, component, [])
        const found = await knownDependencies(
          world,
          { name: component.package, platform: build.platform ?? '' },
          await builder.dependenciesOf(plan),
        )
        return (tx) => recordDependencies(tx, component.id, found)
      },
    },
    {
      kind: 'offer-component',
      perform: async (payload, { subject }) => {
        const build = await load(subject.id)
        const { nvr } = await requireComponent(world, payload)
        if (nvr !== null) await builder.addArtifacts(tagOf(build), [nvr], false)
        return nothingToRecord
      },
    },
  ]
}

/** What a component's build needs to be known of it. */
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

/** What the document calls the commit of a component; of one that another module brings, that one's document knows. */
function refOf(build: ModuleBuildRow, component: ComponentBuildRow): string | undefined {
  if (component.included_from !== null) return undefined
  const { rpms } = documentOf(build).components
  return [...rpms].find(([name, one]) => (one.name ?? name) === component.package)?.[1].ref
}

/** The packages of the builds that a module reuses, as `N-E:V-R`. */
async function reusedRpms({ database }: World, build: ModuleBuildRow): Promise<string[]> {
  if (build.buildrequires?.[build.name] === undefined) return []
  const components = await componentsOf(database, [build.id])
  const nevrs: string[] = []
  for (const { nvr, reused_component_id: earlier } of components) {
    const found = earlier === null || nvr === null ? undefined : await findBuild(database, nvr)
    if (found !== undefined)
      nevrs.push(...(await rpmsOf(database, [found])).map(({ nevra }) => nevra.replace(/\.[^.]+$/, '')))
  }
  return nevrs
}
