import { writeModulemd } from '@mbs/modulemd'
import { storeResult } from '../../gating/index.ts'
import { develCandidateTag, moduleBuildPermission, settled } from '../../hub/index.ts'
import type { EffectHandler, Recorder } from '../../jobs/index.ts'
import { moduleEffect } from './module-effect.ts'
import { withBuildonlyFiltered } from '../content/final-modulemd.ts'
import {
  finalDocuments,
  findDevelModule,
  importDevelModule,
  importModule,
} from '../content/module-content.ts'
import { moduleNvr } from '../content/hub-name.ts'
import { packagesInTag } from '../content/module-packages.ts'
import { requiredNames, runtimeModules, type RequiredModule } from '../content/runtime-modules.ts'
import { HeaderBudget } from '../../package-header.ts'
import { Pool } from '../../pool.ts'
import type { Platform } from '../../platforms/index.ts'
import { nsvcOfTag } from '../../published/index.ts'
import {
  componentsOf,
  nsvcText,
  readyModules,
  requireModuleBuild,
  reusedFrom,
  updateModuleBuild,
  type ModuleBuildRow,
} from '../store.ts'
import { deleteOwnTags } from '../clean-up.ts'
import { cleanUpKind } from '../giving-up.ts'
import { transition } from '../transition.ts'
import { documentOf, nsvcOf, platformOf, readStream, tagOf } from './rows.ts'
import { nothingToRecord, type World } from './world.ts'

/** Most effects of this process that hold the headers of a module's packages in memory at a time. */
const headerTasksMax = 2

/**
 * Returns the handlers of effects that make a module from built components (documents, checks, the candidate tag) and
 * of the effect that gives a failed build up.
 */
export function endEffects(world: World): EffectHandler[] {
  const { database } = world
  const load = (id: number) => requireModuleBuild(database, id)
  const tasks = new Pool(headerTasksMax)
  return [
    moduleEffect('finalize', async (_told, { subject }) => tasks.run(() => finalize(world, subject.id))),
    moduleEffect('check', async (told, { subject }) => {
      const build = await load(subject.id)
      const result = await world.checks.run(told.check, {
        nsvc: nsvcText(build),
        reusedFrom: await reusedFrom(database, build.id),
        document: readStream(build.final_modulemd ?? ''),
        withPackages: (use) =>
          tasks.run(async () => {
            const budget = new HeaderBudget()
            return use({
              packages: await packagesInTag(world.hub, tagOf(build), budget),
              dependencies: () => dependenciesOf(world, build, budget),
            })
          }),
        platform: await platformOf(world, build),
      })
      return (tx, now) => storeResult(tx, build.id, result, now)
    }),
    moduleEffect(cleanUpKind, async (told, { subject }) => {
      await deleteOwnTags(world, subject.id)
      return async (tx, now) => {
        const reason = `it failed more than ${told.days} days ago and was not resumed`
        await transition(tx, world.news, subject.id, { state: 'garbage', reason }, now)
      }
    }),
    moduleEffect('tag-module', async (_told, { subject }) => {
      const build = await load(subject.id)
      const platform = await platformOf(world, build)
      const nsvc = nsvcOf(build)
      const { cg_build_koji_tag: tag } = build
      if (tag === null) throw new Error(`module build ${build.id} is for no tag of candidates`)
      const devel = await findDevelModule(world.hub, build.id, nsvc)
      await put(world, platform, tag, moduleNvr(nsvc))
      // The -devel module has a candidate tag of its own: in the modules' tag, composes would install it.
      if (devel !== undefined) await put(world, platform, develCandidateTag(platform.stream), devel)
      return nothingToRecord
    }),
  ]
}

/** Makes the documents of a module from its packages, and gives them to the hub. */
async function finalize(world: World, id: number): Promise<Recorder> {
  const build = await requireModuleBuild(world.database, id)
  const components = await componentsOf(world.database, [build.id])
  // A user of the hub may have removed a component from the tag. Without this call, the module would lack it.
  const built = components.flatMap(({ nvr, build_time_only: isForBuilding }) =>
    nvr === null || isForBuilding ? [] : [nvr],
  )
  await world.builder.tagArtifacts(tagOf(build), built)
  const packages = (await packagesInTag(world.hub, tagOf(build))).map(({ header }) => header)
  const module = {
    ...nsvcOf(build),
    build,
    document: withBuildonlyFiltered(documentOf(build), components, packages),
    components: components.map((row) => row.package),
    arches: build.arches,
    packages,
    log: await logOf(world, build),
  }
  // A scratch build is only for its author, so the hub does not get it as a module.
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
}

/** Tags a module for its platform. Leaves the settings of an existing tag to its owner. */
async function put({ hub }: World, { arches }: Platform, tag: string, nvr: string): Promise<void> {
  const settings = { arches: arches.join(' '), permission: moduleBuildPermission }
  if (!(await hub.tags([tag])).has(tag)) await settled(hub.ensureTags([{ name: tag, ...settings }]))
  await settled(hub.tag(tag, [nvr]))
}

/** Returns the history of a module's components, for people. */
async function logOf({ database }: World, build: ModuleBuildRow): Promise<string> {
  const components = await componentsOf(database, [build.id])
  const lines = components.map(({ batch, package: name, nvr, time_completed: end }) =>
    [`batch ${batch}`, name, nvr ?? '', end?.toISOString() ?? ''].join(' '),
  )
  return [`module ${Object.values(nsvcOf(build)).join(':')}`, `tag ${tagOf(build)}`, ...lines, ''].join('\n')
}

/**
 * Returns the ready modules that this module requires at run time, with their packages: modules that were built here,
 * and modules that were imported with their packages. Modules that the platform's repositories publish are left out,
 * because the check finds them there.
 */
async function dependenciesOf(world: World, build: ModuleBuildRow, budget: HeaderBudget) {
  const document = documentOf(build)
  const available: (RequiredModule & { tag: string })[] = []
  const asked = new Set<string>()
  for (let open = [document]; open.length > 0;) {
    const names = requiredNames(open).filter((name) => !asked.has(name))
    for (const name of names) asked.add(name)
    const found = await requirable(world, build, names)
    available.push(...found)
    open = found.map((module) => module.document)
  }
  const dependencies = []
  for (const { document: own, tag } of runtimeModules(document, available))
    dependencies.push({ document: own, packages: await packagesInTag(world.hub, tag, budget) })
  return dependencies
}

async function requirable(
  { database, hub }: World,
  { platform }: ModuleBuildRow,
  names: readonly string[],
): Promise<(RequiredModule & { tag: string })[]> {
  const found = []
  const rows = await readyModules(database, names)
  const tags = await hub.tags(rows.flatMap(({ koji_tag: tag }) => tag ?? []))
  for (const row of rows) {
    const { name, stream, version, koji_tag: tag } = row
    // An imported module has one document: the published one.
    const text = row.final_modulemd ?? row.modulemd
    if (row.platform !== platform || version === null || text === null || tag === null) continue
    if (nsvcOfTag(tag) !== undefined || !tags.has(tag)) continue
    found.push({ name, stream, version, tag, document: readStream(text) })
  }
  return found
}
