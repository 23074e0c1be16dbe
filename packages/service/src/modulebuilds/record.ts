import { sql } from 'kysely'
import type { Outbox } from '../bus/index.ts'
import type { Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import type { Engine } from '../jobs/index.ts'
import { macrosBatch } from './batches.ts'
import { distTag } from './dist-tag.ts'
import { macrosPackage } from './macros.ts'
import { moduleStateNumbers } from './present.ts'
import { moduleTables, updateModuleBuild } from './store.ts'
import { recordState, subjectKind, transition } from './transition.ts'

/** Who asked for what. */
export interface ModuleRequest {
  name: string
  stream: string
  scmurl: string
  branch: string
  owner: string
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
  request: ModuleRequest,
  now: Date,
): Promise<number> {
  const { id } = await moduleTables(tx)
    .insertInto('module_builds')
    .values({
      ...request,
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
 * Completes a recorded request: its components, its NSVC, state `wait`.
 *
 * @throws UserError (409) when the same NSVC exists and has not failed
 */
export async function recordPrepared(
  tx: Tx,
  { outbox }: Parts,
  id: number,
  prepared: PreparedModule,
  now: Date,
): Promise<void> {
  const { name, stream, version, context } = prepared
  await refuseExisting(tx, prepared)
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
    dist_tag: distTag({ name, stream, version, context }, id, prepared.disttagMarking),
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

/** Upstream's answer to a second submission of the same commit. */
async function refuseExisting(tx: Tx, { name, stream, version, context }: PreparedModule): Promise<void> {
  await lockStream(tx, name, stream)
  const existing = await moduleTables(tx)
    .selectFrom('module_builds')
    .select(['id', 'state'])
    .where('name', '=', name)
    .where('stream', '=', stream)
    .where('version', '=', version)
    .where('context', '=', context)
    .where('state', 'not in', ['failed', 'garbage'])
    .executeTakeFirst()
  if (existing !== undefined)
    throw new UserError(
      409,
      `Module (state=${moduleStateNumbers[existing.state]}) already exists. ${name}:${stream}:${version}:${context} is ` +
        `module build ${existing.id}; only a new commit makes another.`,
    )
}

/** Of two submissions of one stream at the same moment the second waits here, and then sees the first. */
async function lockStream(tx: Tx, name: string, stream: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${name}:${stream}`}, 0))`.execute(tx)
}
