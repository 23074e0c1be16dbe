import { readModulemd, writeModulemd } from '@mbs/modulemd'
import { sql } from 'kysely'
import type { Outbox } from '../bus/index.ts'
import type { Database, Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import type { Engine } from '../jobs/index.ts'
import { findBuild, handOverModuleName, takeModuleName, type ModuleName } from '../hub/index.ts'
import { develName } from './content/final-modulemd.ts'
import { hubStream, moduleNvr } from './content/hub-name.ts'
import { moduleBuildOf } from './content/module-content.ts'
import { distTag } from './dist-tag.ts'
import { macrosPackage } from '../reserved-packages.ts'
import { macrosBatch } from './macros.ts'
import { moduleStateNumbers } from './api/present.ts'
import type { ModuleState } from './states.ts'
import type { ModuleRequest, PreparedComponent, PreparedModule } from './prepared.ts'
import { findFailed, resume } from './resume.ts'
import { moduleTables, siblingsOf, updateModuleBuild } from './store.ts'
import { recordState, subjectKind, transition } from './transition.ts'

interface Parts {
  engine: Engine
  outbox: Outbox
}

/** Records a request whose preparation goes on in the background: a module build in `init`. */
export async function recordRequest(
  tx: Tx,
  { engine, outbox }: Parts,
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
  await recordState(tx, outbox, id, null, now)
  await engine.wake(tx, { kind: subjectKind, id })
  return id
}

/**
 * Records what a document stands for: module builds in `wait`, of which the first takes the place of the recorded
 * request, if there is one. Those that exist and have not failed are left as they are; those that have failed go on from
 * where they stopped (upstream: submit_module_build). Scratch builds are new each time.
 *
 * @param requestId of a module build in `init` that stands for the whole request; without it all are recorded anew
 * @returns the ids of all of them, in the given order
 * @throws UserError 409 when all of them exist, one is still being stopped, or another stream would have the same name in
 *   the hub; 400 for another strategy than that of the build that would go on
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
  if (!first.scratch) await takeHubNames(tx, modules)
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
    else if (failed !== undefined && place === undefined) {
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
  return ids
}

/** A scratch build's context ends in a number, by which it differs from earlier ones (upstream: `_1`, `_2`, …). */
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
  if (document?.kind !== 'modulemd') throw new Error('a prepared document is no modulemd')
  return { ...module, context, modulemd: writeModulemd([{ ...document, context }]) }
}

/** Completes a recorded request: its components, its NSVC, state `wait`. */
async function completeRequest(
  tx: Tx,
  { outbox }: Parts,
  id: number,
  prepared: PreparedModule,
  now: Date,
): Promise<void> {
  const { name, stream, version, context, scratch } = prepared
  const siblings = (await siblingsOf(tx, [prepared])).filter((sibling) => sibling.scratch === scratch)
  const index = Math.min(id, ...siblings.map((sibling) => sibling.id))
  await updateModuleBuild(tx, id, {
    name,
    stream,
    version,
    context,
    scratch,
    srpms: [...prepared.srpms],
    scmurl: prepared.scmurl,
    commit: prepared.commit,
    platform: prepared.platform,
    arches: [...prepared.arches],
    modulemd: prepared.modulemd,
    build_context: prepared.buildContext,
    build_context_no_bms: prepared.buildContextNoBms,
    runtime_context: prepared.runtimeContext,
    buildrequires: JSON.stringify(prepared.buildrequires),
    requires: JSON.stringify(prepared.requires),
    rebuild_strategy: prepared.rebuildStrategy,
    dependency_order: prepared.dependencyOrder,
    reused_module_id: prepared.reusedModuleId,
    dist_tag: prepared.distTag ?? distTag(prepared, index, prepared.disttagMarking),
  })
  await linkBases(tx, id, prepared.bases)
  const { components } = prepared
  // Where nothing is built, nothing needs the macros.
  const isBuilt = components.some(({ reuse }) => reuse.componentId === null)
  const rows = [
    ...(isBuilt ? [{ package: macrosPackage, scmurl: '', batch: macrosBatch, build_time_only: true }] : []),
    ...components.map(componentRow),
  ]
  if (rows.length > 0)
    await moduleTables(tx)
      .insertInto('component_builds')
      .values(rows.map((row) => ({ ...row, module_build_id: id })))
      .execute()
  await transition(tx, outbox, id, { state: 'wait' }, now)
}

function componentRow({ reuse, expected, ...row }: PreparedComponent) {
  return {
    ...row,
    arches: [...row.arches],
    expected_seconds: expected?.seconds ?? null,
    expected_error: expected?.error ?? null,
    reused_component_id: reuse.componentId,
    reuse_code: reuse.code,
    reuse_detail: reuse.detail,
  }
}

/**
 * Writes which base modules a build was built on.
 *
 * @returns how many of them, from the first on, are known
 */
export async function linkBases(tx: Tx, id: number, bases: PreparedModule['bases']): Promise<number> {
  let known = 0
  for (const { name, stream, version, context } of bases) {
    const { rows } = await sql`
      insert into module_build_bases (module_build_id, base_id)
      select ${id}, id from module_builds
       where name = ${name} and stream = ${stream} and version = ${version} and context = ${context}
         and state in ('ready', 'garbage')
       order by id limit 1
      on conflict (module_build_id, base_id) do update set base_id = excluded.base_id
      returning base_id`.execute(tx)
    if (rows.length === 0) return known
    known++
  }
  return known
}

interface Existing {
  id: number
  state: ModuleState
}

/** The build of a module that is there and has not failed. */
export async function findExisting(
  tx: Database | Tx,
  { name, stream, version, context }: PreparedModule,
): Promise<Existing | undefined> {
  return (
    moduleTables(tx)
      .selectFrom('module_builds')
      .select(['id', 'state'])
      .where('name', '=', name)
      .where('stream', '=', stream)
      .where('version', '=', version)
      .where('context', '=', context)
      // A scratch build may have the context of a module, and is none.
      .where('scratch', '=', false)
      .where('state', 'not in', ['failed', 'garbage'])
      .executeTakeFirst()
  )
}

/** Upstream's answer to a second submission of the same commit. */
function allExist(known: Existing, modules: readonly PreparedModule[]): UserError {
  const nsvcs = modules.map((module) => `${module.name}:${module.stream}:${module.version}:${module.context}`)
  return new UserError(
    409,
    `Module (state=${moduleStateNumbers[known.state]}) already exists. ` +
      (nsvcs.length === 1
        ? `${nsvcs.join()} is module build ${known.id}; only a new commit makes another.`
        : `${nsvcs.join(', ')} are there (the first is module build ${known.id}); only a new commit makes others.`),
  )
}

/**
 * Takes the names that a module's builds will have in the hub, and that of what is built beside it. The hub writes `_` for
 * `-` in a stream (upstream's rule, since a dash parts a version from a release), and a module may be called as another
 * one's -devel is: who was there first keeps the name, as long as anything came of it.
 *
 * @throws UserError (409) where somebody else has one of them
 */
async function takeHubNames(tx: Tx, modules: readonly PreparedModule[]): Promise<void> {
  const [first] = modules
  if (first === undefined) return
  const { name, stream } = first
  for (const hubName of [name, develName(name)]) {
    const wanted = { name: hubName, version: hubStream(stream), module: name, stream }
    const holder = await takeModuleName(tx, wanted)
    if (holder === undefined) continue
    if (await hasBuilds(tx, holder))
      throw new UserError(
        409,
        `${name}:${stream} would have the name of ${holder.module}:${holder.stream} in the hub (${hubName}-${wanted.version}-…): name the ${holder.module === name ? 'stream' : 'module'} otherwise`,
        holder.module === name ? 'stream' : 'name',
      )
    await handOverModuleName(tx, wanted)
  }
  for (const module of modules)
    for (const hubName of [name, develName(name)]) {
      const taken = await findBuild(tx, moduleNvr({ ...module, name: hubName }))
      const isOpen = taken === undefined || taken.state === 'failed' || taken.state === 'canceled'
      if (!isOpen && (await moduleBuildOf(tx, taken)) === undefined)
        throw new UserError(
          409,
          `${taken.nvr} is in the hub already, as a build of ${taken.owner}: module ${name}:${stream} cannot become it`,
        )
    }
}

async function hasBuilds(tx: Tx, { module, stream }: ModuleName): Promise<boolean> {
  const found = await moduleTables(tx)
    .selectFrom('module_builds')
    .select('id')
    .where('name', '=', module)
    .where('stream', '=', stream)
    .where('scratch', '=', false)
    .where('state', 'not in', ['failed', 'garbage'])
    .executeTakeFirst()
  return found !== undefined
}

/** Of two submissions of one stream at the same moment the second waits here, and then sees the first. */
async function lockStream(tx: Tx, name: string, stream: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${name}:${hubStream(stream)}`}, 0))`.execute(tx)
}
