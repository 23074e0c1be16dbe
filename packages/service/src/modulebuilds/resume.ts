import type { StateNews } from './state-news.ts'
import type { Caller } from '../auth/index.ts'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { excerpt, UserError } from '../errors.ts'
import { effectsOf, forgetFailedEffects, type Engine } from '../jobs/index.ts'
import { macrosPackage } from '../reserved-packages.ts'
import { existsAlready, requireAction, requireOwner, requireRetry } from './actions.ts'
import { isBeingGivenUp } from './giving-up.ts'
import { resumedDocument } from './content/resumed-document.ts'
import { macrosRow } from './macros.ts'
import type { ModuleEffectKind } from './module-effects.ts'
import { findExisting, lockStream, takeHubNames } from './one-of-a-name.ts'
import type { PreparedModule } from './prepared.ts'
import { componentRow, linkBases, moduleRow, unlinkBases } from './prepared-rows.ts'
import {
  componentsOf,
  lockModuleBuild,
  moduleTables,
  updateModuleBuild,
  type ComponentBuildRow,
  type ModuleBuildRow,
} from './store.ts'
import { subjectKind, transition } from './transition.ts'

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
export async function findFailed(
  tx: Tx,
  { name, stream, version, context }: PreparedModule,
): Promise<ModuleBuildRow | undefined> {
  const found = await moduleTables(tx)
    .selectFrom('module_builds')
    .select('id')
    .where('name', '=', name)
    .where('stream', '=', stream)
    .where('version', '=', version)
    .where('context', '=', context)
    .where('state', '=', 'failed')
    .where('scratch', '=', false)
    .orderBy('id')
    .executeTakeFirst()
  const build = found === undefined ? undefined : await lockModuleBuild(tx, found.id)
  return build?.state === 'failed' ? build : undefined
}

/**
 * Resumes a failed or cancelled build from where it stopped (upstream: resubmission). Built components stay. The other
 * components are built from the commits that their refs name now, in new attempts.
 *
 * @param prepared the module of the new submission; without it, nothing about the module changes
 *
 * @throws UserError 400 for another rebuild strategy; 409 while components of the build are still being stopped, and for
 *   a submission with other components: an included module has changed, but the version is that of the module's commit
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
  const isGivenUp = isBeingGivenUp(await effectsOf(tx, subject))
  requireAction(prepared === undefined ? 'retry' : 'resume', build, { components, isGivenUp })
  // What is built was built against the streams of the first run, and its macros keep their packages apart.
  const hasBuilt = components.some(({ state }) => state === 'complete')
  if (prepared !== undefined) requireSameComponents(id, components, prepared)
  if (prepared !== undefined && hasBuilt) requireSamePlatform(build, prepared)
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
        ? { modulemd: resumedDocument(prepared.modulemd, build.modulemd ?? '', components) }
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
 *   has not failed or a component that is built
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
    const isGivenUp = isBeingGivenUp(await effectsOf(tx, { kind: subjectKind, id }))
    requireRetry(build, { components, isGivenUp }, component)
    await requireOnlyOne(tx, build)
    await resume(tx, parts, build, build.owner, undefined, now)
  })
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

/** @throws UserError (409) when the submission is for another platform or other arches */
function requireSamePlatform(build: ModuleBuildRow, { platform, arches }: PreparedModule): void {
  const text = (of: string | null, list: readonly string[]) => `${of ?? ''} (${[...list].sort().join(', ')})`
  const [before, now] = [text(build.platform, build.arches), text(platform, arches)]
  if (before !== now)
    throw new UserError(
      409,
      `module build ${build.id} has components for ${before}, not for ${now}; make a new commit to build it there`,
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

async function updateComponents(
  tx: Tx,
  id: number,
  components: readonly ComponentBuildRow[],
  prepared: PreparedModule | undefined,
): Promise<void> {
  const again = {
    state: null,
    state_reason: null,
    task_id: null,
    missing_after: null,
    time_started: null,
    time_completed: null,
  }
  let isBuilt = false
  for (const row of components.filter(({ state }) => state !== 'complete')) {
    const now = prepared?.components.find((component) => component.package === row.package)
    isBuilt ||= now?.reuse.componentId === null
    const source = now === undefined ? {} : componentRow(now)
    await moduleTables(tx)
      .updateTable('component_builds')
      .set({ ...again, ...source })
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
