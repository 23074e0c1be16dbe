import { AsyncLocalStorage } from 'node:async_hooks'
import { Kysely, PostgresDialect, sql, type PostgresPool, type Transaction } from 'kysely'
import pg from 'pg'
import { auditedBody, auditing } from '../audit.ts'
import { reach } from '../crash-points.ts'
import { InfraError, messageOf } from '../errors.ts'
import { PreparingClient } from './prepared.ts'

/** The service's database. Each room adds the types of its own tables with `$extendTables`. */
export type Database = Kysely<object>

/** A transaction. A function that changes state takes one as an argument, so that related changes commit together. */
export type Tx = Transaction<object>

// Numbers of rows and versions of builds fit a double. Without this, pg returns BIGINT as text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/**
 * Opens a pool of connections to the database at `url`. Outside a transaction of {@link inTransaction} connections can
 * only read: a change that commits by itself would have no crash point, and no related change would commit with it.
 *
 * @param options.prepares whether frequent statements are prepared on each connection
 */
export function connect(
  url: string,
  {
    connectionsMax = 20,
    mayAlwaysWrite = false,
    prepares = true,
  }: { connectionsMax?: number; mayAlwaysWrite?: boolean; prepares?: boolean } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    ...(prepares ? { Client: PreparingClient } : {}),
    ...(mayAlwaysWrite ? {} : { options: '-c default_transaction_read_only=on' }),
  })
  // A connection that the server closes must not end the process, idle or between two queries of a transaction: the
  // next query reconnects or fails.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return databaseOn(pool)
}

/**
 * Returns the database on connections that the caller provides: the simulator makes each of their statements a step.
 */
export function databaseOn(pool: PostgresPool): Database {
  return new Kysely<object>({ dialect: new PostgresDialect({ pool }) })
}

/** The name of the transaction in which the current code runs. */
const transactions = new AsyncLocalStorage<string>()

/**
 * Returns an object whose methods must not run inside a transaction. The object may be slow, such as a hub, and other
 * transactions wait for the locks.
 *
 * @throws Error from each method that is called inside a transaction: such a call is a bug
 */
export function outsideTransactions<T extends object>(target: T, what: string): T {
  return new Proxy(target, {
    get(object, key) {
      const member: unknown = Reflect.get(object, key)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        const name = transactions.getStore()
        if (name !== undefined)
          throw new Error(
            `${what}.${String(key)} is called in the transaction "${name}"; call it before the transaction begins`,
          )
        return Reflect.apply(member, object, args) as unknown
      }
    },
  })
}

/**
 * Runs `work` in one transaction that may write. Outside a transaction the connection can only read ({@link connect}).
 *
 * @param name name of the commit, for the crash points on both sides of it
 */
export async function inTransaction<T>(
  database: Database,
  name: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const result = await database
    .transaction()
    .setAccessMode('read write')
    .execute(async (tx) => {
      const done = await transactions.run(name, () => work(tx))
      await recordAudit(tx, name)
      await reach('commit', name, 'before')
      return done
    })
  await reach('commit', name, 'after')
  return result
}

/** Returns the id from a statement that always returns one. */
export function idOf({ rows }: { rows: readonly { id: number }[] }): number {
  const [row] = rows
  if (row === undefined) throw new Error('a statement that always returns a row returned none')
  return row.id
}

/** Writes a line of the audit log, if the transaction serves a caller's request. */
async function recordAudit(tx: Tx, action: string): Promise<void> {
  const audited = auditing.getStore()
  if (audited === undefined) return
  const { at, caller, request, body } = audited
  await sql`
    insert into audit_log (at, caller, request, action, body)
    values (${at}, ${caller}, ${request}, ${action}, ${auditedBody(body)})`.execute(tx)
}

/** Returns the eight digits that identify this database. */
export async function instanceOf(database: Database): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from instance`.execute(database)
  const [row] = rows
  if (row === undefined) throw new Error('the database has no instance')
  return row.id.slice(0, 8)
}

/**
 * Returns the version of the server, for example 150019; 15 is the oldest supported one.
 *
 * @throws InfraError when the server cannot be reached
 */
export async function serverVersion(database: Database): Promise<number> {
  const { rows } = await sql<{ server_version_num: string }>`show server_version_num`
    .execute(database)
    .catch((error: unknown) => {
      throw new InfraError(
        'database',
        `cannot reach the server (${messageOf(error)}); is database.url right?`,
        {
          cause: error,
        },
      )
    })
  return Number(rows[0]?.server_version_num)
}
