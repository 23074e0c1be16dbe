import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { connect, type Database } from '../src/database/index.ts'
import { createDatabase } from './support/database.ts'

const file = path.join(import.meta.dirname, '..', 'src', 'database', 'schema.sql')

/** Prints the schema from PostgreSQL's catalogs, so that a reviewer sees the real result of a migration. */
async function printSchema(database: Database): Promise<string> {
  const { rows } = await sql<{
    name: string
    columns: string
    constraints: string | null
    indexes: string | null
  }>`
    select c.relname as name,
      (select string_agg(format('  %I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                case when a.attidentity = 'a' then ' generated always as identity' else '' end,
                case when a.attnotnull then ' not null' else '' end,
                case when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end), E',\n' order by a.attnum)
         from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select string_agg(format('  constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), E',\n' order by k.contype desc, k.conname)
         from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c')) as constraints,
      (select string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\n' order by pg_get_indexdef(i.indexrelid))
         from pg_index i where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid)) as indexes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relname not like 'kysely%' order by c.relname`.execute(
    database,
  )
  const tables = rows.map(
    ({ name, columns, constraints, indexes }) =>
      `create table ${name} (\n${columns}${constraints === null ? '' : `,\n${constraints}`}\n);\n${indexes === null ? '' : `${indexes}\n`}`,
  )
  return `-- Printed from the catalogs after all migrations; a test keeps it true (UPDATE_SCHEMA=1 writes it anew).\n\n${tables.join('\n')}`
}

test('the migrations make exactly the schema that is committed', async () => {
  const { url, drop } = await createDatabase()
  const database = connect(url)
  const printed = await printSchema(database)
  await database.destroy()
  await drop()
  if (process.env['UPDATE_SCHEMA'] === '1') await writeFile(file, printed)
  expect(printed).toBe(await readFile(file, 'utf8'))
})
