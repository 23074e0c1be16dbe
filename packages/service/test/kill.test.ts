import { chmod, mkdtemp, readFile, readdir } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeTree } from '../src/sandbox/index.ts'
import { moduleDocument, TestDistGit } from './support/dist-git.ts'
import { ended, type BuildView } from './support/house.ts'
import { sharedCache, spec } from './support/local.ts'
import { startProcess, type ServiceProcess } from './support/process.ts'
import { processesOf } from './support/processes.ts'

/** Number of kills of the service. For a longer run: `MBS_TEST_KILLS=20`. */
const kills = Number(process.env['MBS_TEST_KILLS'] ?? 4)

let folder: string
let distGit: TestDistGit
let service: ServiceProcess

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-kill-'))
  await chmod(folder, 0o755)
  distGit = await TestDistGit.create()
  for (const name of ['a', 'b', 'c'])
    await distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: spec(name, { build: 'sleep 1' }) })
  service = await start()
})
afterAll(async () => {
  await service.stop()
  await distGit.remove()
  await removeTree(folder)
})

function start(): Promise<ServiceProcess> {
  return startProcess(folder, {
    dataDir: path.join(folder, 'data'),
    cacheDir: sharedCache(),
    http: { port: 0 },
    scm: { allowed: [`${distGit.url}/modules/`], rpms: `${distGit.url}/rpms/`, lookaside: `${distGit.url}/` },
    log: { level: 'error' },
  })
}

async function show(id: number): Promise<BuildView | undefined> {
  const response = await fetch(
    `${service.url}/module-build-service/2/module-builds/${id}?verbose=true`,
  ).catch(() => undefined)
  return response === undefined ? undefined : ((await response.json()) as BuildView)
}

/** Submits a module with these components; returns the build's number. */
async function submit(name: string, components: Readonly<Record<string, number>>): Promise<number> {
  const response = await fetch(`${service.url}/module-build-service/2/module-builds/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(await distGit.module(name, moduleDocument(components))),
  })
  return ((await response.json()) as BuildView[])[0]?.id ?? 0
}

/** Polls until the build has ended; the service may be unavailable meanwhile. */
async function endOf(id: number): Promise<BuildView> {
  for (;;) {
    const build = await show(id)
    if (build?.state_name !== undefined && ended(build)) return build
    await sleep(100)
  }
}

/** Polls until the build has changed; returns the changed build. */
async function changed(id: number, before: BuildView | undefined): Promise<BuildView> {
  for (;;) {
    const build = await show(id)
    if (build !== undefined && (ended(build) || momentOf(build) !== momentOf(before))) return build
    await sleep(50)
  }
}

/** Returns the progress of a build in words. */
function momentOf(build: BuildView | undefined): string {
  const components = build?.components.map(({ package: name, state_name: state }) => `${name} ${state}`) ?? []
  return `build ${build?.id} in ${build?.state_name} (${components.join(', ')})`
}

/** Returns the folder of the database's builds. */
async function attemptsFolder(): Promise<string> {
  const [instance = ''] = (await readdir(path.join(folder, 'data'))).filter((name) =>
    /^[0-9a-f]{8}$/.test(name),
  )
  return path.join(folder, 'data', instance, 'attempts')
}

/** Counts the runs of %build for each package, by the runners' own logs. */
async function compiles(): Promise<Map<string, number>> {
  const attempts = await attemptsFolder()
  const counts = new Map<string, number>()
  for (const attempt of (await readdir(attempts)).filter((name) => /^\d+$/.test(name))) {
    const request = JSON.parse(await readFile(path.join(attempts, attempt, 'request.json'), 'utf8')) as {
      package: string
      source: { kind: string }
    }
    const log = await readFile(path.join(attempts, attempt, 'build.log'), 'utf8').catch(() => '')
    const times = log.match(/Executing\(%build\)/g)?.length ?? 0
    if (request.source.kind === 'dist-git')
      counts.set(request.package, (counts.get(request.package) ?? 0) + times)
  }
  return counts
}

test(
  `kill -9 of the service at ${kills} random moments of a build loses no compile and doubles none`,
  { timeout: 120_000 + kills * 30_000 },
  async () => {
    let done = 0
    let builds = 0
    const moments: string[] = []
    while (done < kills) {
      builds++
      // A name of its own: another build of the same module would reuse compiled components.
      const id = await submit(`m${builds}`, { a: 1, b: 1, c: 2 })
      let before = await show(id)
      while (done < kills) {
        // The build must progress between two kills: a build that is killed at each start never gets further.
        const seen = await changed(id, before)
        if (ended(seen)) break
        await sleep(Math.random() * 2500)
        await service.kill()
        moments.push(momentOf(seen))
        done++
        service = await start()
        before = await show(id)
      }
      expect(await endOf(id)).toMatchObject({ state_name: 'ready', stopped_by: null })
    }
    console.log(`${kills} kills over ${builds} builds: ${moments.join('; ')}`)
    expect(Object.fromEntries(await compiles())).toEqual({ a: builds, b: builds, c: builds })
  },
)

test('killing the runner costs an attempt and not the build, and leaves no process behind', async () => {
  await distGit.commit('rpms/slow', 'main', { 'slow.spec': spec('slow', { build: 'sleep 3.1415' }) })
  const id = await submit('n', { slow: 1 })
  const sleeping = () => processesOf('sleep 3.1415')
  while ((await sleeping()).length === 0) await sleep(100)
  const attempts = await attemptsFolder()
  const [running] = await readdir(path.join(attempts, 'running'))
  const { pid } = JSON.parse(await readFile(path.join(attempts, running ?? '', 'process.json'), 'utf8')) as {
    pid: number
  }
  const left = await sleeping()
  process.kill(pid, 'SIGKILL')
  // The next attempt may sleep already. The processes of this attempt must end long before their sleep does.
  await expect.poll(async () => (await sleeping()).filter((one) => left.includes(one))).toEqual([])
  const build = await endOf(id)
  expect(build.state_name).toBe('ready')
  const component = build.components.find(({ package: name }) => name === 'slow')
  expect(component).toMatchObject({ attempt: 2, state_name: 'COMPLETE' })
})

test('kill -9 of the embedded PostgreSQL costs seconds and not the build', async () => {
  await distGit.commit('rpms/steady', 'main', { 'steady.spec': spec('steady', { build: 'sleep 2' }) })
  const id = await submit('o', { steady: 1 })
  await sleep(1000)
  const pid = await readFile(path.join(folder, 'data', 'postgresql', 'postmaster.pid'), 'utf8')
  process.kill(Number(pid.split('\n')[0]), 'SIGKILL')
  const during = await fetch(`${service.url}/module-build-service/2/module-builds/${id}`)
  expect([200, 503]).toContain(during.status)
  expect(await endOf(id)).toMatchObject({ state_name: 'ready', stopped_by: null })
  expect((await compiles()).get('steady')).toBe(1)
})
