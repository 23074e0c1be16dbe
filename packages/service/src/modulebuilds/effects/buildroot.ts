import type { BuildrootWish } from '../../builders/index.ts'
import { candidateTag } from '../../hub/index.ts'
import { effectsOf, insertWait, type EffectHandler } from '../../jobs/index.ts'
import { makeTags, registeredTags, reserveTags, tagName } from '../../registry/index.ts'
import { requireOpenNames } from '../content/names.ts'
import { keyOf } from '../module-effects.ts'
import { componentsOf, requireModuleBuild, updateModuleBuild, type ModuleBuildRow } from '../store.ts'
import { subjectKind } from '../transition.ts'
import { moduleEffect } from './module-effect.ts'
import { documentOf, nsvcOf, platformOf, tagOf } from './rows.ts'
import { buildrootWait, nothingToRecord, type World } from './world.ts'

/** Returns the handlers of effects that make the tags and the build root of a module build and fill them. */
export function buildrootEffects(world: World): EffectHandler[] {
  const { database, builder } = world
  const load = (id: number) => requireModuleBuild(database, id)
  return [
    moduleEffect('register-tag', async (_told, { subject }) => {
      const build = await load(subject.id)
      const wanted = tagName(nsvcOf(build), build.scratch ? build.id : undefined)
      // The submission has checked the names already. The service checks them again now that it has reserved them: from
      // here on, no other module can get them.
      if (!build.scratch) await requireOpenNames(world, [nsvcOf(build)])
      const tags = await reserveTags(world, build.id, wanted)
      await makeTags(world.hub, tags, build.arches)
      const candidate = build.scratch ? null : candidateTag((await platformOf(world, build)).stream)
      return (tx) => updateModuleBuild(tx, build.id, { koji_tag: tags.tag, cg_build_koji_tag: candidate })
    }),
    moduleEffect('connect-buildroot', async (_told, { subject }) => {
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
      await builder.addRepos({ tag, platform: stream }, dependencyTags(build))
      return nothingToRecord
    }),
    moduleEffect('tag-batch', async (told, { subject }) => {
      const build = await load(subject.id)
      const components = (await componentsOf(database, [build.id])).filter(
        // A module that reuses all components tags one batch: the last one, together with all earlier ones.
        ({ batch, reused_component_id: earlier }) =>
          batch === told.batch || (earlier !== null && batch < told.batch),
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
      const profile = (name: string, isWanted: boolean) => (isWanted ? (profiles.get(name)?.rpms ?? []) : [])
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
    }),
    moduleEffect('regenerate', async (told, { subject }) => {
      const build = await load(subject.id)
      const status = await builder.regenerate(await buildrootWish(world, build))
      if (status.ready) return nothingToRecord
      const key = keyOf({ kind: 'regenerate', ...told })
      return (tx, now) =>
        insertWait(
          tx,
          subject,
          { key, kind: buildrootWait, externalId: tagOf(build), sentence: status.sentence, nextLook: now },
          now,
        )
    }),
  ]
}

/** Returns the tags that are registered for a build. */
async function tagsOf({ database }: World, { id }: ModuleBuildRow) {
  const tags = await registeredTags(database, id)
  if (tags === undefined) throw new Error(`module build ${id} has no tag yet`)
  return tags
}

/** Returns the build root that a module needs now, with all builds that it must hold. */
export async function buildrootWish(world: World, build: ModuleBuildRow): Promise<BuildrootWish> {
  return { tag: tagOf(build), platform: build.platform ?? '', nvrs: await builtSoFar(world, build.id) }
}

/** Returns the builds that a build root must hold now: the builds that are in its tag. */
async function builtSoFar({ database }: World, id: number): Promise<string[]> {
  const effects = await effectsOf(database, { kind: subjectKind, id })
  const done = new Set(effects.filter(({ state }) => state === 'done').map(({ key }) => key))
  const components = await componentsOf(database, [id])
  return components.flatMap(({ id: component, nvr, state, batch }) =>
    nvr !== null &&
    state === 'complete' &&
    (done.has(keyOf({ kind: 'tag-batch', batch })) || done.has(keyOf({ kind: 'offer-component', component })))
      ? [nvr]
      : [],
  )
}

/** Returns the tags of the modules that this module is built against, in the order of the modules' names. */
function dependencyTags({ buildrequires }: ModuleBuildRow): string[] {
  return Object.entries(buildrequires ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { koji_tag: tag }]) => (tag === '' ? [] : [tag]))
}
