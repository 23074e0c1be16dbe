import { readModulemd, type ModuleStream } from '@mbs/modulemd'
import { readRpmHeader } from '@mbs/rpm'
import type { Artifacts } from '../artifacts/index.ts'
import { serviceCaller } from '../auth/index.ts'
import { type ComponentPlan, type GenericBuilder } from '../builders/index.ts'
import type { Outbox } from '../bus/index.ts'
import type { Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { storeResult, type Checks, type TestedPackage } from '../gating/index.ts'
import { candidateTag, createTag, findTag, HubChange, listTagged, rpmsOf, tagBuilds } from '../hub/index.ts'
import { effectsOf, endWait, insertWait, type EffectHandler, type Recorder } from '../jobs/index.ts'
import type { Platform } from '../platforms/index.ts'
import { registeredTags, registerTags, tagName } from '../registry/index.ts'
import type { Metrics } from '../telemetry/index.ts'
import { cancelKind, startKey, waitKey } from './decide.ts'
import { macrosPackage, macrosSource } from './macros.ts'
import { importModule, moduleNvr } from './module-content.ts'
import { runtimeModules, requiredNames, type RequiredModule } from './runtime-modules.ts'
import {
  componentsOf,
  loadComponent,
  readyModules,
  requireModuleBuild,
  updateAttempt,
  updateModuleBuild,
  type ModuleBuildRow,
} from './store.ts'
import { endAttempt } from './transition.ts'

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
        const wanted = tagName(nsvcOf(build))
        const { tag } = await inTransaction(database, 'register tag', async (tx) =>
          registerTags(await HubChange.begin(tx, serviceCaller, world.clock.now()), build.id, wanted),
        )
        return (tx) => updateModuleBuild(tx, build.id, { koji_tag: tag })
      },
    },
    {
      kind: 'connect-buildroot',
      perform: async (_payload, { subject }) => {
        const build = await load(subject.id)
        const platform = platformOf(world, build)
        const tag = tagOf(build)
        const { buildGroup, srpmBuildGroup, arches } = platform
        const { buildTag } = await tagsOf(world, build)
        const { stream } = platform
        await builder.connect({ tag, buildTag, platform: stream, arches, buildGroup, srpmBuildGroup })
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
        const component = await loadComponent(database, id)
        if (component === undefined) throw new Error(`there is no component ${id}`)
        // Of a build that has ended meanwhile the backend begins none: each such attempt is cancelled.
        const plan = componentPlan(build, component)
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
          ({ batch }) => batch === payload['batch'],
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
        const key = `regenerate:${Number(payload['batch'])}`
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
        const packages = await packagesOf(world, build)
        const text = await importModule(world, {
          ...nsvcOf(build),
          build,
          document: documentOf(build),
          arches: platformOf(world, build).arches,
          packages: packages.map(({ header }) => header),
          log: await logOf(world, build),
        })
        return (tx) => updateModuleBuild(tx, build.id, { final_modulemd: text })
      },
    },
    {
      kind: 'check',
      perform: async (payload, { subject }) => {
        const build = await load(subject.id)
        const result = await world.checks.run(String(payload['check']), {
          nsvc: Object.values(nsvcOf(build)).join(':'),
          document: readStream(build.final_modulemd ?? ''),
          packages: await packagesOf(world, build),
          dependencies: await dependenciesOf(world, build),
          platform: platformOf(world, build),
        })
        return (tx, now) => storeResult(tx, build.id, result, now)
      },
    },
    {
      kind: 'tag-module',
      perform: async (_payload, { subject }) => {
        const build = await load(subject.id)
        const platform = platformOf(world, build)
        const tag = candidateTag(platform.stream)
        return async (tx, now) => {
          const change = await HubChange.begin(tx, serviceCaller, now)
          const arches = platform.arches.join(' ')
          if ((await findTag(tx, tag)) === undefined) await createTag(change, tag, { arches })
          await tagBuilds(change, tag, [moduleNvr(nsvcOf(build))])
        }
      },
    },
  ]
}

/** What a component's build needs to be known of it. */
function componentPlan(
  build: ModuleBuildRow,
  component: { package: string; scmurl: string; ref: string | null },
): ComponentPlan {
  const plan = { package: component.package, tag: tagOf(build), platform: build.platform ?? '' }
  if (component.package === macrosPackage) {
    const extra = documentOf(build).buildopts?.macros ?? ''
    const files = macrosSource({ ...nsvcOf(build), distTag: build.dist_tag ?? '', extra })
    return { ...plan, source: { kind: 'generated', files } }
  }
  const url = component.scmurl.replace(/\?#.*$/, '')
  return { ...plan, source: { kind: 'dist-git', url, commit: component.ref ?? '' } }
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

/** The builds that a build root must hold by now. */
export async function builtSoFar(world: World, id: number): Promise<string[]> {
  const components = await componentsOf(world.database, [id])
  return components.flatMap(({ nvr, state }) => (nvr !== null && state === 'complete' ? [nvr] : []))
}

/** Everything in the module's result tag, with headers read from the files as they are now. */
async function packagesOf({ database, artifacts }: World, build: ModuleBuildRow): Promise<TestedPackage[]> {
  const builds = await listTagged(database, tagOf(build), { type: 'rpm' })
  const rpms = await rpmsOf(database, builds)
  return Promise.all(
    rpms.map(async ({ sha256 }) => {
      const path = await artifacts.path(sha256)
      return { path, header: await readRpmHeader(path) }
    }),
  )
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
      packages: await packagesOf(world, module.row),
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

function platformOf({ platforms }: World, { id, platform }: ModuleBuildRow): Platform {
  const found = platforms.get(platform ?? '')
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
function dependencyTags(build: ModuleBuildRow): string[] {
  const mbs = mapOf(mapOf(documentOf(build).xmd)?.get('mbs'))
  const required = [...(mapOf(mbs?.get('buildrequires')) ?? new Map<string, unknown>())]
  return required.flatMap(([, entry]) => {
    const tag = mapOf(entry)?.get('koji_tag')
    return typeof tag === 'string' && tag !== '' ? [tag] : []
  })
}

function mapOf(value: unknown): Map<string, unknown> | undefined {
  return value instanceof Map ? (value as Map<string, unknown>) : undefined
}
