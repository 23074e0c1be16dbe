import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, inTransaction, type Database } from '../src/database/index.ts'
import { settled } from '../src/hub/index.ts'
import { LocalHub } from '../src/hub/local/index.ts'
import { makeTags, reserveTags } from '../src/registry/index.ts'
import { Artifacts, MemoryStore } from '../src/artifacts/index.ts'
import { systemClock } from '../src/clock.ts'
import { openHouse, type House } from './support/house.ts'

interface Answer {
  status: number
  json: {
    message: string
    items: Record<string, unknown>[]
    event: number | null
    id: number
    extra: Record<string, unknown>
    blocked_extra: string[]
    locked: boolean
    arches: string
    build_tag: string
    origins: Record<string, string>
  }
}

const token = (user: string) => `token-of-${user}`
const digest = (text: string) => createHash('sha256').update(text).digest('hex')

describe('the hub over HTTP', () => {
  let house: House
  let database: Database
  let hub: LocalHub
  beforeAll(async () => {
    const users = ['boss', 'tagger', 'packager']
    house = await openHouse({
      config: {
        'auth.tokens': Object.fromEntries(users.map((user) => [user, digest(token(user))])),
        'auth.admins': ['boss'],
      },
    })
    database = connect(house.database.url)
    const clock = systemClock
    const store = new MemoryStore()
    const artifacts = new Artifacts({ database, store, clock, graceMs: 3_600_000, diskFreeBytesMin: 0 })
    hub = new LocalHub({ database, artifacts, clock })
    await send('PUT', '/hub/users/tagger/permissions/tag')
    for (const version of ['1', '2'])
      await hub.recordOwnBuild({
        name: 'hello',
        version,
        release: '1',
        epoch: null,
        source: null,
        rpms: [],
        buildroots: [],
        logs: [],
      })
  }, 60_000)
  afterAll(async () => {
    await database.destroy()
    await house.close()
  })

  async function send(
    method: string,
    route: string,
    body?: unknown,
    user: string | null = 'boss',
  ): Promise<Answer> {
    const headers: Record<string, string> = {
      ...(user === null ? {} : { authorization: `Bearer ${token(user)}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await house.ask(route, { method, headers, ...content })
    const text = await response.text()
    return { status: response.status, json: JSON.parse(text === '' ? '{}' : text) as Answer['json'] }
  }
  const refused = async (answer: Promise<Answer>) => {
    const { status, json } = await answer
    return [status, json.message]
  }
  const listed = async (tag: string, query = '') =>
    (await send('GET', `/hub/tags/${tag}/builds${query}`)).json.items.map(({ nvr }) => nvr)

  test('asks who changes something, and what they may', async () => {
    const tag = (user: string | null) => send('POST', '/hub/tags/', { name: 'mine' }, user)
    expect((await tag(null)).status).toBe(401)
    expect((await tag('nobody')).status).toBe(401)
    expect(await refused(tag('packager'))).toEqual([403, 'tag permission required (logged in as packager)'])
    expect((await tag('tagger')).status).toBe(201)
    expect(
      await refused(send('PUT', '/hub/targets/t', { build_tag: 'mine', dest_tag: 'mine' }, 'tagger')),
    ).toEqual([403, 'target permission required (logged in as tagger)'])
    expect(await refused(send('PUT', '/hub/users/packager/permissions/admin', undefined, 'tagger'))).toEqual([
      403,
      'admin permission required (logged in as tagger)',
    ])
    expect(await refused(send('PUT', '/hub/tags/mine/packages/hello', { owner: 'a' }, 'packager'))).toEqual([
      403,
      'policy violation (package_list): Only admin/tag can do this via default policy',
    ])
    expect(await refused(send('POST', '/hub/keys/', undefined, 'tagger'))).toEqual([
      403,
      'only admins may do this; tagger is not an admin',
    ])
    expect((await send('GET', '/hub/tags/mine', undefined, null)).status).toBe(200)
    await send('PUT', '/hub/users/packager/permissions/tag')
    await send('DELETE', '/hub/users/packager/permissions/tag')
    expect((await send('POST', '/hub/tags/', { name: 'late' }, 'packager')).status).toBe(403)
  })

  test('a tag takes no builds that it is closed to', async () => {
    await send('POST', '/hub/tags/', { name: 'gate' })
    await send('PUT', '/hub/tags/gate/packages/hello', { owner: 'ada' })
    await send('PATCH', '/hub/tags/gate', { permission: 'release' })
    const put = (user: string, force = false) =>
      send('POST', '/hub/tags/gate/builds', { build: 'hello-1-1', force }, user)
    expect(await refused(put('tagger'))).toEqual([403, 'tag gate requires release permission'])
    expect(await refused(put('tagger', true))).toEqual([403, 'tag gate requires release permission'])
    await send('PUT', '/hub/users/tagger/permissions/release')
    expect((await put('tagger')).status).toBe(201)
    await send('PATCH', '/hub/tags/gate', { locked: true })
    expect(await refused(send('DELETE', '/hub/tags/gate/builds/hello-1-1'))).toEqual([
      403,
      'tag gate is locked',
    ])
    expect((await send('DELETE', '/hub/tags/gate/builds/hello-1-1?force=true')).status).toBe(204)
  })

  test('a forced tagging changes no list of packages that its caller may not change', async () => {
    for (const name of ['upper', 'lower'])
      await send('POST', '/hub/tags/', { name, ...(name === 'lower' ? { parent: 'upper' } : {}) })
    const force = (user: string) =>
      send('POST', '/hub/tags/lower/builds', { build: 'hello-1-1', force: true }, user)
    const sentence = 'policy violation (package_list): Only admin/tag can do this via default policy'
    // It is in no list.
    expect(await refused(force('packager'))).toEqual([403, sentence])
    await send('PUT', '/hub/tags/upper/packages/hello', { owner: 'ada' })
    await send('PUT', '/hub/tags/upper/packages/hello', { blocked: true, force: true })
    // It is blocked above.
    expect(await refused(force('packager'))).toEqual([403, sentence])
    expect((await send('GET', '/hub/tags/lower/builds')).json.items).toEqual([])
    expect((await force('tagger')).status).toBe(201)
  })

  test('only the service and users with the permission module-build can change the tags of module builds', async () => {
    const tags = await reserveTags({ database, hub }, 1, 'module-garden-1-2-c')
    await makeTags(hub, tags, ['x86_64'])
    await settled(hub.tag(tags.tag, ['hello-1-1']))
    const take = (user: string, force = false) =>
      send(
        'DELETE',
        `/hub/tags/module-garden-1-2-c/builds/hello-1-1${force ? '?force=true' : ''}`,
        undefined,
        user,
      )
    const put = (user: string) =>
      send('POST', '/hub/tags/module-garden-1-2-c-build/builds', { build: 'hello-1-1', force: true }, user)
    const sentence = 'tag module-garden-1-2-c requires module-build permission'
    for (const user of ['packager', 'tagger']) {
      expect(await refused(take(user))).toEqual([403, sentence])
      expect(await refused(take(user, true))).toEqual([403, sentence])
      expect((await put(user)).status).toBe(403)
      expect(
        await refused(
          send('POST', '/hub/moves/', { build: 'hello-1-1', from: 'module-garden-1-2-c', to: 'mine' }, user),
        ),
      ).toEqual([403, sentence])
    }
    await send('PUT', '/hub/users/packager/permissions/module-build')
    expect((await take('packager')).status).toBe(204)
    await send('DELETE', '/hub/users/packager/permissions/module-build')
  })

  test('one file name stands for one content: in a build, and over all builds and epochs', async () => {
    const record = (name: string, epochs: readonly (number | null)[], sigmd5 = 'a') =>
      hub.recordOwnBuild({
        ...{ name, version: '1', release: '1', epoch: null, source: null, buildroots: [], logs: [] },
        rpms: epochs.map((epoch) => ({
          ...{ nevra: `spade-${epoch ?? 0}:1-1.noarch`, name: 'spade', version: '1', release: '1', epoch },
          ...{ arch: 'noarch', sha256: '0'.repeat(64), size: 1, sigmd5, builtAt: null },
        })),
      })
    await inTransaction(database, 'artifact', (tx) =>
      sql`insert into artifacts (sha256, size, claimed_at) values (${'0'.repeat(64)}, 1, now())`.execute(tx),
    )
    await expect(record('garden', [null, 1])).rejects.toThrow('spade-1-1.noarch is in the build twice')
    await record('garden', [null])
    await record('garden', [null])
    for (const [epoch, sigmd5] of [
      [null, 'a'],
      [null, 'b'],
      [1, 'a'],
    ] as const)
      await expect(record('thief', [epoch], sigmd5)).rejects.toThrow(
        'spade-0:1-1.noarch is a package of the build garden-1-1 already',
      )
    await expect(record('garden', [null], 'b')).rejects.toThrow(
      'garden-1-1 was built before, with other content',
    )
  })

  test('a later attempt of the same module build replaces a build that no tag ever held', async () => {
    const record = (number: number, sigmd5: string, distTag = 'module+1+0a1b2c3d') =>
      hub.recordOwnBuild({
        ...{ name: 'given-up', version: '1', release: '1.module+1+0a1b2c3d', epoch: null, source: null },
        ...{ buildroots: [], logs: [], madeBy: { number, distTag } },
        rpms: [
          {
            ...{ nevra: 'given-up-0:1-1.module+1+0a1b2c3d.noarch', name: 'given-up', version: '1' },
            ...{ release: '1.module+1+0a1b2c3d', epoch: null, arch: 'noarch', sha256: '0'.repeat(64) },
            ...{ size: 1, sigmd5, builtAt: null },
          },
        ],
      })
    const nvr = await record(2, 'a')
    const content = async () => (await hub.rpms([nvr])).map(({ sigmd5 }) => sigmd5)
    const refusal = `${nvr} was built before, with other content`
    await expect(record(1, 'b')).rejects.toThrow(refusal)
    await expect(record(3, 'b', 'module+2+0a1b2c3d')).rejects.toThrow(refusal)
    expect(await content()).toEqual(['a'])
    await record(3, 'b')
    expect(await content()).toEqual(['b'])
    await settled(hub.ensureTags([{ name: 'keeps', arches: '' }]))
    await settled(hub.tag('keeps', [nvr]))
    await settled(hub.untag('keeps', [nvr]))
    await expect(record(4, 'c')).rejects.toThrow(refusal)
    expect(await content()).toEqual(['b'])
  })

  test('a tag has a thousand extra settings at most', async () => {
    const extra = Object.fromEntries(Array.from({ length: 1001 }, (_, number) => [`key${number}`, 1]))
    expect((await send('POST', '/hub/tags/', { name: 'greedy', extra })).status).toBe(400)
  })

  test('names and settings are those that Koji takes, and what stays makes no event', async () => {
    const made = await send('POST', '/hub/tags/', {
      name: 'settings',
      arches: 'x86_64  aarch64',
      extra: { a: 1, b: [2] },
    })
    expect(made.json).toMatchObject({ arches: 'x86_64 aarch64', extra: { a: 1, b: [2] }, locked: false })
    expect(await refused(send('POST', '/hub/tags/', { name: 'settings' }))).toEqual([
      409,
      "A tag with the name 'settings' already exists",
    ])
    expect((await send('POST', '/hub/tags/', { name: 'bad name!' })).json.message).toMatch(
      /^Name bad name! does not match RegexNameInternal value/,
    )
    const before = (await send('GET', '/hub/tags/settings/last-change')).json.event
    await send('PATCH', '/hub/tags/settings', { extra: { a: 1 }, arches: 'x86_64 aarch64' })
    expect((await send('GET', '/hub/tags/settings/last-change')).json.event).toBe(before)
    const edited = await send('PATCH', '/hub/tags/settings', {
      extra: { c: null },
      remove_extra: ['a'],
      block_extra: ['b'],
    })
    expect(edited.json).toMatchObject({ extra: { c: null }, blocked_extra: ['b'] })
    expect(await refused(send('PATCH', '/hub/tags/settings', { remove_extra: ['z'] }))).toEqual([
      400,
      "Tag: settings doesn't have extra: z",
    ])
    expect((await send('GET', `/hub/tags/settings?event=${before ?? 0}`)).json.extra).toEqual({
      a: 1,
      b: [2],
    })
    expect(await refused(send('GET', '/hub/tags/nosuch/builds'))).toEqual([404, "No such tagInfo: 'nosuch'"])
    expect((await send('GET', '/hub/tags/settings?event=999999')).json.message).toBe(
      'there is no event 999999',
    )
    await send('POST', '/hub/tags/', { name: 'child', parent: 'settings', extra: { d: 4 } })
    expect((await send('GET', '/hub/tags/child/config')).json).toMatchObject({
      extra: { c: null, d: 4 },
      origins: { b: 'settings', c: 'settings' },
    })
    await send('PATCH', '/hub/tags/settings', { name: 'renamed' })
    expect((await send('GET', '/hub/tags/child/inheritance')).json.items).toMatchObject([
      { parent: 'renamed' },
    ])
  })

  test('takes odd names and numbers for what they are', async () => {
    expect((await send('POST', '/hub/tags/', { name: 'a/b+c' })).status).toBe(201)
    expect((await send('GET', '/hub/tags/a%2Fb%2Bc')).json).toMatchObject({ name: 'a/b+c' })
    for (const [route, status] of [
      ['/hub/tags/a%2Fb%2Bc?event=1e30', 400],
      ['/hub/tags/a%2Fb%2Bc/history?page=99999999999999999999', 400],
      ['/hub/builds/?per_page=99999999999999999999', 400],
      ['/hub/builds/%00', 400],
      ['/hub/events/9007199254740991', 404],
      ['/hub/builds/999999999', 404],
      ['/hub/tags/constructor', 404],
      [`/hub/tags/${'a'.repeat(250)}`, 404],
      ['/hub/events/last?before=2016-12-31T23:59:60Z', 400],
    ] as const)
      expect((await send('GET', route)).status, route).toBe(status)
    const odd = await send('PATCH', '/hub/tags/a%2Fb%2Bc', { extra: { x: 'a\u0000' } })
    expect([odd.status, odd.json.message]).toEqual([
      400,
      'extra.x has a character that cannot be stored (NUL, or half of a surrogate pair)',
    ])
    const proto = await send('PATCH', '/hub/tags/a%2Fb%2Bc', JSON.parse('{"extra": {"constructor": 1}}'))
    expect(proto.json.extra).toEqual({ constructor: 1 })
  })

  test('filtered links that lead to the same tags again and again are refused at a bound', async () => {
    const layers = Array.from({ length: 15 }, (_, layer) => [`x${layer}a`, `x${layer}b`] as const)
    for (const name of layers.flat()) await send('POST', '/hub/tags/', { name })
    for (const [layer, names] of layers.slice(0, -1).entries())
      for (const name of names)
        await send('PUT', `/hub/tags/${name}/inheritance`, {
          links: (layers[layer + 1] ?? []).map((parent) => ({ parent, pkg_filter: 'h' })),
        })
    expect((await send('GET', '/hub/tags/x6a/inheritance?full=true')).json.items).toHaveLength(510)
    expect(await refused(send('GET', '/hub/tags/x0a/inheritance?full=true'))).toEqual([
      422,
      'the inheritance has more than 10000 entries: too many filtered links lead to the same tags',
    ])
  })

  test('links have priorities of their own', async () => {
    for (const name of ['p1', 'p2', 'c']) await send('POST', '/hub/tags/', { name })
    const link = (links: unknown[], clear = false) => send('PUT', '/hub/tags/c/inheritance', { links, clear })
    expect((await link([{ parent: 'p1' }, { parent: 'p2' }])).json.items).toMatchObject([
      { parent: 'p1', priority: 0 },
      { parent: 'p2', priority: 10 },
    ])
    expect((await link([{ parent: 'p1', priority: 10 }])).status).toBe(409)
    expect(
      (
        await link([
          { parent: 'p1', priority: 10 },
          { parent: 'p2', priority: 0, maxdepth: 1 },
        ])
      ).json.items,
    ).toMatchObject([
      { parent: 'p2', priority: 0, maxdepth: 1 },
      { parent: 'p1', priority: 10 },
    ])
    expect((await link([{ parent: 'p1' }], true)).json.items).toMatchObject([{ parent: 'p1' }])
    expect((await link([{ parent: 'p1', delete: true }])).json.items).toEqual([])
  })

  test('packages are listed, blocked and unblocked by the rules of inheritance', async () => {
    await send('POST', '/hub/tags/', { name: 'above' })
    await send('POST', '/hub/tags/', { name: 'below', parent: 'above' })
    const list = (tag: string, body: unknown) => send('PUT', `/hub/tags/${tag}/packages/hello`, body)
    expect(await refused(list('above', { extra_arches: '' }))).toEqual([400, 'owner not specified'])
    expect(await refused(list('above', { owner: 'ada', update: true }))).toEqual([
      404,
      'cannot update: tag above has no data for package hello',
    ])
    expect(await refused(list('above', { blocked: true }))).toEqual([
      404,
      'tag above has no data for package hello',
    ])
    await list('above', { owner: 'ada' })
    await send('POST', '/hub/tags/above/builds', { build: 'hello-1-1' })
    expect(await listed('below', '?inherit=true')).toEqual(['hello-1-1'])
    await list('below', { blocked: true })
    expect(await listed('below', '?inherit=true')).toEqual([])
    expect(await refused(send('POST', '/hub/tags/below/builds', { build: 'hello-2-1' }))).toEqual([
      409,
      'Package hello blocked in below',
    ])
    expect(await refused(list('below', { owner: 'bob', blocked: false }))).toEqual([
      409,
      'package hello is blocked in tag below',
    ])
    await list('below', { blocked: false })
    expect(await listed('below', '?inherit=true')).toEqual(['hello-1-1'])
    expect(await refused(list('below', { blocked: false }))).toEqual([
      409,
      'package hello NOT blocked in tag below',
    ])
    // An entry in the lower tag cancels a block in the upper tag.
    await list('above', { blocked: true })
    expect(await listed('below', '?inherit=true')).toEqual([])
    await list('below', { blocked: false })
    expect(await listed('below', '?inherit=true')).toEqual(['hello-1-1'])
    expect(await listed('above')).toEqual([])
  })

  test('what is tagged last is the latest, whatever its version', async () => {
    await send('POST', '/hub/tags/', { name: 'late' })
    await send('PUT', '/hub/tags/late/packages/hello', { owner: 'ada' })
    const put = (build: string, force = false) => send('POST', '/hub/tags/late/builds', { build, force })
    await put('hello-2-1')
    await put('hello-1-1')
    expect(await listed('late', '?latest=1')).toEqual(['hello-1-1'])
    expect(await refused(put('hello-2-1'))).toEqual([409, 'build hello-2-1 already tagged (late)'])
    await put('hello-2-1', true)
    expect(await listed('late')).toEqual(['hello-2-1', 'hello-1-1'])
    expect(await refused(put('nope-1.0-1'))).toEqual([404, "No such build: 'nope-1.0-1'"])
    expect(await refused(put('nope'))).toEqual([400, 'invalid format: nope'])
  })

  test('groups are inherited, and blocked', async () => {
    await send('POST', '/hub/tags/', { name: 'comps' })
    await send('POST', '/hub/tags/', { name: 'comps-child', parent: 'comps' })
    await send('PUT', '/hub/tags/comps/groups/build', {
      packages: ['bash', 'rpm-build'],
      description: 'to build',
    })
    await send('PUT', '/hub/tags/comps/groups/more', { requirements: ['build'] })
    await send('PUT', '/hub/tags/comps-child/groups/build', { packages: ['gcc'] })
    const groups = async (tag: string) =>
      (await send('GET', `/hub/tags/${tag}/groups`)).json.items.map(({ name, packages, requirements }) => [
        name,
        (packages as { package: string }[]).map((one) => one.package),
        (requirements as { group: string }[]).map((one) => one.group),
      ])
    expect(await groups('comps-child')).toEqual([
      ['build', ['bash', 'gcc', 'rpm-build'], []],
      ['more', [], ['build']],
    ])
    expect(await groups('comps')).toEqual([
      ['build', ['bash', 'rpm-build'], []],
      ['more', [], ['build']],
    ])
    await send('PUT', '/hub/tags/comps-child/groups/more', { blocked: true })
    expect((await groups('comps-child')).map(([name]) => name)).toEqual(['build'])
    expect((await send('PUT', '/hub/tags/comps/groups/more', { requirements: ['nothing'] })).status).toBe(404)
    expect((await send('PUT', '/hub/tags/comps-child/groups/more', {})).status).toBe(409)
    expect((await send('DELETE', '/hub/tags/comps-child/groups/more')).status).toBe(204)
    expect((await groups('comps-child')).map(([name]) => name)).toEqual(['build', 'more'])
  })

  test('targets go with their tags', async () => {
    for (const name of ['dest', 'build']) await send('POST', '/hub/tags/', { name })
    const made = await send('PUT', '/hub/targets/dest', {
      build_tag: 'build',
      dest_tag: 'dest',
      create: true,
    })
    expect(made.json).toMatchObject({ name: 'dest', build_tag: 'build', dest_tag: 'dest' })
    expect(
      await refused(send('PUT', '/hub/targets/dest', { build_tag: 'build', dest_tag: 'dest', create: true })),
    ).toEqual([409, "A build target with the name 'dest' already exists"])
    expect((await send('PUT', '/hub/targets/dest', { build_tag: 'dest' })).json.build_tag).toBe('dest')
    await send('DELETE', '/hub/tags/dest')
    expect(await refused(send('GET', '/hub/targets/dest'))).toEqual([404, 'No such build target: dest'])
    const again = await send('POST', '/hub/tags/', { name: 'dest' })
    expect(again.status).toBe(201)
    expect((await send('GET', '/hub/tags/dest/inheritance')).json.items).toEqual([])
  })
})
