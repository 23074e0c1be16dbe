import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type BuildView, type House } from './support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
  for (const name of ['a', 'b']) await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
})
afterAll(() => house.close())

const refusal = (status: number, message: RegExp) => ({
  status,
  json: { status, message: expect.stringMatching(message) as string },
})

describe('a submission', () => {
  test('is answered with an object by version 1 and with a list by version 2', async () => {
    const { distGit, submit } = house
    expect((await submit(await distGit.module('one', moduleDocument({ a: 1 })), 1)).json).toMatchObject({
      name: 'one',
      state_name: 'wait',
    })
    expect((await submit(await distGit.module('two', moduleDocument({ a: 1 })), 2)).json).toMatchObject([
      { name: 'two', state_name: 'wait' },
    ])
  })

  test('of the same commit again is a conflict, and names the build that exists', async () => {
    const { distGit, submit } = house
    const submission = await distGit.module('same', moduleDocument({ a: 1 }))
    expect((await submit(submission)).status).toBe(201)
    expect(await submit(submission)).toMatchObject(
      refusal(409, /^Module \(state=\d\) already exists\. same:1:\d+:\w+ is module build \d+/),
    )
  })

  test('of a stream with the same hub name as another stream is refused', async () => {
    const { distGit, submit } = house
    expect((await submit(await distGit.module('fern', moduleDocument({ a: 1 }), '1-0'))).status).toBe(201)
    expect(await submit(await distGit.module('fern', moduleDocument({ a: 1 }), '1_0'))).toMatchObject(
      refusal(
        409,
        /^fern:1_0 would have the name of fern:1-0 in the hub \(fern-1_0-…\): name the stream otherwise/,
      ),
    )
    expect((await submit(await distGit.module('fern', moduleDocument({ a: 1 }), '1.0'))).status).toBe(201)
  })

  test('of a module NAME-devel is refused if the module NAME exists, and the reverse', async () => {
    const { distGit, submit } = house
    const [first, devel] = [moduleDocument({ a: 1 }), moduleDocument({ b: 1 })]
    expect((await submit(await distGit.module('moss', first))).status).toBe(201)
    expect(await submit(await distGit.module('moss-devel', devel))).toMatchObject(
      refusal(
        409,
        /^moss-devel:1 would have the name of moss:1 in the hub \(moss-devel-1-…\): name the module otherwise/,
      ),
    )
    expect((await submit(await distGit.module('peat-devel', devel))).status).toBe(201)
    expect(await submit(await distGit.module('peat', first))).toMatchObject(
      refusal(409, /^peat:1 would have the name of peat-devel:1 in the hub/),
    )
  })

  test('with a form that breaks off, or that has no boundary, is the sender’s fault', async () => {
    for (const route of ['module-builds/', 'srpms/'])
      for (const [boundary, body] of [
        ['X', '--X\r\nContent-Disposition: form-data; name="scmurl"\r\n\r\nx\r\n'],
        ['', 'x'],
        ['a'.repeat(5000), 'x'],
      ] as const) {
        const response = await house.ask(`/module-build-service/2/${route}`, {
          method: 'POST',
          headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
          body,
        })
        expect([route, boundary.length, response.status]).toEqual([route, boundary.length, 400])
      }
  })

  test('pins every component to the commit of its ref', async () => {
    const { distGit, submit } = house
    const commit = await distGit.commit('rpms/a', 'main', { 'more.patch': '' })
    const { json } = await submit(await distGit.module('pinned', moduleDocument({ a: 1 })))
    expect((json as BuildView[])[0]?.modulemd).toContain(`ref: ${commit}`)
  })

  test('takes a commit and a tag for a ref', async () => {
    const { distGit, submit } = house
    const commit = await distGit.commit('rpms/a', 'main', { 'other.patch': '' })
    const document = moduleDocument({ a: 1 }).replace('ref: main', `ref: ${commit}`)
    expect((await submit(await distGit.module('by-commit', document))).status).toBe(201)
  })

  test('names every ref and repository that is missing, together', async () => {
    const { distGit, submit } = house
    const document = moduleDocument({ a: 1, b: 1, nowhere: 2 }).replace('ref: main', 'ref: gone')
    expect(await submit(await distGit.module('missing', document))).toMatchObject(
      refusal(
        422,
        /component a: there is no ref "gone" in file:.*; component nowhere: there is no git repository file:.*\/rpms\/nowhere/,
      ),
    )
  })

  test('tells each fault of the document with its line', async () => {
    const { distGit, submit } = house
    const document = moduleDocument({ a: 1 })
      .replace('summary:', 'sumary:')
      .replace('buildorder: 1', 'buildorder: first')
    const { status, text } = await submit(await distGit.module('faulty', document))
    expect(status).toBe(422)
    expect(text).toMatch(/sumary/)
    expect(text).toMatch(/line 5|:5:/)
    expect(text).toMatch(/buildorder/)
  })

  test.each([
    [
      'first',
      moduleDocument(
        { a: 1 },
        '  dependencies: {buildrequires: {platform: test}, requires: {platform: test}}\n',
      ).replace('version: 2', 'version: 1'),
    ],
    ['packagers', moduleDocument({ a: 1 }).replace('document: modulemd', 'document: modulemd-packager')],
  ])(
    'takes a document of another version (%s), and goes on with a stream of version 2',
    async (name, document) => {
      const { distGit, submit } = house
      const { status, json } = await submit(await distGit.module(name, document))
      expect(status).toBe(201)
      const [build] = json as { id: number }[]
      expect((await house.show(build?.id ?? 0)).modulemd).toMatch(/^---\ndocument: modulemd\nversion: 2\n/)
    },
  )

  test.each([
    ['without a branch', () => ({ scmurl: 'file:///x?#1' }), 400, /branch/],
    [
      'with an unknown key',
      () => ({ scmurl: 'x', branch: '1', scrach: true }),
      400,
      /Unknown parameter: "scrach"/,
    ],
    ['that is no scmurl', () => ({ scmurl: 'modules/m', branch: '1' }), 400, /is not a scmurl; the form is/],
    [
      'with an option for a repository',
      () => ({ scmurl: '--upload-pack=touch /tmp/x?#1', branch: '1' }),
      400,
      /is not a scmurl/,
    ],
    [
      'from elsewhere',
      () => ({ scmurl: 'https://example.com/modules/m?#abc', branch: '1' }),
      403,
      /modules are built from file:.*only/,
    ],
    [
      'that climbs out of the allowed place',
      () => ({ scmurl: `${house.distGit.url}/modules/../rpms/a?#main`, branch: 'main' }),
      400,
      /has \. or \.\. in its path/,
    ],
    [
      'of a repository that is not there',
      () => ({ scmurl: `${house.distGit.url}/modules/none?#main`, branch: '1' }),
      422,
      /no git repository/,
    ],
    [
      'of a commit that is not there',
      async () => ({
        ...(await submissionOf('lost', {})),
        scmurl: `${house.distGit.url}/modules/lost?#${'0'.repeat(40)}`,
      }),
      422,
      /there is no commit 0+/,
    ],
    [
      'of a commit on another branch',
      async () => ({ ...(await submissionOf('other', {})), branch: '2' }),
      400,
      /is not on the branch 2/,
    ],
    [
      'with a bad branch',
      () => ({ scmurl: 'file:///x?#1', branch: '-x' }),
      400,
      /cannot be the name of a branch/,
    ],
    [
      'of a module with another name',
      () => submissionOf('named', {}, '  name: other\n'),
      400,
      /names the module "other", its repository is "named"/,
    ],
    [
      'of a module with another stream',
      () => submissionOf('streamed', {}, '  stream: "2"\n'),
      400,
      /has the stream "2", the branch is "1"/,
    ],
    [
      'of a module with a version',
      () => submissionOf('versioned', {}, '  version: 7\n'),
      400,
      /leave it out/,
    ],
    [
      'of a module with the service’s own data',
      () => submissionOf('sly', {}, '  xmd: {mbs: {koji_tag: mine}}\n'),
      400,
      /belongs to the build service/,
    ],
    [
      'of a module that names its own repositories',
      async () =>
        house.distGit.module('own', moduleDocument({ a: 1 }).replace('ref: main', 'repository: file:///etc')),
      403,
      /its own repository is not allowed/,
    ],
    [
      'of a module whose component has a cache of its own',
      () => cached('cached', 'https://h/x'),
      403,
      /its own cache is not allowed/,
    ],
    [
      'of a module for arches that are not built here',
      async () =>
        house.distGit.module(
          'ahead',
          moduleDocument({ a: 1, b: 2 }).replace('buildorder: 1', 'arches: [s390x]'),
        ),
      422,
      /components\.rpms\.a\.arches lacks x86_64, and the service builds for x86_64/,
    ],
    [
      'of a module for no platform here',
      () => submissionOf('far', {}, '  dependencies:\n  - buildrequires: {platform: [el9]}\n'),
      422,
      /nothing provides platform:el9; there is platform:test/,
    ],
  ])('%s is refused', async (_, submission, status, message) => {
    expect(await house.submit(await submission())).toMatchObject(refusal(status, message))
  })

  test('in an API version that does not exist is not found', async () => {
    expect(await house.submit(await submissionOf('v3', {}), 3)).toMatchObject(
      refusal(404, /API version "3" is not available/),
    )
  })

  test('without its document in the repository is refused', async () => {
    const commit = await house.distGit.commit('modules/empty', '1', { README: '' })
    expect(
      await house.submit({ scmurl: `${house.distGit.url}/modules/empty?#${commit}`, branch: '1' }),
    ).toMatchObject(refusal(422, /there is no empty\.yaml/))
  })
})

describe('what stands in the wrong namespace is told apart from what is nowhere', () => {
  const including = (name: string) =>
    moduleDocument({}, `  components:\n    modules:\n      ${name}: {rationale: r, ref: main}\n`)

  test('a module among the packages', async () => {
    const { distGit, submit } = house
    await distGit.module('inner', moduleDocument({}))
    expect(
      await submit(await distGit.module('outer', moduleDocument({ inner: 1, nowhere: 1 }))),
    ).toMatchObject(
      refusal(
        422,
        /component inner: there is no package file:.*\/rpms\/inner; inner is a module \(file:.*\/modules\/inner\): list it under components\.modules; component nowhere: there is no git repository/,
      ),
    )
  })

  test('a package among the modules', async () => {
    const { distGit, submit } = house
    expect(await submit(await distGit.module('outer2', including('a')))).toMatchObject(
      refusal(
        422,
        /the included module a: there is no module file:.*\/modules\/a; a is a package \(file:.*\/rpms\/a\): list it under components\.rpms/,
      ),
    )
    expect(await submit(await distGit.module('outer3', including('nowhere')))).toMatchObject(
      refusal(422, /there is no git repository file:.*\/modules\/nowhere/),
    )
  })

  test('a package that is submitted, whether its place is allowed or not, in the form of a template too', async () => {
    const { distGit, submit } = house
    const commit = await distGit.commit('rpms/a', '1', { 'a.spec': '' })
    const submission = { scmurl: `${distGit.url}/rpms/a?#${commit}`, branch: '1' }
    const hint =
      /\/rpms\/a is the repository of the package a, not of a module; submit a module that lists it/
    expect(await submit(submission)).toMatchObject(refusal(403, hint))
    await house.restart({ 'scm.allowed': [`${distGit.url}/`], 'scm.rpms': `${distGit.url}/rpms/{name}` })
    expect(await submit(submission)).toMatchObject(refusal(422, hint))
    await house.restart()
  })

  test('and not where packages and modules are in one', async () => {
    const { distGit, submit } = house
    await house.restart({ 'scm.rpms': `${distGit.url}/modules/` })
    expect(await submit(await distGit.module('both', moduleDocument({ nowhere: 1 })))).toMatchObject(
      refusal(422, /component nowhere: there is no git repository file:.*\/modules\/nowhere/),
    )
    const commit = await distGit.commit('modules/bare', '1', { README: '' })
    expect(await submit({ scmurl: `${distGit.url}/modules/bare?#${commit}`, branch: '1' })).toMatchObject(
      refusal(422, /there is no bare\.yaml in/),
    )
    await house.restart()
  })
})

test('modules and packages are found by templates, which encode their names', async () => {
  const { distGit, submit } = house
  await distGit.commit('rpms/c++', 'main', { 'c++.spec': '' })
  await distGit.commit('modules/lib++', 'main', { 'lib++.yaml': moduleDocument({ 'c++': 1 }) })
  await house.restart({
    'scm.rpms': `${distGit.url}/rpms/{name}`,
    'scm.modules': `${distGit.url}/modules/{name}`,
  })
  const document = moduleDocument({}, '  components:\n    modules:\n      lib++: {rationale: r, ref: main}\n')
  const { status, json } = await submit(await distGit.module('templated', document))
  expect([status, (json as BuildView[])[0]?.modulemd]).toEqual([201, expect.stringMatching(/c\+\+:/)])
  await house.restart()
})

describe('a submission past its budget', () => {
  test('is answered in init, goes on in the background, and ends as it would have', async () => {
    const slow = await openHouse({ config: { 'submission.budgetSeconds': 0 } })
    try {
      await slow.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
      const good = await slow.submit(await slow.distGit.module('good', moduleDocument({ a: 1 })))
      expect(good).toMatchObject({
        status: 201,
        json: [{ state_name: 'init', state: 0, version: '0', context: '00000000' }],
      })
      const built = await slow.until(
        (good.json as BuildView[])[0]?.id ?? 0,
        ({ state_name }) => state_name === 'ready',
      )
      expect(built.version).toMatch(/^2026/)
      const bad = await slow.submit(await slow.distGit.module('bad', moduleDocument({ a: 1, nowhere: 1 })))
      const failed = await slow.until(
        (bad.json as BuildView[])[0]?.id ?? 0,
        ({ state_name }) => state_name === 'failed',
      )
      expect(failed.state_reason).toMatch(/^component nowhere: there is no git repository/)
      expect(failed.state_trace.map(({ state_name }) => state_name)).toEqual(['init', 'failed'])
    } finally {
      await slow.close()
    }
  })
})

describe('reading', () => {
  test('a list has upstream’s paging, filters and forms', async () => {
    const all = (await house.request('GET', '/module-build-service/1/module-builds?short=true&per_page=2'))
      .json as { meta: Record<string, unknown>; items: Record<string, unknown>[] }
    expect(all.items).toHaveLength(2)
    expect(all.meta).toMatchObject({
      page: 1,
      per_page: 2,
      prev: null,
      next: expect.stringContaining('page=2') as string,
    })
    expect(Object.keys(all.items[0] ?? {}).sort()).toEqual([
      'context',
      'id',
      'name',
      'scratch',
      'state',
      'state_name',
      'stream',
      'version',
    ])
    const one = (await house.request('GET', '/module-build-service/2/module-builds/?name=one')).json as {
      items: BuildView[]
    }
    expect(one.items).toMatchObject([
      { name: 'one', siblings: [], srpms: [], tasks: { rpms: { a: expect.anything() as unknown } } },
    ])
    expect((await house.request('GET', '/module-build-service/2/module-builds/?state=nosuch')).status).toBe(
      400,
    )
    expect(
      (await house.request('GET', '/module-build-service/2/module-builds/?nsvc=two:1')).json,
    ).toMatchObject({ meta: { total: 1 } })
  })

  test('what is not there is a 404 in the API’s form', async () => {
    expect(await house.request('GET', '/module-build-service/2/module-builds/999999')).toMatchObject(
      refusal(404, /no module build 999999/),
    )
    expect(await house.request('GET', '/nothing')).toMatchObject(refusal(404, /nothing at GET \/nothing/))
    expect(await house.request('GET', '/repos/..%2f..%2fetc/passwd')).toMatchObject({
      status: expect.toSatisfy((status: number) => status === 403 || status === 404) as number,
    })
  })
})

function cached(name: string, cache: string) {
  return house.distGit.module(
    name,
    moduleDocument({ a: 1 }).replace('ref: main', `ref: main\n        cache: "${cache}"`),
  )
}

test('a cache must be a URL that a path can be put behind', async () => {
  await house.restart({ 'scm.customCaches': true })
  for (const [index, cache] of ['/srv/x', 'ftp://h/x', 'https://h/x?a=', 'https://h/ x'].entries())
    expect(await house.submit(await cached(`cache${index}`, cache))).toMatchObject(
      refusal(422, /data\.components\.rpms\.a: its cache is no URL; give https:\/\/HOST\/PATH/),
    )
  expect((await house.submit(await cached('cache-good', 'https://h/x'))).status).toBe(201)
  await house.restart()
})

function submissionOf(name: string, components: Record<string, number>, more = '') {
  return house.distGit.module(name, moduleDocument(components, more))
}
