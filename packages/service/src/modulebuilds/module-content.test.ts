import { readModulemd } from '@mbs/modulemd'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { Artifacts, MemoryStore } from '../artifacts/index.ts'
import { serviceCaller } from '../auth/index.ts'
import { systemClock } from '../clock.ts'
import { connect, inTransaction, type Database } from '../database/index.ts'
import { createTag, findBuild, HubChange, recordOwnBuild, tagBuilds, typeinfosOf } from '../hub/index.ts'
import { importModule, moduleNvr } from './module-content.ts'
import type { ModuleBuildRow } from './store.ts'

let database: Database
let drop: () => Promise<void>
let artifacts: Artifacts
beforeAll(async () => {
  const own = await createDatabase()
  drop = own.drop
  database = connect(own.url)
  artifacts = new Artifacts({
    database,
    store: new MemoryStore(),
    clock: systemClock,
    graceMs: 3_600_000,
    diskFreeBytesMin: 0,
  })
})
afterAll(async () => {
  await database.destroy()
  await drop()
})

const change = <T>(work: (change: HubChange) => Promise<T>) =>
  inTransaction(database, 'change', async (tx) =>
    work(await HubChange.begin(tx, serviceCaller, systemClock.now())),
  )

function moduleOf(id: number, name: string) {
  const text = `document: modulemd\nversion: 2\ndata:\n  summary: s\n  description: d\n  license: {module: [MIT]}\n`
  const [document] = readModulemd(text).documents
  if (document?.kind !== 'modulemd') throw new Error('no modulemd')
  const time = new Date('2026-01-01')
  const build = { id, scmurl: 'git://x', koji_tag: 'module-x', time_submitted: time, time_modified: time }
  return {
    build: build as unknown as ModuleBuildRow,
    name,
    stream: 'rolling-1',
    version: '7',
    context: 'c0ffee00',
    document,
    arches: ['x86_64', 'aarch64'],
    components: [],
    packages: [],
    log: 'a log\n',
  }
}

async function bring(id: number, name: string): Promise<unknown> {
  const module = moduleOf(id, name)
  await importModule({ database, artifacts, clock: systemClock }, module)
  const build = await findBuild(database, moduleNvr(module))
  const info = (await typeinfosOf(database, [build?.id ?? 0], 'module')).get(build?.id ?? 0)
  return (info as { module_build_service_id: number }).module_build_service_id
}

test('a module is brought in once, under the name that upstream gives it', async () => {
  expect(await bring(1, 'once')).toBe(1)
  const build = await findBuild(database, 'once-rolling_1-7.c0ffee00')
  expect(build).toMatchObject({
    state: 'complete',
    types: ['module'],
    contentGenerator: 'module-build-service',
  })
  expect(await bring(1, 'once')).toBe(1)
  expect((await findBuild(database, 'once-rolling_1-7.c0ffee00'))?.id).toBe(build?.id)
})

test('it takes the place of a try that did not become a module, and of nothing that has been tagged', async () => {
  expect(await bring(1, 'again')).toBe(1)
  expect(await bring(2, 'again')).toBe(2)
  await change(async (one) => {
    await createTag(one, 'candidate')
    await tagBuilds(one, 'candidate', ['again-rolling_1-7.c0ffee00'])
  })
  await expect(bring(3, 'again')).rejects.toThrow(
    /^Build already exists: again-rolling_1-7\.c0ffee00 \(id=\d+\)$/,
  )
  expect(await bring(2, 'again')).toBe(2)
})

test('it does not take the place of what somebody else has brought in', async () => {
  const foreign = { name: 'foreign', version: 'rolling_1', release: '7.c0ffee00', epoch: null, source: null }
  await change((one) => recordOwnBuild(one, { ...foreign, rpms: [], buildroots: [], logs: [] }))
  await expect(bring(1, 'foreign')).rejects.toThrow(
    'foreign-rolling_1-7.c0ffee00 was brought into the hub by mbs; it is not replaced',
  )
})
