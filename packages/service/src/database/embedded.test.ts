import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { findPostgres } from './binaries.ts'
import { joinEmbeddedCluster } from './embedded.ts'

const folder = path.join('/var/tmp', `mbs-test-embedded-${process.pid}`)
const cache = path.join(os.tmpdir(), `mbs-test-cache-${process.getuid?.() ?? 0}`)
const join = () => joinEmbeddedCluster(folder, cache, (error) => console.error(error))
afterAll(() => rm(folder, { recursive: true, force: true }))

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

test('two threads that copy its programs at the same moment both get all of them', async () => {
  const empty = await mkdtemp(`${folder}-programs-`)
  try {
    const found = await Promise.all([findPostgres(empty, true), findPostgres(empty, true)])
    const [copied, original] = await Promise.all(
      [found[0], await findPostgres(empty, false)].map(({ bin }) =>
        readdir(path.dirname(bin), { recursive: true }),
      ),
    )
    expect(found[1]).toEqual(found[0])
    expect(copied?.sort()).toEqual(original?.sort())
    expect(await readdir(empty)).toHaveLength(1)
  } finally {
    await rm(empty, { recursive: true, force: true })
  }
})

const postmaster = async () =>
  Number((await readFile(path.join(folder, 'postgresql', 'postmaster.pid'), 'utf8')).split('\n')[0])

test('the server, which another user runs, has no secret of the service in its environment', async () => {
  process.env['MBS_TEST_SECRET'] = 'hunter2'
  const cluster = await join()
  const environment = await readFile(`/proc/${await postmaster()}/environ`, 'utf8')
  delete process.env['MBS_TEST_SECRET']
  expect(environment).toContain('PATH=')
  expect(environment).not.toContain('hunter2')
  await cluster.leave()
})

test('the cluster is made, joined by several, and stopped by the last to leave', async () => {
  const [first, second] = await Promise.all([join(), join()])
  expect(second.url).toBe(first.url)
  await ask(first.url, 'create table kept (x integer)')
  const pid = await postmaster()
  const user = new pg.Client({ connectionString: second.url })
  await user.connect()
  await first.leave()
  expect(await ask(second.url, 'select * from kept')).toEqual([])
  await user.end()
  await second.leave()
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
})

test('it comes back after kill -9 of the postmaster with all that was committed', async () => {
  const cluster = await join()
  await ask(cluster.url, 'insert into kept values (1), (2)')
  process.kill(await postmaster(), 'SIGKILL')
  await sleep(200)
  const again = await join()
  expect(await ask(again.url, 'select x from kept order by x')).toEqual([{ x: 1 }, { x: 2 }])
  await cluster.leave()
  await again.leave()
})

test('it comes back when the folder of its socket is removed', async () => {
  const cluster = await join()
  await ask(cluster.url, 'create table socketless (x integer)')
  const before = await postmaster()
  const socket = new URL(cluster.url.replace('@/', '@localhost/')).searchParams.get('host') ?? ''
  await rm(socket, { recursive: true })
  const again = await join()
  expect(await ask(again.url, 'select * from socketless')).toEqual([])
  expect(await postmaster()).not.toBe(before)
  await cluster.leave()
  await again.leave()
})

test('a cluster of another major version is refused with what to do', async () => {
  const file = path.join(folder, 'postgresql', 'PG_VERSION')
  const version = await readFile(file, 'utf8')
  await writeFile(file, '12\n')
  await expect(join()).rejects.toThrow(/was made by PostgreSQL 12, this machine has PostgreSQL \d+: dump it/)
  await writeFile(file, version)
})
