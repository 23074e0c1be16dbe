import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { connect } from '../src/database/index.ts'
import { moduleDocument } from './support/dist-git.ts'
import { ended, openHouse, type BuildView, type House } from './support/house.ts'

/** Tests the API at upstream's paths, with the requests of upstream's clients. */
let house: House
let ids: { first: number; second: number; failed: number; scratch: number }
beforeAll(async () => {
  const platform = {
    repositories: [{ name: 'none', url: 'file:///nonexistent' }],
    buildGroup: ['bash'],
    arches: ['x86_64'],
  }
  house = await openHouse({
    script: { outcomes: { bad: ['failed'] } },
    config: {
      platforms: { f30: platform, 'el8.1.0': { ...platform, virtualStreams: ['el8'] } },
      'http.proxies': ['127.0.0.1'],
      'http.names': ['mbs.example.com'],
    },
  })
  for (const name of ['a', 'b', 'bad'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
  const on = (stream: string) =>
    `  dependencies:\n  - buildrequires: {platform: [${stream}]}\n    requires: {platform: [${stream}]}\n`
  const build = async (name: string, components: Record<string, number>, stream: string, more = {}) => {
    const submission = await house.distGit.module(name, moduleDocument(components, on(stream)))
    const [{ id } = { id: 0 }] = (await house.submit({ ...submission, ...more })).json as BuildView[]
    await house.until(id, (view) => ended(view) || view.state_name === 'done')
    return id
  }
  ids = {
    first: await build('app', { a: 1, b: 2 }, 'f30', { owner: 'ada' }),
    second: await build('lib', { a: 1 }, 'el8.1.0', { owner: 'bob' }),
    failed: await build('broken', { bad: 1 }, 'f30', { owner: 'ada' }),
    scratch: await build('app', { a: 1 }, 'f30', { scratch: true }),
  }
})
afterAll(() => house.close())

const get = async (path: string) => (await house.request('GET', `/module-build-service/1/${path}`)).json
interface List {
  meta: Record<string, unknown>
  items: { id: number; name: string; package: string }[]
}
const listed = async (query: string) =>
  ((await get(`module-builds/?per_page=100&${query}`)) as List).items.map(({ id }) => id)

describe('a list of module builds', () => {
  test('reads documents only if it shows them', async () => {
    const statementsOf = async (route: string) => {
      const query = vi.spyOn(pg.Client.prototype, 'query')
      await house.request('GET', `/module-build-service/2/module-builds/${route}`)
      const calls = query.mock.calls as unknown as [string | { text: string }][]
      const texts = calls.map(([sent]) => (typeof sent === 'string' ? sent : sent.text))
      query.mockRestore()
      return texts.filter((text) => text.includes('module_builds')).join('\n')
    }
    const documents = /modulemd|\bb\.\*/
    for (const route of ['', '?short=true', '?owner=ada&order_by=name&page=2&per_page=1'])
      expect(await statementsOf(route)).not.toMatch(documents)
    expect(await statementsOf('?verbose=true')).toMatch(documents)
  })

  test.each([
    ['name=app', () => [ids.scratch, ids.first]],
    ['name=app&scratch=false', () => [ids.first]],
    ['scratch=1', () => [ids.scratch]],
    ['owner=ada', () => [ids.failed, ids.first]],
    ['state=failed', () => [ids.failed]],
    ['state=4&state=done', () => [ids.scratch, ids.failed]],
    ['state=99', () => []],
    ['nsvc=app:1&name=lib', () => [ids.scratch, ids.first]],
    ['rebuild_strategy=all&name=app', () => []],
    ['batch=3', () => [ids.first]],
    ['base_module_br_name=platform&base_module_br_stream=el8.1.0', () => [ids.second]],
    ['base_module_br=platform:f30:1:00000000', () => [ids.scratch, ids.failed, ids.first]],
    ['base_module_br_stream_version_gte=100000', () => [ids.scratch, ids.failed, ids.first]],
    ['base_module_br_stream_version_lte=80100', () => [ids.second]],
    ['base_module_br_stream_version=80100&base_module_br_stream=f30', () => []],
    ['order_by=id&name=app', () => [ids.first, ids.scratch]],
    ['order_desc_by=name&order_desc_by=version&owner=ada', () => [ids.failed, ids.first]],
    ['submitted_after=2020-01-01T00:00:00Z&name=lib', () => [ids.second]],
    ['submitted_before=2020-01-01T00:00:00.5%2B00:00', () => []],
    ['completed_after=2020-01-01T00:00:00&state=failed', () => [ids.failed]],
    ['koji_tag=none', () => []],
    ['cg_build_koji_tag=f30-modular-updates-candidate', () => [ids.failed, ids.first]],
    ['cg_build_koji_tag=none', () => []],
    ['rpm=none-1-1.x86_64.rpm', () => []],
    ['whatever=1&name=lib', () => [ids.second]],
  ])('by %s', async (query, expected) => {
    expect(await listed(query)).toEqual(expected())
  })

  test('by the virtual streams and stream versions of base modules', async () => {
    const names = async (query: string) =>
      ((await get(`module-builds/?verbose=1&${query}`)) as { items: { stream: string }[] }).items.map(
        ({ stream }) => stream,
      )
    expect(await names('virtual_stream=el8&virtual_stream=none')).toEqual(['el8.1.0'])
    expect(await names('stream_version_lte=89999')).toEqual(['el8.1.0'])
    expect(await names('stream_version_lte=300000')).toEqual(['f30'])
    expect(await names('stream_version=300000')).toEqual(['f30'])
  })

  test('by a package, which the tag of the module holds', async () => {
    const [row] = ((await get(`component-builds/?module_build=${ids.first}&package=a`)) as List).items
    const { nvr } = row as unknown as { nvr: string }
    const [, version = '', release = ''] = /^a-(.+)-(.+)$/.exec(nvr) ?? []
    const database = connect(house.database.url, { mayAlwaysWrite: true })
    const digest = '0'.repeat(64)
    await sql`insert into artifacts (sha256, size, claimed_at) values (${digest}, 1, now())`.execute(database)
    await sql`
      insert into hub_rpms (build_id, nevra, name, version, release, arch, size, sha256, sigmd5)
      select b.id, ${`a-0:${version}-${release}.x86_64`}, 'a', ${version}, ${release}, 'x86_64', 1, ${digest}, ''
        from hub_builds b join hub_packages p on p.id = b.package_id
       where p.name || '-' || b.version || '-' || b.release = ${nvr}`.execute(database)
    // The scratch build has reused it.
    expect(await listed(`rpm=${nvr}.x86_64.rpm`)).toEqual([ids.scratch, ids.first])
    expect(await listed(`rpm=${nvr}.x86_64&name=lib`)).toEqual([])
    await sql`delete from hub_rpms where sha256 = ${digest}`.execute(database)
    await database.destroy()
  })

  test.each([
    ['id=1', 'Did you mean to go to "/module-builds/1"?'],
    ['state=odd', 'is not a state of module builds'],
    ['order_by=id&order_desc_by=id', 'You may not specify both order_by and order_desc_by'],
    ['order_by=colour', 'An invalid ordering key of "colour" was supplied'],
    ['order_by=constructor', 'An invalid ordering key of "constructor" was supplied'],
    ['submitted_before=yesterday', 'An invalid Zulu ISO 8601 timestamp'],
    ['submitted_before=2020-13-41T00:00:00', 'An invalid Zulu ISO 8601 timestamp'],
    ['stream_version_lte=8', 'must be at least 10000'],
    ['base_module_br=platform:f30', 'must be NAME:STREAM:VERSION:CONTEXT'],
    ['batch=two', '"two" is not a number for batch'],
    ['name=%00', 'name has a character that cannot be stored'],
    ['name=%01', 'name contains control characters'],
    ['batch=1.5', '"1.5" is not a whole number for batch'],
  ])('with %s is refused', async (query, message) => {
    expect(await get(`module-builds/?${query}`)).toMatchObject({
      status: 400,
      error: 'Bad Request',
      message: expect.stringContaining(message) as string,
    })
  })

  test('has pages, with addresses as a proxy’s clients know them', async () => {
    const response = await fetch(
      `${house.url()}/mbs/module-build-service/1/module-builds?per_page=2&page=2&owner=ada&owner=ada`,
      {
        headers: { 'x-script-name': '/mbs', 'x-scheme': 'https', 'x-forwarded-host': 'mbs.example.com' },
      },
    )
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const address = 'https://mbs.example.com/mbs/module-build-service/1/module-builds?'
    expect(((await response.json()) as List).meta).toEqual({
      page: 2,
      pages: 1,
      per_page: 2,
      total: 2,
      prev: `${address}per_page=2&page=1&owner=ada&owner=ada`,
      next: null,
      first: `${address}per_page=2&page=1&owner=ada&owner=ada`,
      last: `${address}per_page=2&page=1&owner=ada&owner=ada`,
    })
    expect(((await get('module-builds/?name=none')) as List).meta).toMatchObject({
      total: 0,
      pages: 0,
      next: null,
    })
  })
})

describe('one module build', () => {
  test('has upstream’s forms, and refers to its base modules', async () => {
    const short = (await get(`module-builds/${ids.second}?short=true`)) as object
    expect(Object.keys(short).sort()).toEqual([
      'context',
      'id',
      'name',
      'scratch',
      'state',
      'state_name',
      'stream',
      'version',
    ])
    const full = (await get(`module-builds/${ids.second}?verbose=true`)) as Record<string, unknown>
    expect(full).toMatchObject({
      arches: ['x86_64'],
      stream_version: null,
      virtual_streams: [],
      siblings: [],
      buildrequires: { platform: { stream: 'el8.1.0', version: '1', context: '00000000', koji_tag: '' } },
      base_module_buildrequires: [
        {
          name: 'platform',
          stream: 'el8.1.0',
          version: '1',
          context: '00000000',
          stream_version: 80100,
          state: 5,
          state_name: 'ready',
        },
      ],
    })
    expect((full['base_module_buildrequires'] as object[])[0]).not.toHaveProperty('scratch')
  })

  test('tells why its components are built anew', async () => {
    expect(await get(`module-builds/${ids.first}/messages`)).toMatchObject({
      meta: { total: 2 },
      messages: [
        { message: expect.stringMatching(/^b is rebuilt: there is no ready build/) as string },
        { message: expect.stringMatching(/^a is rebuilt/) as string },
      ],
    })
    expect(await get('module-builds/1000/messages')).toMatchObject({ status: 404 })
  })

  test('has documents as they are published, by arch', async () => {
    const final = (await get(`final-modulemd/${ids.first}`)) as Record<string, string>
    expect(Object.keys(final)).toEqual(['x86_64'])
    expect(final['x86_64']).toMatch(/name: app\n.*\n.*\n.*\n +arch: x86_64/)
    expect(await get(`final-modulemd/${ids.scratch}`)).toHaveProperty('x86_64')
    expect(await get('final-modulemd/1000')).toMatchObject({ status: 404 })
  })
})

describe('component builds', () => {
  const names = async (query: string) =>
    ((await get(`component-builds/?${query}`)) as List).items.map((row) => row.package)

  test.each([
    [() => `module_build=${ids.first}`, ['b', 'a', 'module-build-macros']],
    [() => `module_id=${ids.first}&order_by=package`, ['a', 'b', 'module-build-macros']],
    [() => 'state=failed', ['bad']],
    [() => 'state=3&state=BUILDING', ['bad']],
    [() => `package=a&module_build=${ids.second}`, ['a']],
    [() => `build_time_only=true&module_build=${ids.first}`, ['module-build-macros']],
    [() => `tagged_in_final=true&module_build=${ids.first}`, ['b', 'a']],
    [() => `batch=3`, ['b']],
  ])('%s', async (query, expected) => {
    expect(await names(query())).toEqual(expected)
  })

  test('one has batch, trace and address in its extended form', async () => {
    const [{ id } = { id: 0 }] = ((await get(`component-builds/?package=bad`)) as List).items
    expect(await get(`component-builds/${id}`)).not.toHaveProperty('batch')
    expect(await get(`component-builds/${id}?verbose=1`)).toMatchObject({
      batch: 2,
      state_url: `/module-build-service/2/component-builds/${id}`,
      state_trace: [
        { state: 0, state_name: 'BUILDING', reason: null },
        { state: 3, state_name: 'FAILED', reason: 'bad: it was told to fail' },
      ],
    })
    expect(await get(`component-builds/${id}/messages`)).toMatchObject({ meta: { total: 1 } })
    expect(await get('component-builds/1000')).toMatchObject({ status: 404 })
    expect(await get('component-builds/?state=odd')).toMatchObject({ status: 400 })
  })
})

test('the service tells of itself', async () => {
  expect(await get('about/')).toEqual({
    version: expect.stringMatching(/^\d+\.\d+/) as string,
    instance: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
    api_version: 2,
    auth_method: 'oidc',
  })
  expect(await get('rebuild-strategies')).toMatchObject({
    items: [
      { name: 'all', allowed: true, default: false },
      { name: 'changed-and-after', allowed: true, default: true },
      { name: 'only-changed', allowed: true, default: false },
    ],
  })
})

describe('an import', () => {
  const document = (mbs: string, more = '', name = 'platform') => `document: modulemd
version: 2
data:
  name: ${name}
  stream: f31
  version: 3
  context: "00000000"
  summary: s
  description: d
  license: {module: [MIT]}
  xmd: {mbs: {${mbs}}}
${more}`
  const bring = async (modulemd: string) =>
    house.request('POST', '/module-build-service/1/import-module/', { modulemd })

  test('of a base module lets modules be built on it, and once more brings it up to date', async () => {
    const base = document(
      'buildrequires: {}, commit: abc, mse: TRUE, virtual_streams: [fedora]',
      '  profiles: {buildroot: {rpms: [bash]}}\n',
    )
    const first = await bring(base)
    expect(first).toMatchObject({
      status: 201,
      json: {
        module: { name: 'platform', stream: 'f31', version: '3', state_name: 'ready', owner: 'mbs_import' },
        messages: ['Module platform:f31:3:00000000 imported'],
      },
    })
    expect(first.json).not.toHaveProperty('module.tasks')
    expect((await bring(base)).json).toMatchObject({
      messages: ['Updating existing module build platform:f31:3:00000000.', expect.anything()],
    })
    const built = await house.build(
      await house.distGit.module(
        'later',
        moduleDocument(
          { a: 1 },
          '  dependencies:\n  - buildrequires: {platform: [fedora]}\n    requires: {platform: [f31]}\n',
        ),
      ),
    )
    expect(built).toMatchObject({ state_name: 'ready', platform: 'f31' })
    expect(built.version).toMatch(/^31/)
  })

  test('of a module makes it something to build against', async () => {
    const requires =
      '  dependencies:\n  - buildrequires: {platform: [f30]}\n    requires: {platform: [f30]}\n'
    const mbs =
      'buildrequires: {platform: {stream: f30, version: "1", context: "00000000", ref: ""}}, commit: abc, mse: TRUE'
    expect(await bring(document(mbs, requires, 'perl'))).toMatchObject({ status: 201 })
    const built = await house.build(
      await house.distGit.module(
        'needsperl',
        moduleDocument({ a: 1 }, '  dependencies:\n  - buildrequires: {platform: [f30], perl: [f31]}\n'),
      ),
    )
    expect(built.modulemd).toMatch(/perl:\n +context: "00000000"\n/)
  })

  test('of a module on a base that nobody knows says so', async () => {
    const mbs = 'buildrequires: {platform: {stream: f9, version: "1", context: x}}, commit: abc, mse: TRUE'
    const requires = '  dependencies:\n  - buildrequires: {platform: [f9]}\n'
    expect((await bring(document(mbs, requires, 'old'))).json).toMatchObject({
      messages: [expect.stringMatching(/built on platform:f9:1:x, which is unknown/), expect.anything()],
    })
  })

  test.each([
    [document('disttag_marking: a-b'), 422, 'The disttag_marking cannot contain a dash'],
    [document('').replace('stream: f31', 'stream: f-31'), 422, 'The stream cannot contain a dash unless'],
    [document('virtual_streams: [[x]]'), 422, 'The virtual streams must be a list of strings'],
    [document('').replace('  stream: f31\n', ''), 422, 'Both the name and stream must be set'],
    [
      document(
        '',
        '  dependencies:\n  - buildrequires: {platform: [f30]}\n  - buildrequires: {platform: [f31]}\n',
        'two',
      ),
      422,
      "The imported module's dependencies list should contain just one block",
    ],
    [
      document('', '  dependencies:\n  - buildrequires: {platform: [f30]}\n', 'none'),
      422,
      'is missing entries for: platform',
    ],
    ['nonsense', 422, 'is not valid modulemd'],
  ])('of %# is refused', async (text, status, message) => {
    expect(await bring(text)).toMatchObject({
      status,
      json: { message: expect.stringContaining(message) as string },
    })
  })

  test('never takes the place of what was built here', async () => {
    const { modulemd } = await house.show(ids.first)
    expect(await bring(modulemd)).toMatchObject({ status: 409 })
    const platform = (await get('module-builds/?name=platform&stream=f30&verbose=1')) as {
      items: { modulemd: string }[]
    }
    expect(await bring(platform.items[0]?.modulemd ?? '')).toMatchObject({ status: 409 })
  })
})
