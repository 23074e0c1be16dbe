import { readModulemd, writeModulemd, type Xmd } from '@mbs/modulemd'
import type { Outbox } from '../bus/index.ts'
import type { Caller } from '../auth/index.ts'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { forgetFailedEffects, type Engine } from '../jobs/index.ts'
import type { PreparedModule } from './prepared.ts'
import {
  componentsOf,
  lockModuleBuild,
  moduleTables,
  updateModuleBuild,
  type ComponentBuildRow,
  type ModuleBuildRow,
} from './store.ts'
import { subjectKind, transition } from './transition.ts'

/** The failed build of the same module, locked. */
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
    .orderBy('id', 'desc')
    .executeTakeFirst()
  const build = found === undefined ? undefined : await lockModuleBuild(tx, found.id)
  return build?.state === 'failed' ? build : undefined
}

/**
 * Lets a failed or cancelled build go on from where it stopped (upstream: resubmission). What is built stays; the other
 * components are built from what their refs name now, in attempts of their own.
 *
 * @param prepared the module as it was submitted again; without it all is as it was
 *
 * @throws UserError 400 for another rebuild strategy, 409 while what it had running is still being stopped
 */
export async function resume(
  tx: Tx,
  { engine, outbox }: { engine: Engine; outbox: Outbox },
  build: ModuleBuildRow,
  owner: string,
  prepared: PreparedModule | undefined,
  now: Date,
): Promise<void> {
  const { id } = build
  if (prepared !== undefined && build.rebuild_strategy !== prepared.rebuildStrategy)
    throw new UserError(
      400,
      `module build ${id} goes on with the rebuild strategy that it began with, ${build.rebuild_strategy}`,
      'rebuild_strategy',
    )
  const components = await componentsOf(tx, [id])
  const running = components.filter(({ state }) => state === 'building').map((row) => row.package)
  if (running.length > 0)
    throw new UserError(
      409,
      `module build ${id} is still being stopped (${running.join(', ')}); submit it again in a moment`,
    )
  await updateComponents(tx, components, prepared)
  await updateModuleBuild(tx, id, {
    owner,
    batch: 0,
    cancelled_by: null,
    cancel_reason: null,
    time_completed: null,
    ...(prepared === undefined ? {} : { modulemd: withBuiltRefs(prepared.modulemd, components) }),
  })
  const subject = { kind: subjectKind, id }
  await forgetFailedEffects(tx, subject)
  await transition(tx, outbox, id, { state: 'wait', reason: `Resubmitted by ${owner}` }, now)
  await engine.wake(tx, subject)
}

/**
 * Tries a failed component again, and with it all that its build has not done.
 *
 * @throws UserError 404 for what is not there, 409 for a build that has not failed or a component that is built
 */
export async function retryComponent(
  parts: { database: Database; engine: Engine; outbox: Outbox },
  id: number,
  name: string,
  caller: Caller,
  now: Date,
): Promise<void> {
  await inTransaction(parts.database, 'retry', async (tx) => {
    const build = await lockModuleBuild(tx, id)
    if (build === undefined) throw new UserError(404, `There is no module build ${id}.`)
    if (!caller.isTrusted && !caller.isAdmin && build.owner !== caller.name)
      throw new UserError(403, `Module build ${id} is ${build.owner}'s; only they and admins may retry it.`)
    const component = (await componentsOf(tx, [id])).find((row) => row.package === name)
    if (component === undefined) throw new UserError(404, `Module build ${id} has no component ${name}.`)
    if (build.state !== 'failed' || build.version === null)
      throw new UserError(409, `Module build ${id} is ${build.state}; only a failed one can be tried again.`)
    if (component.state === 'complete')
      throw new UserError(
        409,
        `${name} is built already (${component.nvr ?? ''}); only what failed is tried again.`,
      )
    await resume(tx, parts, build, build.owner, undefined, now)
  })
}

async function updateComponents(
  tx: Tx,
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
  for (const row of components.filter(({ state }) => state !== 'complete')) {
    const now = prepared?.components.find((component) => component.package === row.package)
    const source =
      now === undefined
        ? {}
        : {
            scmurl: now.scmurl,
            ref: now.ref,
            cache: now.cache,
            reused_component_id: now.reuse.componentId,
            reuse_code: now.reuse.code,
            reuse_detail: now.reuse.detail,
          }
    await moduleTables(tx)
      .updateTable('component_builds')
      .set({ ...again, ...source })
      .where('id', '=', row.id)
      .execute()
  }
}

/** The document with the refs that the components which are built were built from. */
function withBuiltRefs(text: string, components: readonly ComponentBuildRow[]): string {
  const [document] = readModulemd(text).documents
  const xmd = document?.kind === 'modulemd' ? document.xmd : undefined
  const mbs = xmd instanceof Map ? xmd.get('mbs') : undefined
  const rpms = mbs instanceof Map ? mbs.get('rpms') : undefined
  if (document?.kind !== 'modulemd' || !(xmd instanceof Map) || !(mbs instanceof Map)) return text
  const built = components.flatMap((row): [string, Xmd][] =>
    row.state === 'complete' && row.ref !== null ? [[row.package, new Map([['ref', row.ref]])]] : [],
  )
  const merged = new Map<string, Xmd>([...(rpms instanceof Map ? rpms : []), ...built])
  return writeModulemd([
    { ...document, xmd: new Map([...xmd, ['mbs', new Map([...mbs, ['rpms', merged]])]]) },
  ])
}
