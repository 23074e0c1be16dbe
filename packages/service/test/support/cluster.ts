import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { joinEmbeddedCluster, migrate } from '../../src/database/index.ts'
import { PgBossQueue } from '../../src/jobs/index.ts'
import { withDatabase } from './database-url.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server for the tests, and the template of each test's own database. */
    postgres: { url: string; template: string }
  }
}

/** Provides one PostgreSQL for all tests: that of $TEST_DATABASE_URL, or an embedded cluster that ends with them. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL']
  const folder = path.join('/var/tmp', `mbs-test-postgresql-${process.pid}`)
  const cache = path.join(os.tmpdir(), `mbs-test-cache-${process.getuid?.() ?? 0}`)
  const cluster =
    given === undefined
      ? await joinEmbeddedCluster(folder, cache, (error) => console.error(error))
      : undefined
  const url = given ?? cluster?.url ?? ''
  const template = `mbs_test_template_${randomBytes(4).toString('hex')}`
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  if (cluster !== undefined) {
    // The cluster ends with the tests; tests that kill a PostgreSQL have one of their own.
    for (const setting of ['fsync', 'full_page_writes'])
      await admin.query(`alter system set ${setting} = off`)
    await admin.query('select pg_reload_conf()')
  }
  await admin.query(`create database ${template}`)
  const own = withDatabase(url, template)
  await migrate(own)
  const queue = await PgBossQueue.open(own, () => undefined)
  await queue.stop()
  project.provide('postgres', { url, template })
  return async () => {
    await admin.query(`drop database ${template} with (force)`)
    await admin.end()
    await cluster?.leave()
    if (cluster !== undefined) await rm(folder, { recursive: true, force: true })
  }
}
