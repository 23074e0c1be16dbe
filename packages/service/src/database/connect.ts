import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'

/** Our database. Each room adds the types of its own tables with `$extendTables`. */
export type Database = Kysely<object>

/** A transaction on it. What changes state takes one, so that all that belongs together commits together. */
export type Tx = Transaction<object>

// Numbers of rows and versions of builds fit a double; NUMERIC and BIGINT arrive as text otherwise.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** A pool of connections to the database at `url`. */
export function connect(url: string, connectionsMax = 20): Database {
  const pool = new pg.Pool({ connectionString: url, max: connectionsMax })
  // An idle connection that the server closes must not end the process: the next query reconnects or fails.
  pool.on('error', () => undefined)
  return new Kysely<object>({ dialect: new PostgresDialect({ pool }) })
}

/** Runs `work` in one transaction. */
export function inTransaction<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.transaction().execute(work)
}

/** The version of the server, for example 150019; 15 is the least that is supported. */
export async function serverVersion(database: Database): Promise<number> {
  const { rows } = await sql<{ server_version_num: string }>`show server_version_num`.execute(database)
  return Number(rows[0]?.server_version_num)
}
