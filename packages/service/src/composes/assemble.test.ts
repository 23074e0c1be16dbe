import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { connect, inTransaction, type Database } from '../database/index.ts'
import { DistGit } from '../distgit/index.ts'
import { MemoryHub } from '../hub/memory-hub.testing.ts'
import type { Platform } from '../platforms/index.ts'
import { buildUser } from '../sandbox/index.ts'
import { assemble, type ComposeWorld } from './assemble.ts'

let database: Database
let drop: () => Promise<void>
let hub: MemoryHub
let folder: string
let world: ComposeWorld
beforeAll(async () => {
  const own = await createDatabase()
  drop = own.drop
  database = connect(own.url)
  hub = await MemoryHub.open()
  await hub.ensureTags([{ name: 'candidates', arches: 'x86_64' }])
})
afterAll(async () => {
  await hub.close()
  await database.destroy()
  await drop()
})
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-composes-'))
  await chmod(folder, 0o755)
  world = {
    database,
    hub,
    signing: undefined,
    scratch: folder,
    distGit: new DistGit({ cacheDir: folder, timeoutSeconds: 1 }),
    platforms: new Map([['el', { stream: 'el', arches: ['x86_64'] } as unknown as Platform]]),
    user: buildUser(65_534),
    composesDir: folder,
    moduleDefaults: '',
  }
  return () => rm(folder, { recursive: true })
})

const composes = () => path.join(folder, 'el')
const latest = () => readlink(path.join(composes(), 'latest'))

/** Inserts the row of a requested compose. */
async function requested(id: number, time = new Date('2026-01-02')) {
  await inTransaction(database, 'compose', async (tx) => {
    await sql`delete from composes where id = ${id}`.execute(tx)
    await sql`insert into composes (id, platform, state, modules, time_requested)
      overriding system value values (${id}, 'el', 'requested', '[]', ${time})`.execute(tx)
  })
  return { id, platform: 'el', time_requested: time }
}

const make = async (id: number) => assemble(world, await requested(id), 'candidates')

test('composes that end at once leave the newest as the latest', async () => {
  await Promise.all([3, 1, 4, 2].map(make))
  expect(await latest()).toBe('4')
  await make(2)
  expect(await latest()).toBe('4')
  expect((await readdir(composes())).sort()).toEqual(['1', '2', '3', '4', 'latest'])
})

test('a compose that two processes make at once is made', async () => {
  const compose = await requested(7)
  const made = await Promise.all([1, 2, 3].map(() => assemble(world, compose, 'candidates')))
  expect(made.map(({ modules }) => modules)).toEqual([[], [], []])
  expect((await readdir(composes())).sort()).toEqual(['7', 'latest'])
})

test('composes from before the database was restored stand for none of the composes after it', async () => {
  for (const id of ['12', '14']) {
    await mkdir(path.join(composes(), id), { recursive: true })
    const contents = {
      requested: new Date('2026-01-01').toISOString(),
      modules: ['lost:1:1:c'],
      signingKey: null,
    }
    await writeFile(path.join(composes(), id, 'contents.json'), JSON.stringify(contents))
  }
  await symlink('14', path.join(composes(), 'latest'))
  expect((await make(12)).modules).toEqual([])
  const text = await readFile(path.join(composes(), '12', 'contents.json'), 'utf8')
  expect(JSON.parse(text)).toMatchObject({ requested: '2026-01-02T00:00:00.000Z', modules: [] })
  expect(await latest()).toBe('12')
})

test('a compose that an earlier version of the service has published stays', async () => {
  await mkdir(path.join(composes(), '16'), { recursive: true })
  await writeFile(path.join(composes(), '16', 'contents.json'), '{"modules":["m:1:1:c"],"signingKey":null}')
  await symlink('16', path.join(composes(), 'latest'))
  expect((await make(16)).modules).toEqual(['m:1:1:c'])
  await make(15)
  expect(await latest()).toBe('16')
})

test('a compose that cannot be made leaves nothing behind', async () => {
  world = {
    ...world,
    platforms: new Map([['el', { stream: 'el', arches: ['x86_64', 'no/such/../arch\0'] } as never]]),
  }
  await expect(make(20)).rejects.toThrow()
  expect(await readdir(composes())).toEqual([])
})
