import { writeModulemd } from '@mbs/modulemd'
import { UserError } from '../errors.ts'
import {
  asksForDependencyOrder,
  listsOf,
  prefixedVersion,
  type KnownBuild,
  type Universe,
} from '../expansion/index.ts'
import {
  expectedDurations,
  findPlatform,
  strategyOfFailed,
  type PreparedModule,
} from '../modulebuilds/index.ts'
import type { Platform } from '../platforms/index.ts'
import { requireArches } from './components/arches.ts'
import { baseCollisions } from './buildroot/base-collisions.ts'
import { defaultModules } from './buildroot/default-modules.ts'
import { enrich } from './enrich.ts'
import type { FetchedDocument } from './document/fetch-document.ts'
import { filteredRpms } from './buildroot/filtered-rpms.ts'
import type { Identity } from './document/identity.ts'
import { privilegedModules } from './buildroot/privileged.ts'
import type { PrepareWorld, SubmissionOptions } from './submission.ts'
import type { ResolvedComponent } from './components/resolve-components.ts'
import { archesOf, compared, findEarlierBuild, namedBuild } from './reuse/earlier-build.ts'
import { judgeReuse, requireReuse } from './reuse/judge-reuse.ts'
import type { Target } from './buildroot/targets.ts'

/** One of a document's builds, with the data that all of them share. */
interface Parts {
  fetched: FetchedDocument
  target: Target & { module: Identity }
  components: readonly ResolvedComponent[]
  universe: Universe
}

/**
 * Returns a build in the form in which it is recorded: its version, its document, its arches, and for each component
 * whether it is built or reused.
 *
 * @throws UserError 422 for a module that cannot be built on its platform, 400 for a build to reuse components from
 *   that does not exist
 */
export async function complete(
  world: PrepareWorld,
  options: SubmissionOptions,
  { fetched, target, components, universe }: Parts,
): Promise<PreparedModule> {
  const { document, expansion, base, module } = target
  const { dependencies, modules, context, buildContext, buildContextNoBms, runtimeContext } = expansion
  const platform = await requirePlatform(world, base)
  const privileged = await privilegedModules(world.database, world.privilegedNames, modules)
  const arches = requireArches(document, components, platform, privileged)
  const version =
    fetched.kept === undefined
      ? prefixedVersion(base.stream, module.version, world.rules.streamSuffixes)
      : module.version
  const nsvc = { name: module.name, stream: module.stream, version, context }
  const defaults = await defaultModules(world, { base, platform, module: module.name, modules })
  const buildroot = [...modules, ...defaults]
  const buildrequires = await buildrequiresOf(world, buildroot, world.rules.baseModules)
  const ursineRpms = await baseCollisions(world.hub, buildroot, world.rules.baseModules)
  const marking = (await privilegedModules(world.database, world.privilegedNames, buildroot)).find(
    ({ disttagMarking }) => disttagMarking !== '',
  )
  const strategy =
    options.rebuild_strategy ??
    (options.scratch === true ? undefined : await strategyOfFailed(world.database, nsvc)) ??
    world.rebuildStrategy
  requireReuse(strategy, options.reuse_components_from)
  const earlier =
    options.reuse_components_from === undefined
      ? await findEarlierBuild(world.database, { ...nsvc, strategy, expansion }, universe, world.rules)
      : await namedBuild(world.database, options.reuse_components_from)
  const planned = components.map(({ name, component, url, commit, srpm, batch, includedFrom }) => ({
    package: component.name ?? name,
    key: name,
    scmurl: commit === null ? url : `${url}?#${commit}`,
    ref: commit,
    srpm,
    batch,
    arches: archesOf(component.arches, arches),
    cache: component.cache ?? null,
    buildonly: component.buildonly,
    in_buildroot: component.buildroot,
    in_srpm_buildroot: component.srpmBuildroot,
    included_from: includedFrom,
  }))
  const durations = await expectedDurations(
    world.database,
    planned.map((component) => component.package),
    base.stream,
  )
  const dependencyOrder = asksForDependencyOrder(document)
  const judge = judgeReuse(
    strategy,
    { macros: document.buildopts?.macros ?? '', components: planned, dependencyOrder },
    earlier === undefined ? undefined : await compared(world, earlier),
  )
  const source = { scmurl: fetched.scmurl, commit: fetched.commit, sideTag: options.side_tag }
  return {
    ...nsvc,
    scmurl: fetched.scmurl,
    commit: fetched.commit,
    scratch: options.scratch ?? false,
    srpms: options.srpms ?? [],
    platform: base.stream,
    bases: modules
      .filter(({ name }) => world.rules.baseModules.includes(name))
      .map((one) => ({ ...one, version: one.version.toString() })),
    disttagMarking: (marking ?? platform).disttagMarking,
    distTag: fetched.kept?.distTag ?? null,
    arches,
    buildContext,
    buildContextNoBms,
    runtimeContext,
    buildrequires,
    requires: dependencies.map(({ requires }) => Object.fromEntries(listsOf(requires))),
    modulemd: writeModulemd([
      enrich(document, nsvc, dependencies, { buildrequires, ursineRpms }, components, source),
    ]),
    rebuildStrategy: strategy,
    dependencyOrder,
    reusedModuleId: earlier?.id ?? null,
    components: planned.map((component) => ({
      ...component,
      expected: durations.get(component.package) ?? null,
      reuse: judge(component),
    })),
  }
}

async function requirePlatform(
  { database, platforms, builder }: Pick<PrepareWorld, 'database' | 'platforms' | 'builder'>,
  base: KnownBuild,
): Promise<Platform> {
  const platform = await findPlatform({ database, platforms }, base.stream)
  if (platform === undefined || !(builder.can.importedBases || platforms.has(base.stream)))
    throw new UserError(
      422,
      `${base.name}:${base.stream} is known, but its build roots are not configured; add platforms.${base.stream} to the configuration`,
      'data.dependencies',
    )
  return platform
}

async function buildrequiresOf(
  world: Pick<PrepareWorld, 'database' | 'hub'>,
  modules: readonly KnownBuild[],
  baseModules: readonly string[],
): Promise<PreparedModule['buildrequires']> {
  const entries = []
  for (const module of modules) {
    const { name, stream, version, context, kojiTag, ref } = module
    const filtered = baseModules.includes(name) ? [] : await filteredRpms(world, module)
    const entry = { context, koji_tag: kojiTag ?? '', ref, stream, version: version.toString() }
    entries.push([name, { ...entry, filtered_rpms: filtered }] as const)
  }
  return Object.fromEntries(entries)
}
