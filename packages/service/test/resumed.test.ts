import { afterEach, describe, expect, test } from 'vitest'
import { FakeBuilder } from '../src/builders/fake/fake-builder.ts'
import { MemoryHub } from '../src/hub/memory-hub.testing.ts'
import { moduleDocument } from './support/dist-git.ts'
import { ended, openHouse, type BuildView, type House, type HouseOptions } from './support/house.ts'

let house: House
afterEach(() => house.close())

async function open(packages: readonly string[], options: HouseOptions = {}): Promise<void> {
  house = await openHouse(options)
  for (const name of packages) await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
}

const flaky = { outcomes: { flaky: ['failed', 'complete'] } } as const

async function submit(submission: object): Promise<number> {
  return ((await house.submit(submission)).json as BuildView[])[0]?.id ?? 0
}

/** Returns a builder that records its builds in this hub. */
function recordingIn(hub: MemoryHub): NonNullable<HouseOptions['builder']> {
  const recordOwnBuild = (build: Parameters<MemoryHub['addBuild']>[0]) => hub.addBuild(build)
  const recording = Object.assign(hub, { recordOwnBuild })
  return ({ dataDir }) => new FakeBuilder({ hub: recording, dataDir })
}

describe('a failed build', () => {
  test('continues, and is named, when its next submission had to wait for dist-git', async () => {
    await open(['a', 'flaky'], { script: flaky, config: { 'submission.budgetSeconds': 0 } })
    const submission = await house.distGit.module('m', moduleDocument({ a: 1, flaky: 2 }))
    const first = await house.until(await submit(submission), ended)
    expect(first.state_name).toBe('failed')
    const request = await house.until(await submit(submission), ended)
    expect([request.state_name, request.state_reason]).toEqual([
      'failed',
      `The submission continues as module build ${first.id}.`,
    ])
    await house.until(first.id, ({ state_name: state }) => state === 'ready')
    expect(house.builder().started).toEqual(['module-build-macros', 'a', 'flaky', 'flaky'])
  })

  test.each([
    ['nothing is built, with the streams that it needs now', 'module-build-macros', 'def'],
    ['something is built, with the streams that this was built against', 'flaky', 'abc'],
  ])('continues, where %s', async (_, fails, expected) => {
    await open(['flaky'], { script: { outcomes: { [fails]: ['failed', 'complete'] } } })
    const perl = (commit: string) => `document: modulemd
version: 2
data:
  name: perl
  stream: "5"
  version: 3
  context: "00000000"
  summary: s
  description: d
  license: {module: [MIT]}
  xmd: {mbs: {buildrequires: {platform: {stream: test, version: "1", context: "00000000", ref: ""}}, commit: ${commit}, mse: TRUE}}
  dependencies:
  - buildrequires: {platform: [test]}
    requires: {platform: [test]}
`
    const bring = (modulemd: string) =>
      house.request('POST', '/module-build-service/2/import-module/', { modulemd })
    expect((await bring(perl('abc'))).status).toBe(201)
    const needs =
      '  dependencies:\n  - buildrequires: {platform: [test], perl: ["5"]}\n    requires: {platform: [test]}\n'
    const submission = await house.distGit.module('m', moduleDocument({ flaky: 1 }, needs))
    const failed = await house.build(submission)
    const needed = async () =>
      (
        (await house.request('GET', `/module-build-service/2/module-builds/${failed.id}`)).json as {
          buildrequires: Record<string, { ref: string }>
        }
      ).buildrequires['perl']?.ref
    expect([failed.state_name, await needed()]).toEqual(['failed', 'abc'])
    expect((await bring(perl('def'))).status).toBe(201)
    const resumed = await house.build(submission)
    expect([resumed.id, resumed.state_name, await needed()]).toEqual([failed.id, 'ready', expected])
    expect(resumed.modulemd).toMatch(new RegExp(`perl:\\n(?: +\\S+: .*\\n)* +ref: ${expected}\\n`))
  })

  test('is refused with other components: an included module has changed', async () => {
    await open(['flaky', 'one', 'two'], { script: flaky })
    const include = '  components:\n    modules:\n      inner: {rationale: r, ref: main}\n'
    const inner = (name: string) =>
      house.distGit.commit('modules/inner', 'main', { 'inner.yaml': moduleDocument({ flaky: 1, [name]: 2 }) })
    await inner('one')
    const submission = await house.distGit.module('outer', moduleDocument({}, include))
    const failed = await house.build(submission)
    expect(failed.state_name).toBe('failed')
    await inner('two')
    expect(await house.submit(submission)).toMatchObject({
      status: 409,
      json: {
        message: `module build ${failed.id} has other components or batches than this submission (one, two): an included module has changed; make a new commit to build it`,
      },
    })
    await inner('one')
    expect((await house.build(submission)).state_name).toBe('ready')
  })

  test('that had reused all of its components has macros when one of them is built', async () => {
    const hub = await MemoryHub.open()
    let refuses = false
    const ensureTags = hub.ensureTags.bind(hub)
    const closed: typeof ensureTags = (plans) =>
      refuses
        ? Promise.resolve(plans.map(() => ({ is: 'refused', reason: 'it is closed' })))
        : ensureTags(plans)
    await open(['a'], { hub, builder: recordingIn(Object.assign(hub, { ensureTags: closed })) })
    await house.build(await house.distGit.module('m', moduleDocument({ a: 1 })))
    refuses = true
    const submission = await house.distGit.module('m', moduleDocument({ a: 1 }))
    const failed = await house.build(submission)
    expect(failed.components.map(({ package: name }) => name)).toEqual(['a'])
    refuses = false
    await house.distGit.commit('rpms/a', 'main', { 'a.spec': 'mended' })
    const resumed = await house.build(submission)
    expect([resumed.id, resumed.state_name]).toEqual([failed.id, 'ready'])
    expect(house.builder().started).toEqual(['module-build-macros', 'a', 'module-build-macros', 'a'])
    await hub.close()
  })

  test('is not retried while another module has its name in the hub', async () => {
    await open(['flaky', 'a'], { script: flaky })
    const failed = await house.build(await house.distGit.module('m', moduleDocument({ flaky: 1 }), 'x-1'))
    const other = await house.build(await house.distGit.module('m', moduleDocument({ a: 1 }), 'x_1'))
    expect([failed.state_name, other.state_name]).toEqual(['failed', 'ready'])
    const component = failed.components.find(({ package: name }) => name === 'flaky')
    const route = `/module-build-service/2/component-builds/${component?.id ?? 0}/retry`
    expect(await house.request('POST', route, {})).toMatchObject({
      status: 409,
      json: { message: expect.stringContaining('m:x-1 would have the name of m:x_1 in the hub') as string },
    })
  })
})

test('a module that the hub refused to tag becomes ready when an operator retries that', async () => {
  const hub = await MemoryHub.open()
  let isClosed = true
  const tag = hub.tag.bind(hub)
  const closed: typeof tag = (name, nvrs) =>
    isClosed && name.endsWith('-candidate')
      ? Promise.resolve(nvrs.map(() => ({ is: 'refused', reason: 'it is closed' })))
      : tag(name, nvrs)
  await open(['a'], { hub, builder: recordingIn(Object.assign(hub, { tag: closed })) })
  const id = await submit(await house.distGit.module('m', moduleDocument({ a: 1 })))
  await house.until(id, ({ state_reason: reason }) => reason?.includes('it could not be tagged') === true)
  const effects = (await house.request('GET', `/effects/?state=failed&subject=module-build:${id}`)).json as {
    items: { id: number; kind: string }[]
  }
  expect(effects.items).toMatchObject([{ kind: 'tag-module' }])
  isClosed = false
  expect((await house.request('POST', `/effects/${effects.items[0]?.id ?? 0}/retry`)).status).toBe(200)
  await house.until(id, ({ state_name: state }) => state === 'ready')
  await hub.close()
})
