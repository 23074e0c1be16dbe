import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moduleDocument } from './support/dist-git.ts'
import { ended, openHouse, type BuildView, type House } from './support/house.ts'

interface RequestView extends BuildView {
  name: string
  stream: string
  scratch: boolean
  owner: string
  scmurl: string | null
  platform: string
}

let house: House
beforeAll(async () => {
  house = await openHouse({
    script: { outcomes: { flaky: ['failed', 'complete'], endless: ['endless'] } },
    config: {
      'submission.yamlAllowed': true,
      'scm.nameOverride': true,
      'scm.streamOverride': true,
      'scm.customRepositories': true,
      'submission.scratchOnlyBranches': ['^private-'],
      'submission.baseStreamFromBranch': ['^for-(el\\d)'],
      platforms: Object.fromEntries(
        ['test', 'el8'].map((name) => [
          name,
          {
            repositories: [{ name: 'none', url: 'file:///nonexistent' }],
            buildGroup: ['bash'],
            arches: ['x86_64'],
          },
        ]),
      ),
    },
  })
  for (const name of ['a', 'b', 'c', 'flaky', 'endless'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
})
afterAll(() => house.close())

const onTest = '  dependencies:\n  - buildrequires: {platform: [test]}\n    requires: {platform: [test]}\n'
const build = async (submission: object) => (await house.build(submission)) as RequestView

describe('a document in the request', () => {
  test('is built under the name and stream that are sent, or that it has', async () => {
    const sent = await build({
      modulemd: moduleDocument({ a: 1 }, onTest),
      module_name: 'sent',
      module_stream: 'x',
    })
    expect(sent).toMatchObject({ name: 'sent', stream: 'x', scmurl: null, state_name: 'ready' })
    const own = await build({
      modulemd: moduleDocument({ a: 1 }, `${onTest}  name: own\n  stream: y\n  version: 7\n`),
      module_name: 'ignored',
    })
    expect(own).toMatchObject({ name: 'own', stream: 'y', version: '7' })
    expect(await build({ modulemd: moduleDocument({ a: 1 }, `${onTest}  name: plain\n`) })).toMatchObject({
      stream: 'master',
    })
  })

  test('may come as the file of a form', async () => {
    const form = new FormData()
    form.append('yaml', new Blob([moduleDocument({ a: 1 }, onTest)]), 'formed.yaml')
    form.append('scratch', 'true')
    const response = await house.ask('/module-build-service/2/module-builds/', {
      method: 'POST',
      body: form,
    })
    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject([{ name: 'formed', scratch: true }])
  })

  test('without a name is refused', async () => {
    expect(await house.submit({ modulemd: moduleDocument({ a: 1 }, onTest) })).toMatchObject({
      status: 400,
      json: { where: 'module_name' },
    })
  })
})

describe('a scratch build', () => {
  test('ends with done, has numbers behind its context and names of its own, and may be repeated', async () => {
    const submission = {
      ...(await house.distGit.module('tried', moduleDocument({ a: 1 }, onTest))),
      scratch: true,
    }
    const [{ id } = { id: 0 }] = (await house.submit(submission)).json as BuildView[]
    const first = (await house.until(id, ({ state_name: state }) => state === 'done')) as RequestView
    expect(first.scratch).toBe(true)
    expect(first.context).toMatch(/^[0-9a-f]{8}_1$/)
    expect(first.koji_tag).toBe(`scrmod-tried-1-${first.version}-${first.context}+${first.id}`)
    expect(first.modulemd).toContain(`context: ${first.context}`)
    const [second] = (await house.submit(submission)).json as BuildView[]
    expect(second?.context).toBe(first.context.replace(/_1$/, '_2'))
    const real = await build({ ...submission, scratch: false })
    expect(real).toMatchObject({ state_name: 'ready', context: first.context.replace(/_1$/, '') })
    // Only its author sees it.
    expect((await house.show(id)).state_name).toBe('done')
    const nvr = `tried-1-${first.version}.${first.context}`
    expect((await house.request('GET', `/hub/builds/${nvr}`)).status).toBe(404)
  })

  test('never replaces a module with the same context, and is never replaced by it', async () => {
    const document = (context: string) =>
      moduleDocument(
        { a: 1 },
        `${onTest}  name: lichen\n  stream: '1'\n  version: 7\n  context: ${context}\n  static_context: true\n`,
      )
    const scratch = async () => {
      const [one] = (await house.submit({ modulemd: document('c'), scratch: true })).json as RequestView[]
      return house.until(one?.id ?? 0, ({ state_name: state }) => state === 'done' || state === 'failed')
    }
    const first = await scratch()
    expect([first.state_name, first.context]).toEqual(['done', 'c_1'])
    const real = await build({ modulemd: document('c_1') })
    expect(real).toMatchObject({ state_name: 'ready', context: 'c_1', scratch: false })
    expect(real.id).not.toBe(first.id)
    const second = await scratch()
    expect([second.state_name, second.context]).toEqual(['done', 'c_2'])
    // A failed scratch build is not resumed either.
    const [failed] = (
      await house.submit({ modulemd: document('d').replace('      a:', '      endless:'), scratch: true })
    ).json as RequestView[]
    const id = failed?.id ?? 0
    await house.request('PATCH', `/module-build-service/2/module-builds/${id}`, { state: 'failed' })
    await house.until(id, ({ state_name: state }) => state === 'failed')
    expect(await build({ modulemd: document('d_1') })).toMatchObject({ state_name: 'ready', scratch: false })
  })

  test('is all that may be made of some branches', async () => {
    const submission = await house.distGit.module('private', moduleDocument({ a: 1 }, onTest), 'private-x')
    expect(await house.submit(submission)).toMatchObject({
      status: 400,
      json: {
        message: 'branches that match ^private- are for scratch builds only; send "scratch": true',
      },
    })
    expect((await house.submit({ ...submission, scratch: 'true' })).status).toBe(201)
  })
})

describe('a failed build that is submitted again', () => {
  test('goes on from where it stopped, from what its refs name now', async () => {
    const submission = await house.distGit.module('again', moduleDocument({ a: 1, flaky: 2, b: 3 }, onTest))
    const failed = await build({ ...submission, owner: 'ada' })
    expect(failed).toMatchObject({ state_name: 'failed', owner: 'ada' })
    const commit = await house.distGit.commit('rpms/flaky', 'main', { 'flaky.spec': 'mended' })
    const began = house.builder().started.length
    const build2 = await build({ ...submission, owner: 'bob' })
    expect(build2).toMatchObject({ id: failed.id, state_name: 'ready', owner: 'bob' })
    expect(house.builder().started.slice(began)).toEqual(['flaky', 'b'])
    expect(build2.modulemd).toContain(`flaky:\n          ref: ${commit}`)
    expect(build2.state_trace.map((row) => [row.state_name, row.reason])).toContainEqual([
      'wait',
      'Resubmitted by bob',
    ])
    expect(build2.state_trace.map((row) => row.state_name)).toEqual([
      'init',
      'wait',
      'build',
      'failed',
      'wait',
      'build',
      'done',
      'ready',
    ])
  })

  test('goes on after it was cancelled, with its strategy only', async () => {
    const submission = await house.distGit.module('cancelled', moduleDocument({ a: 1, endless: 2 }, onTest))
    const [{ id } = { id: 0 }] = (await house.submit(submission)).json as BuildView[]
    const isBuilding = (view: BuildView) =>
      view.components.some((row) => row.package === 'endless' && row.state_name === 'BUILDING')
    await house.until(id, isBuilding)
    await house.request('PATCH', `/module-build-service/2/module-builds/${id}`, { state: 'failed' })
    await house.until(
      id,
      (view) => ended(view) && view.components.every((row) => row.state_name !== 'BUILDING'),
    )
    expect(await house.submit({ ...submission, rebuild_strategy: 'all' })).toMatchObject({
      status: 400,
      json: { where: 'rebuild_strategy' },
    })
    expect((await house.submit(submission)).json).toMatchObject([{ id, state_name: 'wait' }])
    await house.until(id, isBuilding)
    await house.request('PATCH', `/module-build-service/2/module-builds/${id}`, { state: 'failed' })
    await house.until(id, ended)
  })
})

test('where it is allowed, a document has a name, a stream and repositories of its own; a side tag is kept', async () => {
  const commit = await house.distGit.commit('elsewhere/a', 'main', { 'a.spec': '' })
  const document = moduleDocument({ a: 1 }, `${onTest}  name: renamed\n  stream: other\n`).replace(
    'ref: main',
    `ref: main\n        repository: ${house.distGit.url}/elsewhere/a`,
  )
  const submission = await house.distGit.module('repository', document)
  const built = await build({ ...submission, side_tag: 'f30-side' })
  expect(built).toMatchObject({ name: 'renamed', stream: 'other', state_name: 'ready' })
  expect(built.modulemd).toMatch(new RegExp(`a:\\n +ref: ${commit}`))
  expect(built.modulemd).toContain('side_tag: f30-side')
})

test('a branch may stand for a platform, unless the request says another', async () => {
  const document = moduleDocument({ a: 1 }, onTest)
  const submission = await house.distGit.module('branched', document, 'for-el8')
  expect(await build(submission)).toMatchObject({ platform: 'el8' })
  const other = await house.distGit.module('branched2', document, 'for-el8')
  expect(await build({ ...other, buildrequire_overrides: { platform: ['test'] } })).toMatchObject({
    platform: 'test',
  })
})

describe('components', () => {
  test('of another module are built where its entry stands', async () => {
    await house.distGit.module('inner', moduleDocument({ b: 1, c: 2 }, onTest), 'main')
    const document = moduleDocument({ a: 1 }, onTest).replace(
      '  components:\n',
      '  components:\n    modules:\n      inner: {rationale: r, ref: main, buildorder: 2}\n',
    )
    const { components } = await build(await house.distGit.module('outer', document))
    expect(components.map((row) => [row.package, row.batch])).toEqual([
      ['module-build-macros', 1],
      ['a', 2],
      // Its buildorder differs from the entry's and opens one more batch (upstream's numbers).
      ['b', 4],
      ['c', 5],
    ])
  })

  test('are built after those that they name', async () => {
    const document = moduleDocument({ a: 0, b: 0 }, onTest).replace(
      'buildorder: 0\n      b:',
      'buildafter: [b]\n      b:',
    )
    const { components } = await build(await house.distGit.module('after', document))
    expect(components.map((row) => [row.package, row.batch])).toEqual([
      ['module-build-macros', 1],
      ['b', 2],
      ['a', 3],
    ])
  })
})

test.each([
  [{}, 400, 'scmurl is missing'],
  [{ scmurl: 'x' }, 400, 'branch is missing'],
  [{ scmurl: 'x', branch: '1', module_name: 'y' }, 400, 'module_name is for documents'],
  [{ scmurl: 7, branch: '1' }, 400, 'scmurl must be text'],
  [{ colour: 'red', size: 1 }, 400, 'Unknown parameter: "colour", "size".'],
  [
    { scmurl: 'x', branch: '1', buildrequire_overrides: { a: 'b' } },
    400,
    'must be a map of modules to lists',
  ],
])('the submission %j is refused', async (submission, status, message) => {
  expect(await house.submit(submission)).toMatchObject({
    status,
    json: { message: expect.stringContaining(message) as string },
  })
})
