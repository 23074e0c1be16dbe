import { readModulemd, writeModulemd, type ModuleStream } from '@mbs/modulemd'
import type { Artifacts } from '../artifacts/index.ts'
import { serviceCaller } from '../auth/index.ts'
import { type ComponentPlan, type GenericBuilder } from '../builders/index.ts'
import type { Outbox } from '../bus/index.ts'
import type { Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { storeResult, type Checks } from '../gating/index.ts'
import {
  candidateTag,
  createTag,
  develCandidateTag,
  findBuild,
  findTag,
  HubChange,
  rpmsOf,
  tagBuilds,
} from '../hub/index.ts'
import { effectsOf, endWait, insertWait, type EffectHandler, type Recorder } from '../jobs/index.ts'
import type { Platform } from '../platforms/index.ts'
import { registeredTags, registerTags, tagName } from '../registry/index.ts'
import type { Metrics } from '../telemetry/index.ts'
import { batchKey, cancelKind, offerKey, regenerateKey, startKey, waitKey } from './decide.ts'
import { findPlatform } from './find-platform.ts'
import { withBuildonlyFiltered } from './content/final-modulemd.ts'
import { conflictsOf, macrosPackage, macrosSource } from './macros.ts'
import { knownDependencies, recordDependencies } from './order/index.ts'
import {
  finalDocuments,
  findDevelModule,
  importDevelModule,
  importModule,
  moduleNvr,
} from './content/module-content.ts'
import { packagesInTag } from './content/module-packages.ts'
import { runtimeModules, requiredNames, type RequiredModule } from './content/runtime-modules.ts'
import {
  componentsOf,
  loadComponent,
  nsvcText,
  readyModules,
  requireModuleBuild,
  reusedFrom,
  updateAttempt,
  updateModuleBuild,
  type ComponentBuildRow,
  type ModuleBuildRow,
} from './store.ts'
import { endAttempt, subjectKind } from './transition.ts'

/** The parts of the world that the effects of a module build touch. */
export interface World {
  database: Database
  artifacts: Artifacts
  clock: Clock
  builder: GenericBuilder
  outbox: Outbox
  platforms: ReadonlyMap<string, Platform>
  checks: Checks
  metrics: Metrics
  /** Whether what a module does not ship comes into the hub beside it, as NAME-devel. */
  develModules: boolean
  /** How often a backend is asked for what is due. */
  lookIntervalMs: number
}

export const componentWait = 'component'
export const buildrootWait = 'buildroot'

const nothingToRecord: Recorder = () => Promise.resolve()

/** How each kind of effect that `decide` asks for is done. */
export function moduleBuildEffects(world: World): EffectHandler[] {
  const { database, builder } = world
  const load = (id: number) => requireModuleBuild(database, id)
  return [
    {
      kind: 'register-tag',
      perform: async (_payload, { subject }) => {
        const build = await load(subject.id)
        const wanted = tagName(nsvcOf(build), build.scratch ? build.id : undefined)
        const { tag } = await inTransaction(database, 'register tag', async (tx) =>
          registerTags(
            await HubChange.begin(tx, serviceCaller, world.clock.now()),
            build.id,
            wanted,
            build.arches,
          ),
        )
        const candidate = build.scratch ? null : candidateTag(build.platform ?? '')
        return (tx) => updateModuleBuild(tx, build.id, { koji_tag: tag, cg_build_koji_tag: candidate })
      },
    },
    {
      kind: 'connect-buildroot',
      perform: async (_payload, { subject }) => {
        const build = await load(subject.id)
        const platform = await platformOf(world, build)
        const tag = tagOf(build)
        const { buildGroup, srpmBuildGroup } = platform
        const { buildTag } = await tagsOf(world, build)
        const { stream } = platform
        await builder.connect({
          tag,
          buildTag,
          platform: stream,
          arches: build.arches,
          buildGroup,
          srpmBuildGroup,
        })
        await builder.addRepos(tag, dependencyTags(build))
        return nothingToRecord
      },
    },
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
        const build = await load(subject.id)
        const component = await loadComponent(database, id)
        const start = (await effectsOf(database, subject)).find(
          ({ key }) => key === startKey({ id, attempt }),
        )
        if (start !== undefined) await builder.cancelBuild(start.id, component?.task_id ?? null)
        return async (tx, now) => {
          const reason = build.state_reason ?? 'the module build has ended'
          await endAttempt(tx, world.outbox, id, attempt, { state: 'canceled', state_reason: reason }, now)
          await endWait(tx, subject, waitKey({ id, attempt }))
        }
      },
    },
    {
      kind: 'tag-batch',
      perform: async (payload, { subject }) => {
        const build = await load(subject.id)
        const components = (await componentsOf(database, [build.id])).filter(
          // A module that is wholly reused has one batch to tag: the last one, with all before it.
          ({ batch, reused_component_id: earlier }) =>
            batch === payload['batch'] || (earlier !== null && batch < Number(payload['batch'])),
        )
        const nvrs = (list: typeof components) => list.flatMap(({ nvr }) => (nvr === null ? [] : [nvr]))
        const tag = tagOf(build)
        const [macros, built] = [
          components.filter((row) => row.build_time_only),
          components.filter((row) => !row.build_time_only),
        ]
        if (macros.length > 0) await builder.addArtifacts(tag, nvrs(macros), true)
        if (built.length > 0) {
          await builder.addArtifacts(tag, nvrs(built), false)
          await builder.tagArtifacts(tag, nvrs(built))
        }
        const { profiles } = documentOf(build)
        const profile = (name: string, isWanted: boolean) =>
          isWanted ? (profiles.get(name)?.rpms ?? []) : []
        const packages = {
          build: profile(
            'buildroot',
            components.some((row) => row.in_buildroot),
          ),
          'srpm-build': profile(
            'srpm-buildroot',
            components.some((row) => row.in_srpm_buildroot),
          ),
        }
        if (Object.values(packages).some((names) => names.length > 0))
          await builder.addToBuildroot(tag, packages)
        return nothingToRecord
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
    {
      kind: 'regenerate',
      perform: async (payload, { subject }) => {
        const build = await load(subject.id)
        const status = await builder.buildrootReady(
          { tag: tagOf(build), platform: build.platform ?? '' },
          await builtSoFar(world, build.id),
        )
        if (status.ready) return nothingToRecord
        const { batch, component } = payload
        const key = regenerateKey(Number(batch), component === undefined ? undefined : Number(component))
        return (tx, now) =>
          insertWait(
            tx,
            subject,
            { key, kind: buildrootWait, externalId: tagOf(build), sentence: status.sentence, nextLook: now },
            now,
          )
      },
    },
    {
      kind: 'finalize',
      perform: async (_payload, { subject }) => {
        const build = await load(subject.id)
        await builder.finalize(tagOf(build))
        const packages = (await packagesInTag(world, tagOf(build))).map(({ header }) => header)
        const components = await componentsOf(database, [build.id])
        const module = {
          ...nsvcOf(build),
          build,
          document: withBuildonlyFiltered(documentOf(build), components, packages),
          components: components.map((row) => row.package),
          arches: build.arches,
          packages,
          log: await logOf(world, build),
        }
        // A scratch build is for its author alone.
        if (!build.scratch) {
          await importModule(world, module)
          if (world.develModules) await importDevelModule(world, module)
        }
        const [final] = finalDocuments(module).values()
        return (tx) =>
          updateModuleBuild(tx, build.id, {
            final_modulemd: final === undefined ? '' : writeModulemd([final]),
            modulemd: writeModulemd([module.document]),
          })
      },
    },
    {
      kind: 'check',
      perform: async (payload, { subject }) => {
        const build = await load(subject.id)
        const result = await world.checks.run(String(payload['check']), {
          nsvc: nsvcText(build),
          reusedFrom: await reusedFrom(database, build.id),
          document: readStream(build.final_modulemd ?? ''),
          packages: await packagesInTag(world, tagOf(build)),
          dependencies: await dependenciesOf(world, build),
          platform: await platformOf(world, build),
        })
        return (tx, now) => storeResult(tx, build.id, result, now)
      },
    },
    {
      kind: 'tag-module',
      perform: async (_payload, { subject }) => {
        const build = await load(subject.id)
        const platform = await platformOf(world, build)
        const nsvc = nsvcOf(build)
        const { cg_build_koji_tag: tag } = build
        if (tag === null) throw new Error(`module build ${build.id} is for no tag of candidates`)
        const devel = await findDevelModule(database, build.id, nsvc)
        return async (tx, now) => {
          const change = await HubChange.begin(tx, serviceCaller, now)
          const put = async (name: string, nvr: string) => {
            const arches = platform.arches.join(' ')
            if ((await findTag(tx, name)) === undefined) await createTag(change, name, { arches })
            await tagBuilds(change, name, [nvr])
          }
          await put(tag, moduleNvr(nsvc))
          // With the others, composes would install it.
          if (devel !== undefined) await put(develCandidateTag(platform.stream), devel)
        }
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

/** What happened to the components of a module, for people. */
async function logOf({ database }: World, build: ModuleBuildRow): Promise<string> {
  const components = await componentsOf(database, [build.id])
  const lines = components.map(({ batch, package: name, nvr, time_completed: end }) =>
    [`batch ${batch}`, name, nvr ?? '', end?.toISOString() ?? ''].join(' '),
  )
  return [`module ${Object.values(nsvcOf(build)).join(':')}`, `tag ${tagOf(build)}`, ...lines, ''].join('\n')
}

/** The tags that were registered for a build. */
async function tagsOf({ database }: World, { id }: ModuleBuildRow) {
  const tags = await registeredTags(database, id)
  if (tags === undefined) throw new Error(`module build ${id} has no tag yet`)
  return tags
}

/** The builds that a build root must hold by now: those that are in its tag. */
export async function builtSoFar({ database }: World, id: number): Promise<string[]> {
  const effects = await effectsOf(database, { kind: subjectKind, id })
  const done = new Set(effects.filter(({ state }) => state === 'done').map(({ key }) => key))
  const components = await componentsOf(database, [id])
  return components.flatMap(({ id: component, nvr, state, batch }) =>
    nvr !== null && state === 'complete' && (done.has(batchKey(batch)) || done.has(offerKey(component)))
      ? [nvr]
      : [],
  )
}

async function requireComponent(
  { database }: World,
  payload: Readonly<Record<string, unknown>>,
): Promise<ComponentBuildRow> {
  const id = Number(payload['component'])
  const component = await loadComponent(database, id)
  if (component === undefined) throw new Error(`there is no component ${id}`)
  return component
}

/** The ready modules that this one requires at run time, with their packages. */
async function dependenciesOf(world: World, build: ModuleBuildRow) {
  const document = documentOf(build)
  const available: (RequiredModule & { row: ModuleBuildRow })[] = []
  const asked = new Set<string>()
  for (let open = [document]; open.length > 0;) {
    const names = requiredNames(open).filter((name) => !asked.has(name))
    for (const name of names) asked.add(name)
    const found = (await readyModules(world.database, names)).flatMap((row) =>
      row.platform === build.platform && row.version !== null && row.final_modulemd !== null
        ? [
            {
              row,
              name: row.name,
              stream: row.stream,
              version: row.version,
              document: readStream(row.final_modulemd),
            },
          ]
        : [],
    )
    available.push(...found)
    open = found.map((module) => module.document)
  }
  return Promise.all(
    runtimeModules(document, available).map(async (module) => ({
      document: module.document,
      packages: await packagesInTag(world, tagOf(module.row)),
    })),
  )
}

function nsvcOf({ id, name, stream, version, context }: ModuleBuildRow) {
  if (version === null || context === null) throw new Error(`module build ${id} has no version yet`)
  return { name, stream, version, context }
}

function tagOf({ id, koji_tag }: ModuleBuildRow): string {
  if (koji_tag === null) throw new Error(`module build ${id} has no tag yet`)
  return koji_tag
}

async function platformOf(world: World, { id, platform }: ModuleBuildRow): Promise<Platform> {
  const found = await findPlatform(world, platform ?? '')
  if (found === undefined)
    throw new Error(`the platform ${platform ?? ''} of module build ${id} is not configured any more`)
  return found
}

function documentOf(build: ModuleBuildRow): ModuleStream {
  return readStream(build.modulemd ?? '')
}

function readStream(text: string): ModuleStream {
  const document = readModulemd(text).documents[0]
  if (document?.kind !== 'modulemd') throw new Error('a stored document is no modulemd')
  return document
}

/** The tags of the modules that this one is built against, in the order of their names. */
function dependencyTags({ buildrequires }: ModuleBuildRow): string[] {
  return Object.entries(buildrequires ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { koji_tag: tag }]) => (tag === '' ? [] : [tag]))
}
