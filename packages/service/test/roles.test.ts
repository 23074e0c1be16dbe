import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDatabase } from './support/database.ts'
import { moduleDocument, TestDistGit } from './support/dist-git.ts'
import type { BuildView } from './support/house.ts'
import { sharedCache } from './support/local.ts'
import { startProcess, type ServiceProcess } from './support/process.ts'

let folder: string
let dataDir: string
let distGit: TestDistGit
let database: Awaited<ReturnType<typeof createDatabase>>
const processes: ServiceProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-roles-'))
  await chmod(folder, 0o755)
  dataDir = path.join(folder, 'data')
  await mkdir(dataDir)
  distGit = await TestDistGit.create()
  await distGit.commit('rpms/a', 'main', { 'a.spec': '' })
  database = await createDatabase()
})
afterEach(async () => {
  for (const process of processes.splice(0)) await process.stop()
  await database.drop()
  await distGit.remove()
  await rm(folder, { recursive: true, force: true })
})

async function start(...roles: string[]): Promise<ServiceProcess> {
  const own = await mkdtemp(path.join(folder, 'process-'))
  const process = await startProcess(own, {
    dataDir,
    cacheDir: sharedCache(),
    database: { url: database.url },
    roles,
    http: { port: 0 },
    scm: { allowed: [`${distGit.url}/modules/`], rpms: `${distGit.url}/rpms/`, lookaside: `${distGit.url}/` },
    builder: { name: `${path.join(import.meta.dirname, 'support', 'slow-builder.ts')}#SlowBuilder` },
    platforms: {
      test: {
        repositories: [{ name: 'none', url: 'file:///nonexistent' }],
        buildGroup: ['bash'],
        arches: ['x86_64'],
      },
    },
    log: { level: 'error' },
  })
  processes.push(process)
  return process
}

const slow = () => writeFile(path.join(dataDir, 'slow'), '')
const fast = () => rm(path.join(dataDir, 'slow'))
const connects = async () =>
  (await readFile(path.join(dataDir, 'connects'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')

async function submit(api: ServiceProcess): Promise<number> {
  const response = await fetch(`${api.url}/module-build-service/2/module-builds/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(await distGit.module('m', moduleDocument({ a: 1 }))),
  })
  return ((await response.json()) as BuildView[])[0]?.id ?? 0
}

async function show(api: ServiceProcess, id: number): Promise<BuildView> {
  return (await (
    await fetch(`${api.url}/module-build-service/2/module-builds/${id}?verbose=true`)
  ).json()) as BuildView
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(50)
}

test('one process takes submissions and another one builds them', async () => {
  const api = await start('api')
  const id = await submit(api)
  await sleep(1000)
  expect(await show(api, id)).toMatchObject({ state_name: 'wait', waiting_for: [] })
  const scheduler = await start('scheduler')
  await until(async () => (await show(api, id)).state_name === 'ready')
  for (const { url } of [api, scheduler])
    for (const route of ['/healthz', '/readyz', '/metrics'])
      expect((await fetch(url + route)).status).toBe(200)
  expect((await fetch(`${scheduler.url}/module-build-service/2/module-builds/${id}`)).status).toBe(404)
  expect((await fetch(`${scheduler.url}/repos/`)).status).toBe(404)
})

test('what a scheduler was doing when it was killed is taken over within 15 s', async () => {
  const api = await start('api')
  const [first] = [await start('scheduler')]
  await slow()
  const id = await submit(api)
  await until(async () => (await connects()).length === 1)
  await start('scheduler')
  await first.kill()
  const died = performance.now()
  await fast()
  await until(async () => (await connects()).length > 1)
  expect(performance.now() - died).toBeLessThan(15_000)
  await until(async () => (await show(api, id)).state_name === 'ready')
  const [begun, again, ended] = await connects()
  expect(begun).toBe(`begin ${first.child.pid ?? 0}`)
  expect(again).toMatch(/^begin /)
  expect(ended).toMatch(/^end /)
  expect(await connects()).toHaveLength(3)
})

test('a scheduler that is told to stop ends what it is doing, and nothing is done twice', async () => {
  const api = await start('api')
  const first = await start('scheduler')
  await slow()
  const id = await submit(api)
  await until(async () => (await connects()).length === 1)
  const stopped = first.stop()
  await sleep(500)
  await fast()
  await stopped
  expect(first.child.exitCode).toBe(0)
  const pid = first.child.pid ?? 0
  expect(await connects()).toEqual([`begin ${pid}`, `end ${pid}`])
  await start('scheduler')
  await until(async () => (await show(api, id)).state_name === 'ready')
  expect(await connects()).toHaveLength(2)
})
