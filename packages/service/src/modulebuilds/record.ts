import { sql } from 'kysely'
import type { Outbox } from '../bus/index.ts'
import type { Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import type { Engine } from '../jobs/index.ts'
import { distTag } from './dist-tag.ts'
import { macrosBatch, macrosPackage } from './macros.ts'
import { moduleStateNumbers } from './present.ts'
import type { ModuleState } from './states.ts'
import { moduleTables, siblingsOf, updateModuleBuild } from './store.ts'
import { recordState, subjectKind, transition } from './transition.ts'

/** Who asked for what. */
export interface ModuleRequest {
  name: string
  stream: string
  scmurl: string
  branch: string
  owner: string
  /** What else was asked for. */
  options: object
}

/** A module that is complete on paper: every ref is a commit, version and context are known. */
export interface PreparedModule {
  name: string
  stream: string
  version: string
  context: string
  /** With the full hash of its commit. */
  scmurl: string
  platform: string
  disttagMarking: string
  buildContext: string
  runtimeContext: string
  modulemd: string
  components: readonly { package: string; scmurl: string; ref: string; batch: number }[]
}

interface Parts {
  engine: Engine
  outbox: Outbox
}

/** Records a request whose preparation goes on in the background: a module build in `init`. */
export async function recordRequest(
  tx: Tx,
  { engine, outbox }: Parts,
  { options, ...request }: ModuleRequest,
  now: Date,
): Promise<number> {
  const { id } = await moduleTables(tx)
    .insertInto('module_builds')
    .values({
      ...request,
      request: JSON.stringify(options),
      version: null,
      context: null,
      platform: null,
      state: 'init',
      state_reason: null,
      modulemd: null,
      final_modulemd: null,
      build_context: null,
      runtime_context: null,
      dist_tag: null,
      koji_tag: null,
      cancelled_by: null,
      cancel_reason: null,
      time_submitted: now,
      time_modified: now,
      time_completed: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordState(tx, outbox, id, null, now)
  await engine.wake(tx, { kind: subjectKind, id })
  return id
}

/**
 * Records what a document stands for: module builds in `wait`, of which the first takes the place of the recorded
 * request, if there is one. Those that exist and have not failed are left as they are (upstream: submit_module_build).
 *
 * @param requestId of a module build in `init` that stands for the whole request; without it all are recorded anew
 * @returns the ids of all of them, in the given order
 * @throws UserError (409) when all of them exist
 */
export async function recordPrepared(
  tx: Tx,
  parts: Parts,
  request: ModuleRequest,
  requestId: number | undefined,
  modules: readonly PreparedModule[],
  now: Date,
): Promise<number[]> {
  await lockStream(tx, request.name, request.stream)
  const existing: (Existing | undefined)[] = []
  for (const module of modules) existing.push(await findExisting(tx, module))
  const [known] = existing
  if (known !== undefined && !existing.includes(undefined)) throw allExist(known, modules)
  const ids: number[] = []
  let place = requestId
  for (const [index, module] of modules.entries()) {
    const already = existing[index]?.id
    const id = already ?? place ?? (await recordRequest(tx, parts, request, now))
    if (already === undefined) {
      place = undefined
      await completeRequest(tx, parts, id, module, now)
    }
    ids.push(id)
  }
  return ids
}

/** Completes a recorded request: its components, its NSVC, state `wait`. */
async function completeRequest(
  tx: Tx,
  { outbox }: Parts,
  id: number,
  prepared: PreparedModule,
  now: Date,
): Promise<void> {
  const { name, stream, version, context } = prepared
  const index = Math.min(id, ...(await siblingsOf(tx, [prepared])).map((sibling) => sibling.id))
  await updateModuleBuild(tx, id, {
    name,
    stream,
    version,
    context,
    scmurl: prepared.scmurl,
    platform: prepared.platform,
    modulemd: prepared.modulemd,
    build_context: prepared.buildContext,
    runtime_context: prepared.runtimeContext,
    dist_tag: distTag({ name, stream, version, context }, index, prepared.disttagMarking),
  })
  const macros = { package: macrosPackage, scmurl: '', ref: null, batch: macrosBatch, build_time_only: true }
  const rows = prepared.components.length === 0 ? [] : [macros, ...prepared.components]
  if (rows.length > 0)
    await moduleTables(tx)
      .insertInto('component_builds')
      .values(
        rows.map((row) => ({
          ...row,
          module_build_id: id,
          state: null,
          state_reason: null,
          nvr: null,
          task_id: null,
          time_started: null,
          time_completed: null,
        })),
      )
      .execute()
  await transition(tx, outbox, id, { state: 'wait' }, now)
}

interface Existing {
  id: number
  state: ModuleState
}

async function findExisting(
  tx: Tx,
  { name, stream, version, context }: PreparedModule,
): Promise<Existing | undefined> {
  return moduleTables(tx)
    .selectFrom('module_builds')
    .select(['id', 'state'])
    .where('name', '=', name)
    .where('stream', '=', stream)
    .where('version', '=', version)
    .where('context', '=', context)
    .where('state', 'not in', ['failed', 'garbage'])
    .executeTakeFirst()
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

/** Of two submissions of one stream at the same moment the second waits here, and then sees the first. */
async function lockStream(tx: Tx, name: string, stream: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${name}:${stream}`}, 0))`.execute(tx)
}
