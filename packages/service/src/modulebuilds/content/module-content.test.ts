import { readModulemd } from '@mbs/modulemd'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../../../test/support/database.ts'
import { Artifacts, MemoryStore } from '../../artifacts/index.ts'
import { systemClock } from '../../clock.ts'
import { connect, inTransaction, type Database } from '../../database/index.ts'
import { settled } from '../../hub/index.ts'
import { LocalHub } from '../../hub/local/index.ts'
import { findDevelModule, importDevelModule, importModule } from './module-content.ts'
import { moduleNvr } from './hub-name.ts'
import { moduleTables } from '../store.ts'

let database: Database
let drop: () => Promise<void>
let hub: LocalHub
beforeAll(async () => {
  const own = await createDatabase()
  drop = own.drop
  database = connect(own.url)
  const artifacts = new Artifacts({
    database,
    store: new MemoryStore(),
    clock: systemClock,
    graceMs: 3_600_000,
    diskFreeBytesMin: 0,
  })
  hub = new LocalHub({ database, artifacts, clock: systemClock })
})
afterAll(async () => {
  await database.destroy()
  await drop()
})

/** A module that was just built, with a module build of its own. */
async function moduleOf(name: string) {
  const text = `document: modulemd\nversion: 2\ndata:\n  name: ${name}\n  stream: rolling-1\n  summary: s\n  description: d\n  license: {module: [MIT]}\n  profiles: {default: {rpms: [a]}}\n`
  const [document] = readModulemd(text).documents
  if (document?.kind !== 'modulemd') throw new Error('no modulemd')
  const time = new Date('2026-01-01')
  const nsvc = { name, stream: 'rolling-1', version: '7', context: 'c0ffee00' }
  const row = {
    ...nsvc,
    state: 'failed' as const,
    owner: 'ada',
    scmurl: 'git://x',
    koji_tag: 'module-x',
    time_submitted: time,
    time_modified: time,
  }
  const build = await inTransaction(database, 'insert', (tx) =>
    moduleTables(tx).insertInto('module_builds').values(row).returningAll().executeTakeFirstOrThrow(),
  )
  return {
    ...nsvc,
    build,
    document,
    arches: ['x86_64', 'aarch64'],
    components: [],
    packages: [],
    log: 'a log\n',
  }
}
type Module = Awaited<ReturnType<typeof moduleOf>>

const world = () => ({ database, hub })

const find = async (nvr: string) => (await hub.builds([nvr])).get(nvr)

/** Imports the module and returns the id of the module build that the hub records for it. */
async function bring(module: Module): Promise<number> {
  await importModule(world(), module)
  return (await infoOf(moduleNvr(module))).module_build_service_id
}

async function infoOf(nvr: string) {
  const info = (await hub.typeinfos([nvr], 'module')).get(nvr)
  return info as { module_build_service_id: number; name: string; modulemd_str: string }
}

test('a module is brought in once, under the name that upstream gives it', async () => {
  const module = await moduleOf('once')
  expect(await bring(module)).toBe(module.build.id)
  const build = await find('once-rolling_1-7.c0ffee00')
  expect(build).toMatchObject({
    state: 'complete',
    types: ['module'],
    contentGenerator: 'module-build-service',
  })
  expect(await bring(module)).toBe(module.build.id)
  expect(await find('once-rolling_1-7.c0ffee00')).toEqual(build)
})

test('a resumed build brings the document that it has now', async () => {
  const module = await moduleOf('resumed')
  await bring(module)
  const nvr = moduleNvr(module)
  expect((await infoOf(nvr)).modulemd_str).not.toContain('summary: another')
  await bring({ ...module, document: { ...module.document, summary: 'another' } })
  expect((await infoOf(nvr)).modulemd_str).toContain('summary: another')
})

test('it takes the place of a try that did not become a module, and of nothing that has been tagged', async () => {
  const [first, second, third] = [await moduleOf('again'), await moduleOf('again'), await moduleOf('again')]
  expect(await bring(first)).toBe(first.build.id)
  expect(await bring(second)).toBe(second.build.id)
  await settled(hub.ensureTags([{ name: 'candidate' }]))
  await settled(hub.tag('candidate', ['again-rolling_1-7.c0ffee00']))
  await expect(bring(third)).rejects.toThrow(/^Build already exists: again-rolling_1-7\.c0ffee00 \(id=\d+\)$/)
  expect(await bring(second)).toBe(second.build.id)
})

test('it does not take the place of what somebody else has brought in', async () => {
  const foreign = { name: 'foreign', version: 'rolling_1', release: '7.c0ffee00', epoch: null, source: null }
  await hub.recordOwnBuild({ ...foreign, rpms: [], buildroots: [], logs: [] })
  await expect(bring(await moduleOf('foreign'))).rejects.toThrow(
    'foreign-rolling_1-7.c0ffee00 was brought into the hub by mbs; it is not replaced',
  )
})

describe('the -devel module beside it', () => {
  const nvr = 'tools-devel-rolling_1-7.c0ffee00'

  test('is a build of its own that is brought in once, and takes the place of an earlier try at it', async () => {
    const [first, second] = [await moduleOf('tools'), await moduleOf('tools')]
    for (const module of [first, first, second, second]) await importDevelModule(world(), module)
    expect(await infoOf(nvr)).toMatchObject({
      name: 'tools-devel',
      module_build_service_id: second.build.id,
      content_koji_tag: 'module-x',
    })
    expect(await find(moduleNvr(first))).toBeUndefined()
    const archives = await hub.archives(nvr)
    const document = archives.find(({ filename }) => filename === 'modulemd.aarch64.txt')
    const text = await hub.readText(document?.content ?? { sha256: '' }, 10_000)
    expect(text).toMatch(/^ {2}name: tools-devel$/m)
    expect(text).not.toContain('profiles')
    expect(await findDevelModule(hub, second.build.id, second)).toBe(nvr)
    expect(await findDevelModule(hub, first.build.id, first)).toBeUndefined()
  })

  test('and a module of that name do not take each other’s place', async () => {
    const [own, other] = [await moduleOf('kit-devel'), await moduleOf('kit')]
    await bring(own)
    await expect(importDevelModule(world(), other)).rejects.toThrow(
      'kit-devel-rolling_1-7.c0ffee00 was brought into the hub by mbs for the module kit-devel; it is not replaced',
    )
    const late = await moduleOf('tools-devel')
    await expect(bring(late)).rejects.toThrow(`${nvr} was brought into the hub by mbs for the module tools;`)
  })
})
