import { Kysely, PostgresDialect, sql, type PostgresPool, type Transaction } from 'kysely'
import pg from 'pg'
import { auditedBody, auditing } from '../audit.ts'
import { reach } from '../crash-points.ts'
import { InfraError, messageOf } from '../errors.ts'

/** Our database. Each room adds the types of its own tables with `$extendTables`. */
export type Database = Kysely<object>

/** A transaction on it. What changes state takes one, so that all that belongs together commits together. */
export type Tx = Transaction<object>

// Numbers of rows and versions of builds fit a double; NUMERIC and BIGINT arrive as text otherwise.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/**
 * A pool of connections to the database at `url`. What is not in a transaction of {@link inTransaction} can only read:
 * a change that commits by itself would have no crash point and nothing that belongs to it.
 */
export function connect(
  url: string,
  { connectionsMax = 20, mayAlwaysWrite = false }: { connectionsMax?: number; mayAlwaysWrite?: boolean } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    ...(mayAlwaysWrite ? {} : { options: '-c default_transaction_read_only=on' }),
  })
  // A connection that the server closes must not end the process, idle or between two queries of a transaction:
  // the next query reconnects or fails.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return databaseOn(pool)
}

/** Our database on connections that somebody else makes: the simulator counts each of their statements. */
export function databaseOn(pool: PostgresPool): Database {
  return new Kysely<object>({ dialect: new PostgresDialect({ pool }) })
}

/**
 * Runs `work` in one transaction that may write. Outside of one nothing can be written ({@link connect}).
 *
 * @param name what is committed, for the crash points on both sides of it
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
      const done = await work(tx)
      await recordAudit(tx, name)
      await reach('commit', name, 'before')
      return done
    })
  await reach('commit', name, 'after')
  return result
}

/** A line of the audit log, where somebody's request is behind the transaction. */
async function recordAudit(tx: Tx, action: string): Promise<void> {
  const audited = auditing.getStore()
  if (audited === undefined) return
  const { at, caller, request, body } = audited
  await sql`
    insert into audit_log (at, caller, request, action, body)
    values (${at}, ${caller}, ${request}, ${action}, ${auditedBody(body)})`.execute(tx)
}

/** Eight digits that tell this database from every other. */
export async function instanceOf(database: Database): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from instance`.execute(database)
  const [row] = rows
  if (row === undefined) throw new Error('the database has no instance')
  return row.id.slice(0, 8)
}

/**
 * The version of the server, for example 150019; 15 is the least that is supported.
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
