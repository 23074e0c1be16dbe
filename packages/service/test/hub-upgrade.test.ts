import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { expect, test } from 'vitest'
import { Artifacts, FolderStore } from '../src/artifacts/index.ts'
import { systemClock } from '../src/clock.ts'
import { connect, migrate, type Database } from '../src/database/index.ts'
import { LocalHub, moveEarlierFiles } from '../src/hub/local/index.ts'
import { registeredTags } from '../src/registry/index.ts'
import { createDatabase } from './support/database.ts'

const folder = path.join(import.meta.dirname, '..', 'src', 'database', 'migrations')

/** Resets the database to the schema of the previous release. */
async function downTo(database: Database, last: string): Promise<void> {
  await sql`drop schema public cascade`.execute(database)
  await sql`create schema public`.execute(database)
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.sql') && name <= `${last}.sql`)
    .sort()
  const migrations = Object.fromEntries(
    names.map((name) => [
      path.basename(name, '.sql'),
      {
        up: async (db: Parameters<ReturnType<typeof sql>['execute']>[0]) => {
          await sql.raw(await readFile(path.join(folder, name), 'utf8')).execute(db)
        },
      },
    ]),
  )
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  })
  expect((await migrator.migrateToLatest()).error).toBeUndefined()
}

test('builds and tags of the release before are there after an upgrade, and their files in the store', async () => {
  const { url, drop } = await createDatabase()
  const files = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-upgrade-'))
  const database = connect(url, { mayAlwaysWrite: true })
  try {
    await downTo(database, '0003-operators')
    const file = path.join(files, 'rake-1-1.noarch.rpm')
    await writeFile(file, 'content')
    const sha256 = createHash('sha256').update('content').digest('hex')
    await sql
      .raw(
        `
      insert into module_builds (name, stream, platform, state, owner, scmurl, branch, time_submitted, time_modified)
        values ('garden', '1', 'el9', 'ready', 'ada', '', '1', '2026-01-01', '2026-01-01');
      insert into registered_tags (name, module_build_id) values ('module-garden', 1);
      insert into hub_tags (name, arches) values
        ('module-garden', '{x86_64}'), ('module-garden-build', '{x86_64}'), ('module-base', '{}'), ('candidate', '{}');
      insert into hub_tag_inheritance values (2, 3, 0);
      insert into hub_tag_groups values (2, 'build', 'bash'), (2, 'build', 'rake');
      insert into hub_builds (name, version, release, type, source, extra, created_at) values
        ('rake', '1', '1', 'rpm', null, '{}', '2026-01-01'), ('rake', '2', '1', 'rpm', null, '{}', '2026-01-02'),
        ('garden', '1', '7.c', 'module', 'git://x', '{"typeinfo": {"module": {"name": "garden"}}}', '2026-01-03');
      insert into hub_rpms values (1, 'rake-2:1-1.noarch', 'rake', 'noarch', '${file}', 7, '${sha256}');
      insert into hub_tagged_builds values (1, 1, '2026-01-01'), (1, 2, '2026-01-02'), (2, 1, '2026-01-01'), (4, 3, '2026-01-03')`,
      )
      .execute(database)
    await migrate(url)
    const store = new FolderStore(path.join(files, 'store'))
    const artifacts = new Artifacts({
      database,
      store,
      clock: systemClock,
      graceMs: 3_600_000,
      diskFreeBytesMin: 0,
    })
    await moveEarlierFiles(database, artifacts)
    await moveEarlierFiles(database, artifacts)
    const hub = new LocalHub({ database, artifacts, clock: systemClock })
    const builds = await hub.tagged('module-garden')
    expect(builds.map(({ nvr, types }) => `${nvr} ${types.join(',')}`)).toEqual([
      'rake-2-1 rpm',
      'rake-1-1 rpm',
    ])
    const [rpm] = await hub.rpms(builds.map(({ nvr }) => nvr))
    expect(rpm).toMatchObject({ nevra: 'rake-2:1-1.noarch', size: 7, content: { sha256 } })
    expect(await artifacts.readText(sha256, 100)).toBe('content')
    const [module] = await hub.tagged('candidate', { type: 'module' })
    expect((await hub.typeinfos([module?.nvr ?? ''], 'module')).get(module?.nvr ?? '')).toEqual({
      name: 'garden',
    })
    expect(await hub.inheritance('module-garden-build')).toEqual(['module-base'])
    expect(await hub.groups('module-garden-build')).toEqual([{ name: 'build', packages: ['bash', 'rake'] }])
    expect(await registeredTags(database, 1)).toEqual({
      tag: 'module-garden',
      buildTag: 'module-garden-build',
    })
    expect(await hub.target('module-garden')).toMatchObject({
      name: 'module-garden',
      buildTag: 'module-garden-build',
      destTag: 'module-garden',
    })
    const { rows: modules } = await sql`select cg_build_koji_tag from module_builds`.execute(database)
    expect(modules).toEqual([{ cg_build_koji_tag: 'el9-modular-updates-candidate' }])
    // New numbers follow the existing ones.
    const { rows } = await sql<{
      id: number
    }>`insert into hub_tags (name) values ('next') returning id`.execute(database)
    expect(rows).toEqual([{ id: 5 }])
  } finally {
    await database.destroy()
    await drop()
    await rm(files, { recursive: true })
  }
})
