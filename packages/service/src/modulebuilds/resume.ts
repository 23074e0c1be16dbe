import type { ModuleStream } from '@mbs/modulemd'
import type { StateNews } from './state-news.ts'
import type { Caller } from '../auth/index.ts'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { excerpt, UserError } from '../errors.ts'
import { effectsOf, forgetFailedEffects, type Engine } from '../jobs/index.ts'
import { macrosPackage } from '../reserved-packages.ts'
import { existsAlready, requireAction, requireOwner, requireRetry, type ActedFacts } from './actions.ts'
import { isBeingGivenUp } from './giving-up.ts'
import { resumedDocument, streamIn } from './content/resumed-document.ts'
import { macrosRow } from './macros.ts'
import type { ModuleEffectKind } from './module-effects.ts'
import { findExisting, lockStream, takeHubNames } from './one-of-a-name.ts'
import type { PreparedComponent, PreparedModule } from './prepared.ts'
import { componentRow, linkBases, moduleRow, unlinkBases } from './prepared-rows.ts'
import { requireAlive } from '../retirement/index.ts'
import {
  componentsOf,
  lockModuleBuild,
  moduleTables,
  updateModuleBuild,
  type ComponentBuildRow,
  type ModuleBuildRow,
} from './store.ts'
import type { RebuildStrategy } from './reuse.ts'
import { resetComponent, subjectKind, transition } from './transition.ts'

/**
 * Effects that are done and that a resumed build repeats. A clean-up that failed may have deleted some of the build's
 * tags. A failed build also stops waiting for repositories, so they may lack its packages.
 */
const doneAgain = [
  'register-tag',
  'connect-buildroot',
  'tag-batch',
  'offer-component',
  'regenerate',
  // The component may have another commit by now.
  'survey-component',
  // A new submission brings its own document.
  'finalize',
] satisfies ModuleEffectKind[]

/** Effects of attempts. The service never repeats an attempt, so the result of each one stays known. */
const keptOfAttempts = [
  'start-component',
  'collect-component',
  'cancel-component',
] satisfies ModuleEffectKind[]

/**
 * Returns the failed build of the same module, with its row locked. Earlier versions of the service could record a second
 * one with the same dist tag; the first one has the packages.
 */
export async function findFailed(tx: Tx, module: PreparedModule): Promise<ModuleBuildRow | undefined> {
  const found = await failedOf(tx, module)
  const build = found === undefined ? undefined : await lockModuleBuild(tx, found.id)
  return build?.state === 'failed' ? build : undefined
}

/** Returns the rebuild strategy with which the failed build of the same module would resume, if there is one. */
export async function strategyOfFailed(
  database: Database,
  module: Pick<PreparedModule, 'name' | 'stream' | 'version' | 'context'>,
): Promise<RebuildStrategy | undefined> {
  return (await failedOf(database, module))?.rebuild_strategy as RebuildStrategy | undefined
}

function failedOf(
  database: Database | Tx,
  { name, stream, version, context }: Pick<PreparedModule, 'name' | 'stream' | 'version' | 'context'>,
) {
  return moduleTables(database)
    .selectFrom('module_builds')
    .select(['id', 'rebuild_strategy'])
    .where('name', '=', name)
    .where('stream', '=', stream)
    .where('version', '=', version)
    .where('context', '=', context)
    .where('state', '=', 'failed')
    .where('scratch', '=', false)
    .orderBy('id')
    .executeTakeFirst()
}

/**
 * Resumes a failed or cancelled build from where it stopped (upstream: resubmission). Built components stay. The other
 * components are built from the commits that their refs name now, in new attempts.
 *
 * @param prepared the module of the new submission; without it, nothing about the module changes
 *
 * @throws UserError 400 for another rebuild strategy; 409 while the build is still being stopped, for a submission with
 *   other components (an included module has changed, but the version is that of the module's commit), and for one that
 *   the finished components do not fit
 */
export async function resume(
  tx: Tx,
  { engine, news }: { engine: Engine; news: StateNews },
  build: ModuleBuildRow,
  owner: string,
  prepared: PreparedModule | undefined,
  now: Date,
): Promise<void> {
  const { id } = build
  if (prepared !== undefined && build.rebuild_strategy !== prepared.rebuildStrategy)
    throw new UserError(
      400,
      `module build ${id} resumes with its original rebuild strategy, ${build.rebuild_strategy}`,
      'rebuild_strategy',
    )
  const components = await componentsOf(tx, [id])
  const subject = { kind: subjectKind, id }
  const facts = await factsOf(tx, engine, id, components)
  requireAction(prepared === undefined ? 'retry' : 'resume', build, facts)
  // What is built was built against the streams of the first run, and its macros keep their packages apart.
  const hasBuilt = components.some(({ state }) => state === 'complete')
  if (prepared !== undefined) requireSameComponents(id, components, prepared)
  if (prepared !== undefined && hasBuilt) requireSameBuildroot(build, prepared)
  await updateComponents(tx, id, components, prepared)
  await updateModuleBuild(tx, id, {
    owner,
    batch: 0,
    cancelled_by: null,
    cancel_reason: null,
    time_completed: null,
    ...(prepared === undefined
      ? {}
      : hasBuilt
        ? {
            modulemd: resumedDocument(
              prepared.modulemd,
              build.modulemd ?? '',
              builtRefs(components, prepared.components),
            ),
            reused_module_id: prepared.reusedModuleId,
          }
        : moduleRow(prepared)),
  })
  if (prepared !== undefined && !hasBuilt) {
    await unlinkBases(tx, id)
    await linkBases(tx, id, prepared.bases)
  }
  await forgetFailedEffects(tx, subject, { doneToo: doneAgain, but: keptOfAttempts })
  await transition(tx, news, id, { state: 'wait', reason: `Resubmitted by ${owner}` }, now)
  await engine.wake(tx, subject)
}

/**
 * Retries a failed component, and everything else that its build has not done.
 *
 * @throws UserError 404 for an unknown build or component, 403 for a caller who may not retry it, 409 for a build that
 *   has not failed or a component that is built, 422 for a stream that was retired meanwhile
 */
export async function retryComponent(
  parts: { database: Database; engine: Engine; news: StateNews },
  id: number,
  name: string,
  caller: Caller,
  now: Date,
): Promise<void> {
  await inTransaction(parts.database, 'retry', async (tx) => {
    const named = await moduleTables(tx)
      .selectFrom('module_builds')
      .select(['name', 'stream'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (named !== undefined) await lockStream(tx, named.name, named.stream)
    const build = await lockModuleBuild(tx, id)
    if (build === undefined) throw new UserError(404, `There is no module build ${id}.`)
    requireOwner('retry', build, caller)
    const components = await componentsOf(tx, [id])
    const component = components.find((row) => row.package === name)
    if (component === undefined) throw new UserError(404, `Module build ${id} has no component ${name}.`)
    requireRetry(build, await factsOf(tx, parts.engine, id, components), component)
    await requireAlive(tx, build.name, build.stream, now)
    await requireOnlyOne(tx, build)
    await resume(tx, parts, build, build.owner, undefined, now)
  })
}

/** Returns the facts that decide whether a build may continue. The caller holds its lock. */
async function factsOf(
  tx: Tx,
  engine: Engine,
  id: number,
  components: readonly ComponentBuildRow[],
): Promise<ActedFacts> {
  const subject = { kind: subjectKind, id }
  const isGivenUp = isBeingGivenUp(await effectsOf(tx, subject))
  return { components, isGivenUp, isStopping: await engine.isStopping(tx, subject) }
}

/** @throws UserError (409) when another build has the NSVC by now, or another module the name in the hub */
async function requireOnlyOne(tx: Tx, build: ModuleBuildRow): Promise<void> {
  const { name, stream, version, context, scratch } = build
  if (scratch) return
  if (version !== null && context !== null) {
    const other = await findExisting(tx, { name, stream, version, context })
    if (other !== undefined) {
      const { status, sentence } = existsAlready(other, [`${name}:${stream}:${version}:${context}`])
      throw new UserError(status, sentence)
    }
  }
  await takeHubNames(tx, build)
}

/**
 * Checks that a build can take in a submission although it has finished components: they belong to a platform, to
 * streams, to macros, and to a commit. The version alone says none of that: a document may set it, the context too, and
 * two commits of one second have the same.
 *
 * @throws UserError (409) that names the difference
 */
function requireSameBuildroot(build: ModuleBuildRow, prepared: PreparedModule): void {
  const arches = (list: readonly string[]) => `(${[...list].sort().join(', ')})`
  const [before, now] = [build.modulemd ?? '', prepared.modulemd].map(streamIn)
  const differences = [
    {
      what: 'another platform or other arches',
      before: `${build.platform ?? ''} ${arches(build.arches)}`,
      now: `${prepared.platform} ${arches(prepared.arches)}`,
    },
    {
      what: 'other build requirements',
      before: streamsIn(before, 'buildrequires'),
      now: streamsIn(now, 'buildrequires'),
    },
    { what: 'other requirements', before: streamsIn(before, 'requires'), now: streamsIn(now, 'requires') },
    {
      what: 'another source',
      before: build.scmurl === null ? 'a document' : `commit ${build.commit ?? ''}`,
      now: prepared.scmurl === null ? 'a document' : `commit ${prepared.commit}`,
    },
    {
      what: 'other macros (buildopts.rpms.macros)',
      before: before?.buildopts?.macros ?? '',
      now: now?.buildopts?.macros ?? '',
    },
  ]
  const found = differences.find((difference) => difference.before !== difference.now)
  if (found !== undefined)
    throw new UserError(
      409,
      `module build ${build.id} has components for ${found.what} (${excerpt(found.before)}, now ${excerpt(found.now)}); ${build.scmurl === null ? 'give it another version' : 'make a new commit'} to build it`,
    )
}

/**
 * Returns the streams that a document itself names. The modules that these need in turn may have other streams by now;
 * a build keeps those of its first run.
 */
function streamsIn(document: ModuleStream | undefined, which: 'buildrequires' | 'requires'): string {
  return (document?.dependencies ?? [])
    .flatMap((block) => [...block[which]].map(([name, streams]) => `${name}:${[...streams].join('|')}`))
    .sort()
    .join(', ')
}

/** Returns the commits of the finished components, by the keys of these components in the new document. */
function builtRefs(
  components: readonly ComponentBuildRow[],
  now: readonly PreparedComponent[],
): ReadonlyMap<string, string> {
  const keys = new Map(now.map((component) => [component.package, component.key]))
  return new Map(
    components.flatMap(({ package: name, state, ref }): [string, string][] =>
      state === 'complete' && ref !== null ? [[keys.get(name) ?? name, ref]] : [],
    ),
  )
}

/** @throws UserError (409) */
function requireSameComponents(
  id: number,
  components: readonly ComponentBuildRow[],
  prepared: PreparedModule,
): void {
  const before = new Map(components.map((row) => [row.package, row.batch]))
  before.delete(macrosPackage)
  const now = new Map(prepared.components.map((component) => [component.package, component.batch]))
  const differing = [...new Set([...before.keys(), ...now.keys()])].filter(
    (name) => before.get(name) !== now.get(name),
  )
  if (differing.length > 0)
    throw new UserError(
      409,
      `module build ${id} has other components or batches than this submission (${excerpt(differing.sort().join(', '))}): an included module has changed; make a new commit to build it`,
    )
}

/** Returns the columns of a component that count only after its build. */
function usesOf({ buildonly, in_buildroot, in_srpm_buildroot }: PreparedComponent) {
  return { buildonly, in_buildroot, in_srpm_buildroot }
}

/**
 * Returns the components of a submission, with the reuse that is right beside the finished components. A finished
 * component keeps its commit. If its ref has another one by now, the components after it cannot come from a build that
 * has this other commit.
 */
function besideKept(
  prepared: PreparedModule,
  components: readonly ComponentBuildRow[],
): readonly PreparedComponent[] {
  if (prepared.rebuildStrategy !== 'changed-and-after') return prepared.components
  const refs = new Map(prepared.components.map((component) => [component.package, component.ref]))
  const kept = components.filter(
    ({ state, package: name, ref }) => state === 'complete' && refs.has(name) && refs.get(name) !== ref,
  )
  return prepared.components.map((component) => {
    const counting = component.batch - (prepared.dependencyOrder ? 0 : 1)
    const earlier = kept.find(({ batch }) => batch <= counting)
    if (earlier === undefined || component.reuse.componentId === null) return component
    const detail = `${earlier.package} in batch ${earlier.batch}, before it, is built from another commit`
    return { ...component, reuse: { code: 'earlier-batch-changed', detail, componentId: null } }
  })
}

async function updateComponents(
  tx: Tx,
  id: number,
  components: readonly ComponentBuildRow[],
  prepared: PreparedModule | undefined,
): Promise<void> {
  const submitted = new Map(
    (prepared === undefined ? [] : besideKept(prepared, components)).map((one) => [one.package, one]),
  )
  let isBuilt = false
  for (const row of components) {
    const now = submitted.get(row.package)
    if (row.state !== 'complete') {
      isBuilt ||= now?.reuse.componentId === null
      await resetComponent(tx, row.id, now === undefined ? {} : componentRow(now))
    } else if (now !== undefined)
      await moduleTables(tx)
        .updateTable('component_builds')
        .set(usesOf(now))
        .where('id', '=', row.id)
        .execute()
  }
  // A build whose components were all reused has no macros. A component that is built now needs them.
  if (isBuilt && components.every((row) => row.package !== macrosPackage))
    await moduleTables(tx)
      .insertInto('component_builds')
      .values({ ...macrosRow, module_build_id: id })
      .execute()
}
