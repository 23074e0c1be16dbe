import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { InfraError, messageOf } from '../errors.ts'

/** Our database. Each room adds the types of its own tables with `$extendTables`. */
export type Database = Kysely<object>

/** A transaction on it. What changes state takes one, so that all that belongs together commits together. */
export type Tx = Transaction<object>

// Numbers of rows and versions of builds fit a double; NUMERIC and BIGINT arrive as text otherwise.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** A pool of connections to the database at `url`. */
export function connect(url: string, connectionsMax = 20): Database {
  const pool = new pg.Pool({ connectionString: url, max: connectionsMax })
  // A connection that the server closes must not end the process, idle or between two queries of a transaction:
  // the next query reconnects or fails.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new Kysely<object>({ dialect: new PostgresDialect({ pool }) })
}

/** Runs `work` in one transaction. */
export function inTransaction<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.transaction().execute(work)
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
