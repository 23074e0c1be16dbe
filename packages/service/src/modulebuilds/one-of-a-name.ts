import { sql } from 'kysely'
import type { Database, Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { handOverModuleName, takeModuleName, type ModuleName } from '../registry/index.ts'
import { develName } from './content/final-modulemd.ts'
import { hubStream } from './content/hub-name.ts'
import type { PreparedModule } from './prepared.ts'
import type { ModuleState } from './states.ts'
import { moduleTables } from './store.ts'

/*
 * At most one build of a name lives at a time: one of an NSVC, and one module under a name in the hub. A submission and
 * a retry both lock the stream first, then look.
 */

/**
 * Locks a stream. If two submissions of one stream arrive at the same moment, the second waits here and then sees the
 * first.
 */
export async function lockStream(tx: Tx, name: string, stream: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${name}:${hubStream(stream)}`}, 0))`.execute(tx)
}

/** A build that exists and is neither failed nor garbage. */
export interface Existing {
  id: number
  state: ModuleState
}

/** Returns the build of a module that exists and is neither failed nor garbage. */
export async function findExisting(
  tx: Database | Tx,
  { name, stream, version, context }: Pick<PreparedModule, 'name' | 'stream' | 'version' | 'context'>,
): Promise<Existing | undefined> {
  return (
    moduleTables(tx)
      .selectFrom('module_builds')
      .select(['id', 'state'])
      .where('name', '=', name)
      .where('stream', '=', stream)
      .where('version', '=', version)
      .where('context', '=', context)
      // A scratch build may have the same context as a module, but it is no module.
      .where('scratch', '=', false)
      .where('state', 'not in', ['failed', 'garbage'])
      .executeTakeFirst()
  )
}

/**
 * Reserves the hub names of a module's builds and of its -devel module. Two modules can have the same hub name: the hub
 * writes `_` for `-` in a stream (upstream's rule, since a dash separates version and release), and a module may have
 * the name of another module's -devel module. The first module keeps the name as long as it has builds that have not
 * failed.
 *
 * @throws UserError (409) when another module has one of the names
 */
export async function takeHubNames(
  tx: Tx,
  { name, stream }: Pick<PreparedModule, 'name' | 'stream'>,
): Promise<void> {
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
