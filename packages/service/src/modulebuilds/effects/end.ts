import { writeModulemd } from '@mbs/modulemd'
import { serviceCaller } from '../../auth/index.ts'
import { storeResult } from '../../gating/index.ts'
import {
  createTag,
  develCandidateTag,
  findTag,
  HubChange,
  moduleBuildPermission,
  tagBuilds,
} from '../../hub/index.ts'
import type { EffectHandler } from '../../jobs/index.ts'
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
import { documentOf, nsvcOf, platformOf, readStream, tagOf } from './rows.ts'
import type { World } from './world.ts'

/** What makes a module of what is built: documents, checks, the tag of candidates. */
export function endEffects(world: World): EffectHandler[] {
  const { database, builder } = world
  const load = (id: number) => requireModuleBuild(database, id)
  return [
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
            const settings = { arches: platform.arches.join(' '), permission: moduleBuildPermission }
            if ((await findTag(tx, name)) === undefined) await createTag(change, name, settings)
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

/** What happened to the components of a module, for people. */
async function logOf({ database }: World, build: ModuleBuildRow): Promise<string> {
  const components = await componentsOf(database, [build.id])
  const lines = components.map(({ batch, package: name, nvr, time_completed: end }) =>
    [`batch ${batch}`, name, nvr ?? '', end?.toISOString() ?? ''].join(' '),
  )
  return [`module ${Object.values(nsvcOf(build)).join(':')}`, `tag ${tagOf(build)}`, ...lines, ''].join('\n')
}

/**
 * The ready modules that this one requires at run time, with their packages: those that were built here, and those that
 * were imported with theirs. What the repositories of the platform publish is found there.
 */
async function dependenciesOf(world: World, build: ModuleBuildRow) {
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
  return Promise.all(
    runtimeModules(document, available).map(async (module) => ({
      document: module.document,
      packages: await packagesInTag(world, module.tag),
    })),
  )
}

async function requirable(
  { database }: World,
  { platform }: ModuleBuildRow,
  names: readonly string[],
): Promise<(RequiredModule & { tag: string })[]> {
  const found = []
  for (const row of await readyModules(database, names)) {
    const { name, stream, version, koji_tag: tag } = row
    // What was imported has one document, as it was published.
    const text = row.final_modulemd ?? row.modulemd
    if (row.platform !== platform || version === null || text === null || tag === null) continue
    if (nsvcOfTag(tag) !== undefined || (await findTag(database, tag)) === undefined) continue
    found.push({ name, stream, version, tag, document: readStream(text) })
  }
  return found
}
