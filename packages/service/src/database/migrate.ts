import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { InfraError } from '../errors.ts'
import { connect, serverVersion, type Database } from './connect.ts'

const folder = path.join(import.meta.dirname, 'migrations')

/**
 * Migrates the database to this program's schema: plain `.sql` files, forward only, each in a transaction. Several
 * processes may call it at once; only one of them migrates (Kysely holds an advisory lock).
 *
 * @throws InfraError when the server is too old or a file fails
 */
export async function migrate(url: string): Promise<void> {
  const database = connect(url, { connectionsMax: 2, mayAlwaysWrite: true, prepares: false })
  try {
    await migrateAll(database)
  } finally {
    await database.destroy()
  }
}

async function migrateAll(database: Database): Promise<void> {
  const version = await serverVersion(database)
  if (version < 150_000)
    throw new InfraError(
      'database',
      `the server is PostgreSQL ${Math.floor(version / 10_000)}, 15 is needed at least`,
    )
  const migrator = new Migrator({ db: database, provider: { getMigrations: readMigrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw new InfraError('database', 'a migration failed', { cause: error })
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const entries = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(folder, name), 'utf8')
      const migration: Migration = {
        up: async (db) => {
          await sql.raw(text).execute(db)
        },
      }
      return [path.basename(name, '.sql'), migration] as const
    }),
  )
  return Object.fromEntries(entries)
}
