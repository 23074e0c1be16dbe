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

  test('reuses nothing after a component that keeps another commit than its ref names now', async () => {
    await open(['a', 'flaky', 'd'], { script: flaky })
    const document = moduleDocument({ alpha: 1, flaky: 2, d: 3 }).replace(
      'alpha:\n',
      'alpha:\n        name: a\n',
    )
    const submission = await house.distGit.module('m', document)
    expect((await house.build(submission)).state_name).toBe('failed')
    await house.distGit.commit('rpms/a', 'main', { 'a.spec': 'later' })
    const next = await house.distGit.module('m', document)
    // The first attempt of each build fails.
    await house.build(next)
    const later = await house.build(next)
    expect(later.state_name).toBe('ready')
    const began = house.builder().started.length
    const resumed = await house.build(submission)
    expect(resumed.state_name).toBe('ready')
    expect(house.builder().started.slice(began)).toEqual(['flaky', 'd'])
    const refOf = (text: string) => / +alpha:\n +ref: (\S+)/.exec(text)?.[1]
    expect(refOf(later.modulemd)).toMatch(/^[0-9a-f]{40}$/)
    expect(refOf(resumed.modulemd)).not.toBe(refOf(later.modulemd))
    expect(resumed.modulemd).not.toMatch(/ +a:\n +ref: /)
  })

  test('is refused where its finished components do not fit the submission', async () => {
    const config = { 'submission.yamlAllowed': true }
    await open(['flaky'], { script: flaky, config })
    const document = (more = '', perl = '5') =>
      moduleDocument(
        { flaky: 1 },
        `  name: m\n  stream: '1'\n  version: 7\n  context: mine\n  static_context: true\n  dependencies:\n  - buildrequires: {platform: [test], perl: ["${perl}"]}\n    requires: {platform: [test]}\n${more}`,
      )
    const bring = (name: string, stream: string, requires = '') =>
      house.request('POST', '/module-build-service/2/import-module/', {
        modulemd: `document: modulemd
version: 2
data:
  name: ${name}
  stream: "${stream}"
  version: 3
  context: "00000000"
  summary: s
  description: d
  license: {module: [MIT]}
  xmd: {mbs: {buildrequires: {platform: {stream: test, version: "1", context: "00000000", ref: ""}}, commit: abc, mse: TRUE}}
  dependencies:
  - buildrequires: {platform: [test]}
    requires: {platform: [test]${requires}}
`,
      })
    await bring('lib', '1')
    await bring('lib', '2')
    await bring('perl', '5', ', lib: ["1"]')
    await bring('perl', '6')
    const failed = await house.build({ modulemd: document() })
    expect(failed.state_name).toBe('failed')
    const refused = async (submission: object) =>
      ((await house.submit(submission)).json as { message: string }).message
    const told = (what: string) =>
      `module build ${failed.id} has components for ${what}; give it another version to build it`
    expect(await refused({ modulemd: document('', '6') })).toBe(
      told('other build requirements (perl:5, platform:test, now perl:6, platform:test)'),
    )
    expect(await refused({ modulemd: document('  buildopts: {rpms: {macros: "%x 1"}}\n') })).toBe(
      told('other macros (buildopts.rpms.macros) (, now %x 1)'),
    )
    // A module that perl needs has another stream by now. What is built stays with the first one.
    expect((await bring('perl', '5', ', lib: ["2"]')).status).toBe(201)
    const resumed = await house.build({ modulemd: document() })
    expect([resumed.id, resumed.state_name]).toEqual([failed.id, 'ready'])
    expect(resumed.modulemd).toMatch(/ +lib:\n(?: +\S+: .*\n)* +stream: "?1"?\n/)
  })

  test('is refused to a document that has the version of its commit', async () => {
    await open(['flaky'], { script: flaky, config: { 'submission.yamlAllowed': true } })
    const named = (more: string) =>
      moduleDocument({ flaky: 1 }, `  context: mine\n  static_context: true\n${more}`)
    const submission = await house.distGit.module('m', named(''))
    const { id, version } = await house.build(submission)
    const modulemd = named(`  name: m\n  stream: '1'\n  version: ${version}\n`)
    expect(await house.submit({ modulemd })).toMatchObject({
      status: 409,
      json: {
        message: `module build ${id} has components for another source (commit ${submission.scmurl.slice(-40)}, now a document); make a new commit to build it`,
      },
    })
    expect(await house.build(submission)).toMatchObject({ id, state_name: 'ready' })
  })

  test('has as many attempts against lost ones as a new build, however often it failed before', async () => {
    const outcomes = ['failed', 'failed', 'lost', 'lost', 'complete'] as const
    await open(['flaky'], { script: { outcomes: { flaky: outcomes } } })
    const submission = await house.distGit.module('m', moduleDocument({ flaky: 1 }))
    for (const state of ['failed', 'failed', 'ready'])
      expect((await house.build(submission)).state_name).toBe(state)
  })

  test('keeps its rebuild strategy when that of the service is another one by now', async () => {
    await open(['flaky'], { script: flaky })
    const submission = await house.distGit.module('m', moduleDocument({ flaky: 1 }))
    const failed = await house.build(submission)
    await house.restart({ 'submission.rebuildStrategy': 'all' })
    expect(await house.build(submission)).toMatchObject({ id: failed.id, state_name: 'ready' })
  })

  test('ships its finished components as the included module says now', async () => {
    await open(['flaky', 'tool'], { script: flaky })
    const include = '  components:\n    modules:\n      inner: {rationale: r, ref: main}\n'
    const inner = (more: string) =>
      house.distGit.commit('modules/inner', 'main', {
        'inner.yaml': moduleDocument({ tool: 1, flaky: 2 }).replace('tool:\n', `tool:\n${more}`),
      })
    await inner('')
    const submission = await house.distGit.module('outer', moduleDocument({}, include))
    const failed = await house.build(submission)
    await inner('        buildonly: true\n')
    const began = house.builder().started.length
    expect((await house.build(submission)).state_name).toBe('ready')
    expect(house.builder().started.slice(began)).toEqual(['flaky'])
    const route = `/module-build-service/2/component-builds/?module_build=${failed.id}&buildonly=true`
    expect((await house.request('GET', route)).json).toMatchObject({ meta: { total: 1 } })
  })

  test('is not retried when its stream was retired meanwhile', async () => {
    await open(['flaky'], { script: flaky })
    const failed = await house.build(await house.distGit.module('m', moduleDocument({ flaky: 1 })))
    await house.request('PUT', '/retirements/m/1', { eol: '2020-01-01', reason: 'it is old' })
    const component = failed.components.find(({ package: name }) => name === 'flaky')
    const route = `/module-build-service/2/component-builds/${component?.id ?? 0}/retry`
    expect(await house.request('POST', route, {})).toMatchObject({
      status: 422,
      json: { message: expect.stringContaining('m:1 was retired') as string },
    })
  })

  test('does not continue while an effect of its cancelled run may still change the hub', async () => {
    const hub = await MemoryHub.open()
    const held = Promise.withResolvers<undefined>()
    const asked = Promise.withResolvers<undefined>()
    const ensureTags = hub.ensureTags.bind(hub)
    let holds = true
    const slow: typeof ensureTags = async (plans) => {
      if (holds) {
        asked.resolve(undefined)
        await held.promise
      }
      return ensureTags(plans)
    }
    await open(['a'], { hub, builder: recordingIn(Object.assign(hub, { ensureTags: slow })) })
    const submission = await house.distGit.module('m', moduleDocument({ a: 1 }))
    const id = await submit(submission)
    await asked.promise
    await house.request('PATCH', `/module-build-service/2/module-builds/${id}`, { state: 'failed' })
    await house.until(id, ended)
    expect(await house.submit(submission)).toMatchObject({
      status: 409,
      json: { message: `module build ${id} is still being stopped; submit it again in a moment` },
    })
    holds = false
    held.resolve(undefined)
    await expect.poll(async () => (await house.submit(submission)).status).toBe(201)
    await house.until(id, ({ state_name: state }) => state === 'ready')
    await hub.close()
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

test('two published versions with the packages of one version are rebuilt with a dist tag each', async () => {
  await open(['a'])
  const published = (version: number) => `document: modulemd
version: 2
data:
  name: m
  stream: "1"
  version: ${version}
  context: c0ffee01
  arch: x86_64
  summary: s
  description: d
  license: {module: [MIT], content: [MIT]}
  dependencies:
  - buildrequires: {platform: [test]}
    requires: {platform: [test]}
  components:
    rpms:
      a: {rationale: r, ref: main}
  artifacts:
    rpms: [a-0:1-1.module+el8+12+0a1b2c3d.x86_64]
`
  const rebuild = async (version: number) => {
    const modulemd = published(version)
    const route = '/module-build-service/2/rebuilds/published/'
    const { json } = await house.request('POST', route, { modulemd })
    return house.until((json as { builds: number[] }).builds[0] ?? 0, ended)
  }
  const [first, second] = [await rebuild(1), await rebuild(2)]
  expect([first, second].map(({ state_name: state }) => state)).toEqual(['ready', 'ready'])
  expect(first.dist_tag).toBe('module+el8+12+0a1b2c3d')
  expect(second.dist_tag).toMatch(new RegExp(`^module\\+test\\+${second.id}\\+[0-9a-f]{8}$`))
})
