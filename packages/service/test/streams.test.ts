import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../src/database/index.ts'
import { moduleDocument } from './support/dist-git.ts'
import { ended, openHouse, type BuildView, type House } from './support/house.ts'

interface StreamView extends BuildView {
  platform: string
  siblings: number[]
}

const platform = {
  repositories: [{ name: 'none', url: 'file:///nonexistent' }],
  buildGroup: ['bash'],
  arches: ['x86_64'],
}
const platforms = {
  f30: platform,
  'el8.1.0': { ...platform, virtualStreams: ['el8'] },
  'el8.2.0': { ...platform, virtualStreams: ['el8'] },
}

let house: House
beforeAll(async () => {
  house = await openHouse({ config: { platforms, 'expansion.privilegedModules': ['plain', 'marked'] } })
  await house.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
})
afterAll(() => house.close())

const dependencies = (buildrequires: string, requires = '{}') =>
  `  dependencies:\n  - buildrequires: ${buildrequires}\n    requires: ${requires}\n`

/** Submits a document and returns all its builds when they have ended. */
async function buildAll(name: string, more: string, branch = '1', of = house): Promise<StreamView[]> {
  const submission = await of.distGit.module(name, moduleDocument({ a: 1 }, more), branch)
  const { status, json, text } = await of.submit(submission)
  if (status !== 201) throw new Error(text)
  return Promise.all((json as StreamView[]).map(({ id }) => of.until(id, ended) as Promise<StreamView>))
}

async function distTags(ids: readonly number[]): Promise<string[]> {
  const database = connect(house.database.url)
  const { rows } = await sql<{ dist_tag: string }>`
    select dist_tag from module_builds where id = any(${ids}) order by id`.execute(database)
  await database.destroy()
  return rows.map((row) => row.dist_tag)
}

describe('one document, several builds', () => {
  test('one for each platform that an empty list stands for, siblings of each other', async () => {
    const builds = await buildAll('lib', dependencies('{platform: []}', '{platform: []}'))
    expect(builds.map((build) => [build.platform, build.state_name, build.context])).toEqual([
      ['f30', 'ready', expect.stringMatching(/^[0-9a-f]{8}$/)],
      ['el8.2.0', 'ready', expect.any(String)],
      ['el8.1.0', 'ready', expect.any(String)],
    ])
    expect(builds.map(({ version }) => version.replace(/2026\d{10}$/, ''))).toEqual(['30', '80200', '80100'])
    expect(new Set(builds.map(({ context }) => context)).size).toBe(3)
    expect(new Set(builds.map(({ koji_tag: tag }) => tag)).size).toBe(3)
    // Versions differ by platform, so none of them is another context of the same version.
    expect(builds.map(({ siblings }) => siblings)).toEqual([[], [], []])
  })

  test('one for each stream of what it is built against; those share an index in their dist tags', async () => {
    await buildAll('gtk', dependencies('{platform: [f30]}', '{platform: [f30]}'), '3')
    await buildAll('gtk', dependencies('{platform: [f30]}', '{platform: [f30]}'), '4')
    const builds = await buildAll(
      'app',
      dependencies('{platform: [f30], gtk: []}', '{platform: [f30], gtk: []}'),
    )
    expect(builds.map(({ modulemd }) => /requires:\n +gtk: \["(.*)"\]/.exec(modulemd)?.[1])).toEqual([
      '3',
      '4',
    ])
    const ids = builds.map(({ id }) => id)
    expect(builds.map(({ siblings }) => siblings)).toEqual([[ids[1]], [ids[0]]])
    expect((await distTags(ids)).map((tag) => tag.replace(/[0-9a-f]{8}$/, ''))).toEqual([
      `module+f30+${ids[0]}+`,
      `module+f30+${ids[0]}+`,
    ])
  })

  test('the mark in dist tags is that of the first privileged module that has one, which keeps what it says', async () => {
    const on = dependencies('{platform: [f30]}', '{platform: [f30]}')
    await buildAll('plain', on)
    const [marked] = await buildAll(
      'marked',
      `${on}  xmd: {mbs: {disttag_marking: fp, koji_tag_arches: [x86_64]}}\n`,
    )
    expect(marked?.modulemd).toMatch(/ disttag_marking: fp\n +koji_tag_arches:\n +- x86_64\n/)
    const [app] = await buildAll('flat', dependencies('{platform: [f30], plain: [1], marked: [1]}'))
    expect(await distTags([marked?.id ?? 0, app?.id ?? 0])).toEqual([
      expect.stringMatching(/^module\+f30\+/),
      expect.stringMatching(/^module\+fp\+/),
    ])
  })

  test('a virtual stream means the newest platform that has it, and what was built on older ones serves', async () => {
    await buildAll('old', dependencies('{platform: [el8.1.0]}', '{platform: [el8]}'))
    const [build, ...others] = await buildAll('new', dependencies('{platform: [el8], old: [1]}'))
    expect(others).toEqual([])
    expect(build).toMatchObject({ platform: 'el8.2.0', state_name: 'ready' })
    expect(build?.modulemd).toMatch(/old:\n +context: .*\n +filtered_rpms: \[\]\n +koji_tag: module-old-1-/)
  })

  test('submitted again, only what is new is built; nothing new is a conflict', async () => {
    await buildAll('tool', dependencies('{platform: [f30]}', '{platform: [f30]}'), '1')
    const document = moduleDocument({ a: 1 }, dependencies('{platform: [f30], tool: []}'))
    const submission = await house.distGit.module('grows', document)
    const first = (await house.submit(submission)).json as StreamView[]
    expect(first).toHaveLength(1)
    expect((await house.submit(submission)).status).toBe(409)
    await buildAll('tool', dependencies('{platform: [f30]}', '{platform: [f30]}'), '2')
    const second = (await house.submit(submission)).json as StreamView[]
    expect(second.map(({ id }) => id === first[0]?.id)).toEqual([true, false])
    expect(await house.submit(submission)).toMatchObject({
      status: 409,
      json: { message: expect.stringMatching(/the first is module build \d+/) as string },
    })
  })

  test('what does not fit is refused with the reason, and nothing is recorded', async () => {
    await buildAll('bar', dependencies('{platform: [el8.2.0]}', '{platform: [el8]}'), '3')
    const submission = await house.distGit.module(
      'needs',
      moduleDocument({ a: 1 }, dependencies('{platform: [el8.1.0], bar: [2], qt: [5]}')),
    )
    expect(await house.submit(submission)).toMatchObject({
      status: 422,
      json: {
        message:
          'the module needs bar:2; no bar is built on platform:el8.1.0, only elsewhere (bar:3); ' +
          'the module needs qt:5; there is no qt yet',
      },
    })
    const baseless = `${dependencies('{platform: [f30]}')}  - buildrequires: {}\n    requires: {}\n`
    const halfBaseless = await house.distGit.module('half', moduleDocument({ a: 1 }, baseless))
    expect(await house.submit(halfBaseless)).toMatchObject({
      status: 422,
      json: {
        message:
          'data.dependencies[1] does not buildrequire a platform, and nothing that it requires brings one',
      },
    })
    const none = await house.distGit.module(
      'none',
      moduleDocument({ a: 1 }, dependencies('{platform: [el8.2.0], bar: [-3]}')),
    )
    expect(await house.submit(none)).toMatchObject({
      status: 400,
      json: {
        message: expect.stringMatching(
          /^No dependency combination was satisfied: nothing provides/,
        ) as string,
      },
    })
  })
})

describe('overrides of a submission', () => {
  const body = async (name: string, more: object) => ({
    ...(await house.distGit.module(
      name,
      moduleDocument({ a: 1 }, dependencies('{platform: [el9]}', '{platform: [el9]}')),
    )),
    ...more,
  })

  test('replace streams of the document', async () => {
    const submission = await body('other', {
      buildrequire_overrides: { platform: ['f30'] },
      require_overrides: { platform: [] },
    })
    const { status, json } = await house.submit(submission)
    expect(status).toBe(201)
    const [build] = json as StreamView[]
    expect(build?.platform).toBe('f30')
    expect(build?.modulemd).toMatch(/requires:\n +platform: \[\]\n/)
  })

  test('for what the document does not require are refused', async () => {
    expect(await house.submit(await body('odd', { require_overrides: { gtk: ['1'] } }))).toMatchObject({
      status: 400,
      json: {
        message: "The require overrides for the following modules aren't applicable: gtk",
        where: 'require_overrides',
      },
    })
  })

  test.each([{ platform: 'f30' }, ['platform'], { platform: [1] }, { '../x': ['1'] }])(
    'of another form are refused: %j',
    async (wrong) => {
      const { status } = await house.submit(await body('form', { buildrequire_overrides: wrong }))
      expect(status).toBe(400)
    },
  )
})

describe('static contexts', () => {
  const submitted = async (name: string, document: string) =>
    house.submit(await house.distGit.module(name, document))
  const contextsOf = (json: unknown) =>
    (json as StreamView[]).map(({ context, platform }) => [context, platform])
  const options = (contexts: string) =>
    moduleDocument({ a: 1 }, `  xmd:\n    mbs_options:\n      keep: me\n      contexts: ${contexts}\n`)

  test('of xmd.mbs_options make a build each, and are kept', async () => {
    const { status, json } = await submitted(
      'labels',
      options(
        '{NEW: {buildrequires: {platform: el8.2.0}, requires: {platform: el8}}, OLD: {buildrequires: {platform: el8}, requires: {}}}',
      ),
    )
    expect([status, contextsOf(json)]).toEqual([
      201,
      [
        ['NEW', 'el8.2.0'],
        ['OLD', 'el8.2.0'],
      ],
    ])
    const [build] = json as StreamView[]
    const ready = await house.until(build?.id ?? 0, ended)
    expect(ready.state_name).toBe('ready')
    expect(ready.koji_tag).toMatch(/^module-labels-1-\d+-NEW$/)
    expect(ready.modulemd).toMatch(/static_context: true\n/)
    expect(ready.modulemd).toMatch(/mbs_options:\n +keep: me\n(?! +contexts)/)
    expect(ready.modulemd).toMatch(/requires:\n +platform: \["?el8"?\]/)
  })

  test("of a packager's document of version 3 make a build each, without requiring the platform at run time", async () => {
    const { status, json } = await submitted(
      'packed',
      `document: modulemd-packager
version: 3
data:
  summary: s
  description: d
  license: [MIT]
  configurations:
  - {context: C30, platform: f30}
  - {context: C8, platform: el8.1.0, buildopts: {rpms: {macros: '%one 1'}}}
  components:
    rpms:
      a: {rationale: r, ref: main}
`,
    )
    expect([status, contextsOf(json)]).toEqual([
      201,
      [
        ['C30', 'f30'],
        ['C8', 'el8.1.0'],
      ],
    ])
    const texts = (json as StreamView[]).map(({ modulemd }) => modulemd)
    expect(texts.map((text) => text.includes('%one 1'))).toEqual([false, true])
    expect(texts.filter((text) => /^ +requires:\n +platform/m.test(text))).toEqual([])
  })

  test('of a stream document itself', async () => {
    const document = moduleDocument(
      { a: 1 },
      `  context: MINE\n  static_context: true\n${dependencies('{platform: [f30]}')}`,
    )
    expect(contextsOf((await submitted('mine', document)).json)).toEqual([['MINE', 'f30']])
  })

  test.each([
    ['an empty map', '{}', /contexts must be a map of contexts; name at least one/],
    ['a missing part', '{A: {buildrequires: {platform: f30}}}', /contexts\.A\.requires must be a map/],
    [
      'a list of streams',
      '{A: {buildrequires: {platform: [f30]}, requires: {}}}',
      /must be the name of one stream/,
    ],
    [
      'a negative stream',
      '{A: {buildrequires: {platform: -f30}, requires: {}}}',
      /must be the name of one stream/,
    ],
    [
      'a label that is part of no path',
      '{../x: {buildrequires: {platform: f30}, requires: {}}}',
      /"\.\.\/x" cannot be a context/,
    ],
  ])('with %s are refused', async (_, contexts, message) => {
    expect(await submitted('wrong', options(contexts))).toMatchObject({
      status: 400,
      json: { message: expect.stringMatching(message) as string },
    })
  })

  test('that stand for several builds are refused', async () => {
    const document = moduleDocument(
      { a: 1 },
      `  context: MINE\n  static_context: true\n${dependencies('{platform: []}')}`,
    )
    expect(await submitted('many', document)).toMatchObject({
      status: 400,
      json: { message: expect.stringMatching(/context MINE: it stands for 3 builds/) as string },
    })
  })
})

test('a submission past its budget becomes as many builds in the background', async () => {
  const slow = await openHouse({ config: { platforms, 'submission.budgetSeconds': 0 } })
  try {
    await slow.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
    const submission = await slow.distGit.module(
      'late',
      moduleDocument({ a: 1 }, dependencies('{platform: [el9]}')),
    )
    const [request, ...others] = (
      await slow.submit({ ...submission, buildrequire_overrides: { platform: [] } })
    ).json as StreamView[]
    expect([request?.state_name, others]).toEqual(['init', []])
    await slow.until(request?.id ?? 0, ended)
    const { json } = await slow.request('GET', '/module-build-service/2/module-builds/?name=late')
    const { items } = json as { items: StreamView[] }
    expect(items).toHaveLength(3)
    for (const { id } of items) expect((await slow.until(id, ended)).state_name).toBe('ready')
  } finally {
    await slow.close()
  }
})
