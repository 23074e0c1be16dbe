import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../src/database/index.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type BuildView, type House } from './support/house.ts'

interface ReuseView extends BuildView {
  reused_module_id: number | null
  rebuild_strategy: string
  components: (BuildView['components'][number] & { reuse: { code: string; detail: string } | null })[]
}

let house: House
beforeAll(async () => {
  house = await openHouse()
  for (const name of ['a', 'b', 'c', 'd'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
})
afterAll(() => house.close())

const build = async (name: string, document: string, options: object = {}): Promise<ReuseView> =>
  (await house.build({ ...(await house.distGit.module(name, document)), ...options })) as ReuseView

const codes = ({ components }: ReuseView) =>
  Object.fromEntries(components.flatMap((row) => (row.reuse === null ? [] : [[row.package, row.reuse.code]])))

describe('a module that is built again', () => {
  test('reuses what has not changed, and all of it takes neither macros nor a repository', async () => {
    const document = moduleDocument({ a: 1, b: 2, c: 3 })
    const first = await build('whole', document)
    expect(codes(first)).toEqual({ a: 'no-earlier-build', b: 'no-earlier-build', c: 'no-earlier-build' })
    const began = house.builder().started.length
    const second = await build('whole', document)
    expect(second).toMatchObject({ state_name: 'ready', reused_module_id: first.id, batch: 4 })
    expect(codes(second)).toEqual({ a: 'reused', b: 'reused', c: 'reused' })
    expect(house.builder().started.slice(began)).toEqual([])
    expect(second.components.map((row) => [row.package, row.nvr, row.state_name, row.state_reason])).toEqual(
      first.components
        .filter((row) => row.package !== 'module-build-macros')
        .map((row) => [row.package, row.nvr, 'COMPLETE', 'Reused component from previous module build']),
    )
    const tagged = (await house.request('GET', `/hub/tags/${second.koji_tag ?? ''}/builds`)).json
    expect(JSON.stringify(tagged)).toContain(second.components[0]?.nvr)
    // A build can reuse reused components, too.
    expect(codes(await build('whole', document))).toEqual({ a: 'reused', b: 'reused', c: 'reused' })
  })

  test('of thirty components is there at once, by few steps', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `many${index}`)
    const orders = Object.fromEntries(names.map((name, index) => [name, index % 5]))
    for (const name of names) await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
    await build('thirty', moduleDocument(orders))
    const submission = await house.distGit.module('thirty', moduleDocument(orders))
    const began = house.builder().started.length
    const elapsed = performance.now()
    const again = (await house.build(submission)) as ReuseView
    if (process.env['TEST_SHOW_TIMES'] !== undefined)
      console.log(`submission to ready: ${Math.round(performance.now() - elapsed)} ms`)
    expect(again.state_name).toBe('ready')
    expect(again.components.filter((row) => row.reuse?.code === 'reused')).toHaveLength(30)
    expect(house.builder().started).toHaveLength(began)
    const effects = (
      await house.request('GET', `/effects/?per_page=100&state=done&subject=module-build:${again.id}`)
    ).json as {
      items: { kind: string }[]
    }
    // No build root, no repository and no separate batch.
    expect(
      effects.items
        .map(({ kind }) => kind)
        .filter((kind) => kind !== 'check')
        .sort(),
    ).toEqual(['finalize', 'register-tag', 'tag-batch', 'tag-module'])
  })

  test('builds what has changed, and by changed-and-after what is built after it', async () => {
    const document = moduleDocument({ a: 1, b: 2, c: 3, d: 3 })
    await build('partly', document)
    await house.distGit.commit('rpms/b', 'main', { 'b.spec': 'changed' })
    const began = house.builder().started.length
    const second = await build('partly', document)
    expect(codes(second)).toEqual({
      a: 'reused',
      b: 'ref-changed',
      c: 'earlier-batch-changed',
      d: 'earlier-batch-changed',
    })
    expect(house.builder().started.slice(began).sort()).toEqual(['b', 'c', 'd', 'module-build-macros'])
    expect(second.components.find((row) => row.package === 'c')?.reuse?.detail).toBe(
      'b has changed in batch 3, before it',
    )
    await house.distGit.commit('rpms/b', 'main', { 'b.spec': 'changed again' })
    const third = await build('partly', document, { rebuild_strategy: 'only-changed' })
    expect(codes(third)).toEqual({ a: 'reused', b: 'ref-changed', c: 'reused', d: 'reused' })
    expect(third.rebuild_strategy).toBe('only-changed')
    // A build with only-changed may contain components whose dependencies have changed since.
    expect(await build('partly', document)).toMatchObject({ reused_module_id: second.id })
  })

  test.each([
    ['macros', moduleDocument({ a: 1 }, '  buildopts: {rpms: {macros: "%x 1"}}\n'), { a: 'macros-changed' }],
    [
      'a new component in an earlier batch',
      moduleDocument({ a: 2, b: 1 }),
      { a: 'batch-changed', b: 'new-component' },
    ],
    ['a new component beside it', moduleDocument({ a: 1, b: 1 }), { a: 'reused', b: 'new-component' }],
  ])('with %s', async (_, document, expected) => {
    const name = `with-${Object.values(expected).join('-')}`
    await build(name, moduleDocument({ a: 1 }))
    expect(codes(await build(name, document))).toEqual(expected)
  })

  test('reuses nothing when everything is asked for', async () => {
    await build('anew', moduleDocument({ a: 1 }))
    expect(codes(await build('anew', moduleDocument({ a: 1 }), { rebuild_strategy: 'all' }))).toEqual({
      a: 'strategy-all',
    })
  })

  test('takes components from the build that is named', async () => {
    const first = await build('named', moduleDocument({ a: 1 }))
    await build('named', moduleDocument({ a: 1 }), { rebuild_strategy: 'all' })
    const nsvc = `named:1:${first.version}:${first.context}`
    for (const from of [first.id, nsvc])
      expect(await build('named', moduleDocument({ a: 1 }), { reuse_components_from: from })).toMatchObject({
        reused_module_id: first.id,
      })
  })

  test.each([
    [{ reuse_components_from: 1_000_000 }, /there is no ready module build 1000000/],
    [{ reuse_components_from: 'named:1' }, /there is no ready module build named:1/],
    [{ reuse_components_from: 1, rebuild_strategy: 'all' }, /no components are reused/],
    [{ rebuild_strategy: 'some' }, /"some" does not exist; use all, changed-and-after, only-changed/],
  ])('%j is refused', async (options, message) => {
    const submission = await house.distGit.module('wrong', moduleDocument({ a: 1 }))
    expect(await house.submit({ ...submission, ...options })).toMatchObject({
      status: 400,
      json: { message: expect.stringMatching(message) as string },
    })
  })
})

test('builds of a version that did not know what they need without their documents are completed at the start', async () => {
  const first = await build('earlier', moduleDocument({ a: 1 }))
  const database = connect(house.database.url, { mayAlwaysWrite: true })
  await sql`
    update module_builds set requires = null, buildrequires = null, commit = null, arches = '{}' where id = ${first.id}`.execute(
    database,
  )
  await sql`delete from module_build_bases where module_build_id = ${first.id}`.execute(database)
  await sql`update component_builds set arches = null where module_build_id = ${first.id}`.execute(database)
  await database.destroy()
  await house.restart()
  expect(await house.show(first.id)).toMatchObject({
    arches: ['x86_64'],
    buildrequires: { platform: { stream: 'test', version: '1' } },
    base_module_buildrequires: [{ name: 'platform', stream: 'test' }],
  })
  const second = await build('earlier', moduleDocument({ a: 1 }))
  expect([second.reused_module_id, codes(second)]).toEqual([first.id, { a: 'reused' }])
})

describe('a plan', () => {
  const plan = async (submission: object) =>
    (await house.request('POST', '/module-build-service/2/plan/', submission)).json as {
      refused: { message: string; where: string | null }[]
      builds: {
        version: string
        context: string
        exists: { id: number } | null
        components: {
          package: string
          batch: number
          reuse: { code: string }
          expected_seconds: number | null
          samples: number
        }[]
        critical_path: { packages: string[]; seconds: number; unknown: string[] }
      }[]
    }

  test('is what becomes of the submission, with times from history', async () => {
    const document = moduleDocument({ a: 1, b: 2, c: 2 })
    await build('planned', document)
    await house.distGit.commit('rpms/c', 'main', { 'c.spec': 'changed' })
    await house.distGit.commit('rpms/e', 'main', { 'e.spec': '' })
    const submission = await house.distGit.module('planned', moduleDocument({ a: 1, b: 2, c: 2, e: 3 }))
    const [planned] = (await plan(submission)).builds
    expect(planned?.exists).toBeNull()
    expect(planned?.components.map((row) => [row.package, row.batch, row.reuse.code])).toEqual([
      ['a', 2, 'reused'],
      ['b', 3, 'reused'],
      ['c', 3, 'ref-changed'],
      ['e', 4, 'new-component'],
    ])
    const c = planned?.components.find((row) => row.package === 'c')
    expect(c?.samples).toBeGreaterThan(0)
    expect(c?.expected_seconds).toBeGreaterThan(0)
    expect(planned?.critical_path).toMatchObject({ packages: ['c', 'e'], unknown: ['e'] })
    const made = (await house.build(submission)) as ReuseView
    expect([made.version, made.context]).toEqual([planned?.version, planned?.context])
    expect(codes(made)).toEqual(
      Object.fromEntries(planned?.components.map((row) => [row.package, row.reuse.code]) ?? []),
    )
  })

  test('tells what would be refused, with the place', async () => {
    const submission = await house.distGit.module('refused', moduleDocument({ a: 1, nowhere: 2 }))
    expect(await plan(submission)).toEqual({
      builds: [],
      unmet: [],
      assumed: [],
      left_out: [],
      refused: [
        { message: expect.stringContaining('component nowhere') as string, where: 'data.components.rpms' },
      ],
    })
  })
})
