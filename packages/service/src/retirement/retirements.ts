import type { ModuleObsoletes } from '@mbs/modulemd'
import type { Kysely, Selectable } from 'kysely'
import type { Database, Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'

type Tables = {
  module_retirements: {
    name: string
    stream: string
    /** The first day without builds, in UTC. */
    eol: Date
    reason: string
    obsoleted_by: string | null
    retired_by: string
    time_modified: Date
  }
}

export type Retirement = Selectable<Tables['module_retirements']>

/** Records the retirement of a stream, or changes it. */
export async function retire(tx: Tx, retirement: Retirement): Promise<void> {
  const { name: _name, stream: _stream, ...said } = retirement
  await tables(tx)
    .insertInto('module_retirements')
    .values(retirement)
    .onConflict((conflict) => conflict.columns(['name', 'stream']).doUpdateSet(said))
    .execute()
}

/** Deletes the retirement of a stream; returns false if there is none. */
export async function revive(tx: Tx, name: string, stream: string): Promise<boolean> {
  const { numDeletedRows } = await tables(tx)
    .deleteFrom('module_retirements')
    .where('name', '=', name)
    .where('stream', '=', stream)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export async function listRetirements(database: Database | Tx): Promise<Retirement[]> {
  return tables(database)
    .selectFrom('module_retirements')
    .selectAll()
    .orderBy('name')
    .orderBy('stream')
    .execute()
}

/**
 * Makes sure that a stream is not retired: a retired stream accepts no more builds.
 *
 * @throws UserError (422) with the reason and the stream that replaces it
 */
export async function requireAlive(
  database: Database | Tx,
  name: string,
  stream: string,
  now: Date,
): Promise<void> {
  const retirement = await tables(database)
    .selectFrom('module_retirements')
    .selectAll()
    .where('name', '=', name)
    .where('stream', '=', stream)
    .where('eol', '<=', now)
    .executeTakeFirst()
  if (retirement === undefined) return
  const instead = retirement.obsoleted_by === null ? '' : `; ${retirement.obsoleted_by} takes its place`
  throw new UserError(
    422,
    `${name}:${stream} was retired on ${dayOf(retirement.eol)}: ${retirement.reason}${instead}`,
    'branch',
  )
}

/**
 * Returns the documents that composes publish about the retirements of these modules (modulemd-obsoletes, version 1).
 */
export async function obsoletesFor(
  database: Database,
  names: ReadonlySet<string>,
): Promise<ModuleObsoletes[]> {
  const retirements = await listRetirements(database)
  return retirements
    .filter(({ name }) => names.has(name))
    .map(({ name, stream, eol, reason, obsoleted_by: other, time_modified: modified }) => {
      const [module, otherStream] = other?.split(':') ?? []
      return {
        kind: 'modulemd-obsoletes',
        modified: minuteOf(modified),
        isReset: false,
        module: name,
        stream,
        eolDate: minuteOf(eol),
        message: reason,
        ...(module === undefined || otherStream === undefined
          ? {}
          : { obsoletedBy: { module, stream: otherStream } }),
      }
    })
}

/** Returns the day of a time, as `2027-05-31`. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}

function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`
}

function tables(database: Database | Tx): Kysely<Tables> {
  return database.$extendTables<Tables>()
}
