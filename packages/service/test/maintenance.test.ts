import { pino } from 'pino'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../src/database/index.ts'
import { Artifacts, MemoryStore } from '../src/artifacts/index.ts'
import { systemClock } from '../src/clock.ts'
import { LocalHub } from '../src/hub/local/index.ts'
import { Engine, PgBossQueue, Readers } from '../src/jobs/index.ts'
import { cleanUpFailed } from '../src/modulebuilds/index.ts'
import { Metrics } from '../src/telemetry/index.ts'
import { moduleDocument } from './support/dist-git.ts'
import { ended, openHouse, type BuildView, type House } from './support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({
    script: { outcomes: { flaky: ['failed', 'complete'], bad: ['failed'], again: ['failed', 'complete'] } },
  })
  for (const name of ['zlib', 'app', 'flaky', 'bad', 'again'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
})
afterAll(() => house.close())

const build = async (name: string, document: string, branch = '1') =>
  house.build(await house.distGit.module(name, document, branch))

describe('a component', () => {
  interface Items<T> {
    items: T[]
  }
  const where = async (component: string) =>
    (
      (await house.request('GET', `/module-build-service/2/where/${component}`)).json as Items<{
        name: string
        stream: string
        nvr: string
        composes: number[]
      }>
    ).items
  const rebuild = async (body: object) => house.request('POST', '/module-build-service/2/rebuilds/', body)

  test('is found in all streams that have it, and all of them are built again with another ref', async () => {
    await build('one', moduleDocument({ zlib: 1, app: 2 }))
    await build('two', moduleDocument({ zlib: 1 }), 'a')
    await build('two', moduleDocument({ zlib: 1 }), 'b')
    await build('other', moduleDocument({ app: 1 }))
    const names = async () => (await where('zlib')).map(({ name, stream }) => `${name}:${stream}`)
    expect(await names()).toEqual(['one:1', 'two:a', 'two:b'])
    expect(await where('nothing')).toEqual([])
    const fix = await house.distGit.commit('rpms/zlib', 'fix', { 'zlib.spec': 'fixed' })

    const planned = await rebuild({ component: 'zlib', ref: 'fix', plan: true })
    const plans = (planned.json as Items<{ name: string; plan: { builds: { components: object[] }[] } }>)
      .items
    expect(planned.status).toBe(200)
    expect(plans.map(({ plan }) => plan.builds[0]?.components)).toEqual([
      [
        expect.objectContaining({
          package: 'zlib',
          ref: fix,
          reuse: expect.objectContaining({ code: 'ref-changed' }) as object,
        }),
        expect.objectContaining({
          package: 'app',
          reuse: expect.objectContaining({ code: 'earlier-batch-changed' }) as object,
        }),
      ],
      [expect.objectContaining({ ref: fix })],
      [expect.objectContaining({ ref: fix })],
    ])

    const made = await rebuild({ component: 'zlib', ref: 'fix', streams: ['one:1', 'two:b'] })
    expect(made.status).toBe(201)
    const builds = (made.json as Items<{ builds: number[] }>).items.flatMap((item) => item.builds)
    for (const id of builds) {
      const again = await house.until(id, ended)
      expect(again.state_name).toBe('ready')
      expect(again.modulemd).toContain(`zlib:\n          ref: ${fix}`)
      expect(again.modulemd).toMatch(/ref: fix\n/)
    }
    expect(builds).toHaveLength(2)
    // These are now the newest builds of their streams.
    const found = (await where('zlib')) as unknown as { id: number }[]
    expect(found.map(({ id }) => builds.includes(id))).toEqual([true, false, true])
  })

  test('beside one that is called as what objects have keeps that one’s ref', async () => {
    for (const name of ['gzip', 'constructor'])
      await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
    await build('odd', moduleDocument({ gzip: 1, constructor: 1 }))
    const fix = await house.distGit.commit('rpms/gzip', 'fix', { 'gzip.spec': 'fixed' })
    const { json } = await rebuild({ component: 'gzip', ref: 'fix', plan: true })
    const [{ plan } = { plan: undefined }] = (
      json as Items<{ plan: { builds: { components: { package: string; ref: string }[] }[] } }>
    ).items
    const refs = (plan?.builds[0]?.components ?? []).map((one) => [one.package, one.ref === fix])
    expect(Object.fromEntries(refs)).toEqual({ gzip: true, constructor: false })
  })

  test('that no stream has cannot be rebuilt, nor a stream that does not have it', async () => {
    expect((await rebuild({ component: 'nothing' })).status).toBe(404)
    expect(await rebuild({ component: 'zlib', streams: ['other:1'] })).toMatchObject({
      status: 400,
      json: { message: 'these streams do not contain it: other:1' },
    })
  })

  test('that failed is tried again, in the same build', async () => {
    const failed = await build('wobbly', moduleDocument({ flaky: 1, app: 2 }))
    expect(failed.state_name).toBe('failed')
    const component = (name: string) => failed.components.find((row) => row.package === name)?.id ?? 0
    const retry = (id: number) =>
      house.request('POST', `/module-build-service/2/component-builds/${id}/retry`)
    expect((await retry(component('module-build-macros'))).status).toBe(409)
    expect((await retry(1_000_000)).status).toBe(404)
    expect((await retry(component('flaky'))).status).toBe(200)
    const again = await house.until(failed.id, (view) => view.state_name === 'ready')
    expect(again.components.map((row) => [row.package, row.attempt])).toEqual([
      ['module-build-macros', 1],
      ['flaky', 2],
      ['app', 1],
    ])
    expect((await retry(component('flaky'))).status).toBe(409)
  })
})

describe('a stream that is retired', () => {
  const retire = (stream: string, body: object) => house.request('PUT', `/retirements/${stream}`, body)

  test('takes builds until its day, and none from then on, until it is revived', async () => {
    const submission = await house.distGit.module('old', moduleDocument({ app: 1 }))
    expect(await retire('old/1', { eol: '2999-01-01', reason: 'some day' })).toMatchObject({ status: 200 })
    expect((await house.build(submission)).state_name).toBe('ready')
    const said = { eol: '2020-01-01', reason: 'nobody wants it', obsoleted_by: 'old:2' }
    expect(await retire('old/1', said)).toMatchObject({
      status: 200,
      json: { name: 'old', stream: '1', retired_by: 'anonymous', ...said },
    })
    const next = await house.distGit.module('old', moduleDocument({ app: 2 }))
    expect(await house.submit(next)).toMatchObject({
      status: 422,
      json: { message: 'old:1 was retired on 2020-01-01: nobody wants it; old:2 takes its place' },
    })
    expect((await house.request('GET', '/retirements/')).json).toMatchObject({ items: [{ name: 'old' }] })
    expect((await house.request('DELETE', '/retirements/old/1')).status).toBe(204)
    expect((await house.request('DELETE', '/retirements/old/1')).status).toBe(404)
    expect((await house.submit(next)).status).toBe(201)
  })

  test.each([
    [{ eol: '2020-02-30', reason: 'x' }, 'the day 2020-02-30 does not exist'],
    [{ eol: 'soon', reason: 'x' }, 'eol must match'],
    [{ eol: '2020-02-03', reason: 'x', obsoleted_by: 'a:1' }, 'a stream cannot replace itself'],
    [{ eol: '2020-02-03' }, 'must have required properties reason'],
  ])('says so in a right way: not by %j', async (body, message) => {
    expect(await retire('a/1', body)).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining(message) as string },
    })
  })
})

test('what failed long ago is garbage, without its tags; what failed lately may be taken up again', async () => {
  const submission = await house.distGit.module('stale', moduleDocument({ bad: 1 }))
  const stale = await house.build(submission)
  const fresh = await build('fresh', moduleDocument({ bad: 1 }))
  const database = connect(house.database.url, { mayAlwaysWrite: true })
  await sql`update module_builds set time_modified = now() - interval '200 days' where id = ${stale.id}`.execute(
    database,
  )
  const clock = { now: () => new Date(), elapsed: () => 0, schedule: () => () => undefined }
  const log = pino({ level: 'silent' })
  const queue = await PgBossQueue.open(house.database.url, () => undefined)
  const retries = { attemptsMax: 1, pauseSecondsMax: 1 }
  const engine = new Engine({
    database,
    queue,
    clock,
    log,
    metrics: new Metrics(),
    retries,
    wakes: new Readers(),
  })
  expect(await cleanUpFailed({ database, clock, engine }, 180)).toBe(1)
  await expect.poll(async () => (await house.show(stale.id)).state_name).toBe('garbage')
  expect(await cleanUpFailed({ database, clock, engine }, 180)).toBe(0)
  await queue.stop()
  await database.destroy()
  const after: BuildView = await house.show(stale.id)
  expect([after.state_name, after.state_reason]).toEqual([
    'garbage',
    'it failed more than 180 days ago and was not resumed',
  ])
  const tag = (name: string | null) => house.request('GET', `/hub/tags/${name ?? ''}`)
  expect((await tag(stale.koji_tag)).status).toBe(404)
  expect((await tag(`${stale.koji_tag ?? ''}-build`)).status).toBe(404)
  expect((await tag(fresh.koji_tag)).status).toBe(200)
  expect((await house.show(fresh.id)).state_name).toBe('failed')
  // The hub may still have packages with the old dist tag, so a new build has another one.
  const again = await house.build(submission)
  expect(again.dist_tag).toMatch(new RegExp(`^module\\+test\\+${again.id}\\+`))
  expect(again.id).not.toBe(stale.id)
})

test('what failed goes on, though a clean-up has begun to delete its tags and failed', async () => {
  const scmurl = await house.distGit.module('half', moduleDocument({ zlib: 1, again: 2 }))
  const failed = await house.build(scmurl)
  expect(failed.state_name).toBe('failed')
  const database = connect(house.database.url, { mayAlwaysWrite: true })
  const parts = { database, clock: systemClock, store: new MemoryStore(), graceMs: 1, diskFreeBytesMin: 0 }
  const hub = new LocalHub({ ...parts, artifacts: new Artifacts(parts) })
  const tag = failed.koji_tag ?? ''
  await hub.deleteTargets([tag])
  await hub.deleteTags([tag])
  const ready = await house.build(scmurl)
  expect([ready.id, ready.state_name, ready.stopped_by]).toEqual([failed.id, 'ready', null])
  const names = (await hub.tagged(tag)).map(({ name }) => name)
  expect(names.sort()).toEqual(['again', 'zlib'])
  await database.destroy()
})
