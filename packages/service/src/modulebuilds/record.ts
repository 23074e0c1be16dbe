import { readModulemd, writeModulemd } from '@mbs/modulemd'
import { sql } from 'kysely'
import type { StateNews } from './state-news.ts'
import type { Database, Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import type { Engine } from '../jobs/index.ts'
import { existsAlready } from './actions.ts'
import { distTag } from './dist-tag.ts'
import { macrosRow } from './macros.ts'
import { findExisting, lockStream, takeHubNames, type Existing } from './one-of-a-name.ts'
import type { ModuleRequest, PreparedModule } from './prepared.ts'
import { componentRow, linkBases, moduleRow } from './prepared-rows.ts'
import { findFailed, resume } from './resume.ts'
import { moduleTables, siblingsOf, updateModuleBuild } from './store.ts'
import { recordState, subjectKind, transition } from './transition.ts'

interface Parts {
  engine: Engine
  news: StateNews
}

/** Records a request as a module build in `init`. Its preparation continues in the background. */
export async function recordRequest(
  tx: Tx,
  { engine, news }: Parts,
  { options, rebuildStrategy, ...request }: ModuleRequest,
  now: Date,
): Promise<number> {
  const { id } = await moduleTables(tx)
    .insertInto('module_builds')
    .values({
      ...request,
      request: JSON.stringify(options),
      rebuild_strategy: rebuildStrategy,
      state: 'init',
      time_submitted: now,
      time_modified: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordState(tx, news, id, null, now)
  await engine.wake(tx, { kind: subjectKind, id })
  return id
}

/**
 * Records the module builds of a document, in `wait`. Builds that exist and have not failed stay unchanged. Failed
 * builds continue from where they stopped (upstream: submit_module_build). A scratch build is new each time. The first
 * new build takes the place of the recorded request, if there is one. If no build is new, the request ends as failed and
 * names the builds that continue.
 *
 * @param requestId a module build in `init` that stands for the whole request; without it, all builds are recorded anew
 * @returns the ids of all builds, in the order of `modules`
 * @throws UserError 409 when all of them exist, one is still being stopped, a failed one has other components by now, or
 *   another stream would have the same name in the hub; 400 for a rebuild strategy other than that of the build that
 *   would continue
 */
export async function recordPrepared(
  tx: Tx,
  parts: Parts,
  request: ModuleRequest,
  requestId: number | undefined,
  modules: readonly PreparedModule[],
  now: Date,
): Promise<number[]> {
  const [first] = modules
  if (first === undefined) return []
  await lockStream(tx, first.name, first.stream)
  if (!first.scratch) await takeHubNames(tx, first)
  const existing: (Existing | undefined)[] = []
  for (const module of modules) existing.push(module.scratch ? undefined : await findExisting(tx, module))
  const [known] = existing
  if (known !== undefined && !existing.includes(undefined)) throw allExist(known, modules)
  const ids: number[] = []
  let place = requestId
  for (const [index, prepared] of modules.entries()) {
    const already = existing[index]?.id
    const failed = already === undefined && !prepared.scratch ? await findFailed(tx, prepared) : undefined
    if (already !== undefined) ids.push(already)
    else if (failed !== undefined) {
      await resume(tx, parts, failed, request.owner, prepared, now)
      ids.push(failed.id)
    } else {
      const id = place ?? (await recordRequest(tx, parts, request, now))
      place = undefined
      const module = prepared.scratch ? await withScratchContext(tx, prepared) : prepared
      await completeRequest(tx, parts, id, module, now)
      ids.push(id)
    }
  }
  if (place !== undefined) await endRequest(tx, parts, place, ids, now)
  return ids
}

/** Ends a recorded request whose builds all exist. A failed build that resumed keeps its finished components. */
async function endRequest(
  tx: Tx,
  { news }: Parts,
  id: number,
  ids: readonly number[],
  now: Date,
): Promise<void> {
  await updateModuleBuild(tx, id, { time_completed: now })
  const reason = `The submission continues as module build ${ids.join(', ')}.`
  await transition(tx, news, id, { state: 'failed', reason }, now)
}

/**
 * Returns the module with a number at the end of its context, which distinguishes it from earlier scratch builds
 * (upstream: `_1`, `_2`, …).
 */
export async function withScratchContext(tx: Database | Tx, module: PreparedModule): Promise<PreparedModule> {
  const earlier = await moduleTables(tx)
    .selectFrom('module_builds')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('name', '=', module.name)
    .where('stream', '=', module.stream)
    .where('version', '=', module.version)
    .where('context', 'like', `${module.context.replaceAll('_', '\\_')}\\_%`)
    .where('scratch', '=', true)
    .executeTakeFirstOrThrow()
  const context = `${module.context}_${earlier.count + 1}`
  const [document] = readModulemd(module.modulemd).documents
  if (document?.kind !== 'modulemd') throw new Error('a prepared document is not valid modulemd')
  return { ...module, context, modulemd: writeModulemd([{ ...document, context }]) }
}

/** Completes a recorded request: its components, its NSVC, state `wait`. */
async function completeRequest(
  tx: Tx,
  { news }: Parts,
  id: number,
  prepared: PreparedModule,
  now: Date,
): Promise<void> {
  const { name, stream, version, context, scratch } = prepared
  const siblings = (await siblingsOf(tx, [prepared])).filter((sibling) => sibling.scratch === scratch)
  // An earlier row of the same context is garbage. The hub may still have its packages, whose names have its dist tag.
  const isFirst = siblings.every((sibling) => sibling.context !== context)
  const index = isFirst ? Math.min(id, ...siblings.map((sibling) => sibling.id)) : id
  const keptTag = isFirst ? await keptDistTag(tx, prepared) : null
  await updateModuleBuild(tx, id, {
    name,
    stream,
    version,
    context,
    scratch,
    ...moduleRow(prepared),
    rebuild_strategy: prepared.rebuildStrategy,
    dist_tag: keptTag ?? distTag(prepared, index, prepared.disttagMarking),
  })
  await linkBases(tx, id, prepared.bases)
  const { components } = prepared
  // If no component is built, nothing needs the macros.
  const isBuilt = components.some(({ reuse }) => reuse.componentId === null)
  const rows = [...(isBuilt ? [macrosRow] : []), ...components.map(componentRow)]
  if (rows.length > 0)
    await moduleTables(tx)
      .insertInto('component_builds')
      .values(rows.map((row) => ({ ...row, module_build_id: id })))
      .execute()
  await transition(tx, news, id, { state: 'wait' }, now)
}

/**
 * Returns the dist tag that a rebuilt module keeps; null if it has none, or if another build has that tag. A published
 * module that reused its components has the dist tag of an earlier version. Two builds with one tag would make packages
 * of the same names.
 */
async function keptDistTag(tx: Tx, { distTag: tag }: PreparedModule): Promise<string | null> {
  if (tag === null) return null
  await sql`select pg_advisory_xact_lock(hashtextextended(${`dist tag ${tag}`}, 0))`.execute(tx)
  const holder = await moduleTables(tx)
    .selectFrom('module_builds')
    .select('id')
    .where('dist_tag', '=', tag)
    .executeTakeFirst()
  return holder === undefined ? tag : null
}

/** Returns upstream's response to a second submission of the same commit. */
function allExist(known: Existing, modules: readonly PreparedModule[]): UserError {
  const nsvcs = modules.map((module) => `${module.name}:${module.stream}:${module.version}:${module.context}`)
  const { status, sentence } = existsAlready(known, nsvcs)
  return new UserError(status, sentence)
}
