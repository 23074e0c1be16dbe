import { serviceCaller } from '../../auth/index.ts'
import { inTransaction } from '../../database/index.ts'
import { candidateTag, HubChange } from '../../hub/index.ts'
import { effectsOf, insertWait, type EffectHandler } from '../../jobs/index.ts'
import { registeredTags, registerTags, tagName } from '../../registry/index.ts'
import { batchKey, offerKey, regenerateKey } from '../decide.ts'
import { componentsOf, requireModuleBuild, updateModuleBuild, type ModuleBuildRow } from '../store.ts'
import { subjectKind } from '../transition.ts'
import { documentOf, nsvcOf, platformOf, tagOf } from './rows.ts'
import { buildrootWait, nothingToRecord, type World } from './world.ts'

/** Tags and build root of a module build, and what comes into them. */
export function buildrootEffects(world: World): EffectHandler[] {
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
  ]
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

/** The tags of the modules that this one is built against, in the order of their names. */
function dependencyTags({ buildrequires }: ModuleBuildRow): string[] {
  return Object.entries(buildrequires ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { koji_tag: tag }]) => (tag === '' ? [] : [tag]))
}
