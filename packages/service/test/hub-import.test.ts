import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openHouse, type House } from './support/house.ts'

interface Metadata {
  metadata_version: number
  build: Record<string, unknown> & { version: string; release: string; extra: Record<string, unknown> }
  buildroots: Record<string, unknown>[]
  output: (Record<string, unknown> & { filename: string; type: string })[]
}

/** A response of the hub with the fields that the tests read. */
interface Answer {
  id: number
  nvr: string
  message: string
  token: string
  build_id: number
  completion_time: string
  items: { nvr: string }[]
  typeinfo: Record<string, unknown>
  archives: { filename: string; checksum: string }[]
  logs: { filename: string }[]
}

/** Data that a real service sent to a real hub (1.35.3). */
const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/hub/module-import.json', import.meta.url), 'utf8'),
) as Metadata
const document = '---\ndocument: modulemd\nversion: 2\ndata:\n  name: tracker\n...\n'
const files: Record<string, string> = {
  'modulemd.txt': document,
  'modulemd.x86_64.txt': document,
  'build.log': 'module build log\n',
}
const token = (user: string) => `token-of-${user}`
const digest = (text: string) => createHash('sha256').update(text).digest('hex')

describe('content generators', () => {
  let house: House
  beforeAll(async () => {
    const users = ['kojiadmin', 'mbs', 'osbs', 'stranger']
    house = await openHouse({
      config: {
        'auth.tokens': Object.fromEntries(users.map((user) => [user, digest(token(user))])),
        'auth.admins': ['kojiadmin'],
      },
    })
    for (const [generator, user] of [
      ['module-build-service', 'mbs'],
      ['atomic-reactor', 'osbs'],
    ] as const)
      expect((await send('PUT', `/hub/content-generators/${generator}/users/${user}`)).status).toBe(204)
    expect((await send('PUT', '/hub/users/mbs/permissions/module-build')).status).toBe(204)
  }, 60_000)
  afterAll(() => house.close())

  async function send(method: string, route: string, body?: unknown, user = 'kojiadmin') {
    const headers: Record<string, string> = { authorization: `Bearer ${token(user)}` }
    if (body !== undefined && !(body instanceof FormData)) headers['content-type'] = 'application/json'
    const content = body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }
    const response = await house.ask(route, { method, headers, ...content })
    const text = await response.text()
    return { status: response.status, json: JSON.parse(text === '' ? '{}' : text) as Answer, text }
  }

  async function importIt(
    metadata: unknown,
    options: { user?: string; files?: Record<string, string | Uint8Array<ArrayBuffer>>; token?: string } = {},
  ) {
    const form = new FormData()
    form.append('metadata', JSON.stringify(metadata))
    if (options.token !== undefined) form.append('token', options.token)
    for (const [name, content] of Object.entries(options.files ?? files))
      form.append(name, new Blob([content]), 'x')
    return send('POST', '/hub/cg-import', form, options.user ?? 'mbs')
  }

  /** Returns the recorded metadata with a change. */
  function changed(change: (metadata: Metadata) => void): Metadata {
    const metadata = structuredClone(recorded)
    change(metadata)
    return metadata
  }

  test.for<[string, (metadata: Metadata) => void, string]>([
    ['another version', (m) => (m.metadata_version = 1), 'No such metadata version: 1'],
    [
      'a wrong size',
      (m) => Object.assign(m.output[0] ?? {}, { filesize: 1 }),
      "File size 60 for modulemd.txt (expected 1) doesn't match. Corrupted upload?",
    ],
    [
      'a wrong checksum',
      (m) => Object.assign(m.output[0] ?? {}, { checksum: '0'.repeat(32) }),
      `File checksum mismatch for modulemd.txt: ${'0'.repeat(32)} != db0f9ee90e266ded2415f1fe3e6b7748`,
    ],
    [
      'a kind of checksum that is not known',
      (m) => Object.assign(m.output[0] ?? {}, { checksum_type: 'sha1' }),
      'Unsupported verify type: sha1',
    ],
    [
      'a kind of checksum that objects have by another name',
      (m) => Object.assign(m.output[0] ?? {}, { checksum_type: 'toString' }),
      'Unsupported verify type: toString',
    ],
    [
      'an output of no buildroot',
      (m) => Object.assign(m.output[0] ?? {}, { buildroot_id: 9 }),
      'Missing buildroot metadata for id 9',
    ],
    [
      'a buildroot of no output',
      (m) => m.buildroots.push({ ...structuredClone(m.buildroots[0]), id: 'other' }),
      'Buildroot id not used in output: "other"',
    ],
    [
      'a type that the build has not',
      (m) => Object.assign(m.output[0] ?? {}, { extra: { typeinfo: { image: {} } } }),
      'Output type image not listed in build types',
    ],
    [
      'a type that there is not',
      (m) => Object.assign(m.build.extra, { typeinfo: { module: {}, cake: {} } }),
      'No such entry in table btype: cake',
    ],
    [
      'a content generator that there is not',
      (m) => Object.assign(m.buildroots[0] ?? {}, { content_generator: { name: 'nobody', version: '1' } }),
      'No such entry in table content_generator: nobody',
    ],
    [
      'a component of no type',
      (m) => Object.assign(m.output[0] ?? {}, { components: [{ type: 'cake' }] }),
      'No such component type: cake',
    ],
    [
      'a dash in the version',
      (m) => (m.build.version = '1-2'),
      'The "-" character not allowed in version field',
    ],
    ['an owner whom nobody knows', (m) => (m.build['owner'] = 'x'), "No such user: 'x'"],
    [
      'a NUL',
      (m) => (m.build['source'] = 'a\u0000b'),
      'metadata.build.source has a character that cannot be stored',
    ],
    [
      'half of a pair',
      (m) => Object.assign(m.build.extra, { x: ['\ud800'] }),
      'metadata.build.extra.x.0 has a character',
    ],
    ['a time without end', (m) => (m.build['end_time'] = 1e20), 'build.end_time'],
    ['a number too large', (m) => (m.build['build_id'] = 1e12), 'build.build_id'],
    [
      'a depth without end',
      (m) => {
        let deep: unknown = 1
        for (let level = 0; level < 500; level++) deep = [deep]
        Object.assign(m.build.extra, { deep })
      },
      'is nested more than 100 levels deep',
    ],
    [
      'a component whose size is no number',
      (m) =>
        Object.assign(m.output[0] ?? {}, {
          components: [{ type: 'file', filename: 'a', filesize: 'x', checksum: '', checksum_type: 'md5' }],
        }),
      'a component of type file has no filesize that is a number',
    ],
    [
      'a component that nobody can have made',
      (m) => Object.assign(m.output[0] ?? {}, { components: [{ type: 'kojifile', archive_id: 1e15 }] }),
      'a component of type kojifile has no archive_id that is a number',
    ],
    ['no source', (m) => delete m.build['source'], 'build'],
    [
      'a name that leads elsewhere',
      (m) => Object.assign(m.output[0] ?? {}, { relpath: '../../etc' }),
      'leads out of the build',
    ],
    [
      'an output that did not come',
      (m) => ((m.output[0] as { filename: string }).filename = 'x.txt'),
      'No such file: x.txt',
    ],
  ])('%s is refused in the words of the hub', async ([, change, message]) => {
    const { status, json } = await importIt(changed(change))
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(json.message).toContain(message)
    expect((await send('GET', '/hub/builds/tracker-1-20260101000000.abcdef12')).status).toBe(404)
  })

  test('an archive whose ending nobody knows is refused', async () => {
    const metadata = changed((m) => Object.assign(m.output[0] ?? {}, { filename: 'modulemd.cake' }))
    const { status, json } = await importIt(metadata, { files: { ...files, 'modulemd.cake': document } })
    expect([status, json.message]).toEqual([400, 'unsupported file extension: modulemd.cake'])
  })

  test('without access it is refused, for administrators too', async () => {
    for (const user of ['stranger', 'kojiadmin']) {
      const { status, json } = await importIt(recorded, { user })
      expect([status, json.message]).toEqual([
        403,
        'Content generator access required (module-build-service)',
      ])
    }
    expect((await send('POST', '/hub/cg-import', new FormData(), 'nobody')).status).toBe(401)
  })

  test('a module is one build that can be tagged, and the same import again is the same build', async () => {
    const first = await importIt(recorded)
    expect(first.status).toBe(201)
    expect(first.json).toMatchObject({
      nvr: 'tracker-1-20260101000000.abcdef12',
      state: 'complete',
      types: ['module'],
      owner: 'mbs',
      content_generator: 'module-build-service',
      source: 'git://127.0.0.1:19418/tracker#abc',
    })
    expect(Date.parse(first.json.completion_time)).toBe(1_795_330_600_000)
    expect(await importIt(recorded)).toMatchObject({ status: 201, json: { id: first.json.id } })
    const build = await send('GET', `/hub/builds/${first.json.id}`)
    expect(build.json.typeinfo.module).toMatchObject({ name: 'tracker', modulemd_str: document })
    expect(build.json.archives.map((one) => [one.filename, one.checksum])).toEqual([
      ['modulemd.txt', 'db0f9ee90e266ded2415f1fe3e6b7748'],
      ['modulemd.x86_64.txt', 'db0f9ee90e266ded2415f1fe3e6b7748'],
    ])
    // Components that this hub does not know are no error; the log of the import names them.
    expect(build.json.logs.map((one) => one.filename)).toEqual(['build.log', 'cg_import.log'])
    const log = await house.ask(`/hub/builds/${first.json.id}/files/data/logs/cg_import.log`)
    expect(await log.text()).toContain('IGNORING unmatched rpm component')
  })

  test('only users with the permission module-build can import and reserve names of module builds', async () => {
    const rpm = (build: Record<string, unknown>) =>
      changed((m) => {
        Object.assign(m.build, build, { extra: { typeinfo: { image: {} } } })
        for (const one of m.buildroots) one['content_generator'] = { name: 'atomic-reactor', version: '1' }
        for (const one of m.output)
          if (one.type !== 'log') Object.assign(one, { extra: { typeinfo: { image: {} } }, components: [] })
      })
    const reserve = (name: Record<string, unknown>) =>
      send('POST', '/hub/cg-reservations/', { content_generator: 'atomic-reactor', ...name }, 'osbs')
    const asModule = changed((m) => {
      for (const one of m.buildroots) one['content_generator'] = { name: 'atomic-reactor', version: '1' }
    })
    for (const [answer, reason] of [
      [await importIt(asModule, { user: 'osbs' }), 'it is of the type module'],
      [
        await importIt(rpm({ name: 'spade', version: '1', release: '5.module+el8+7+0a1b2c3d' }), {
          user: 'osbs',
        }),
        'its release has the dist tag of a module build',
      ],
      [
        await importIt(rpm({ name: 'garden', version: '1' }), { user: 'osbs' }),
        'its name is that of a module build',
      ],
      [
        await reserve({ name: 'spade', version: '1', release: '5.scrmod+9+0a1b2c3d.2' }),
        'dist tag of a module build',
      ],
      [
        await reserve({ name: 'garden', version: '2', release: '7.0a1b2c3d' }),
        'its name is that of a module build',
      ],
      // A known stream, whose next version may be any.
      [
        await reserve({ name: 'tracker', version: '1', release: '8.mine' }),
        'its name is that of a module build',
      ],
    ] as const)
      expect([answer.status, answer.json.message]).toEqual([
        403,
        expect.stringMatching(
          new RegExp(`^module-build permission required \\(logged in as osbs\\) for .*: .*${reason}$`),
        ) as string,
      ])
    expect((await reserve({ name: 'tracker', version: '1.2', release: '8.mine' })).status).toBe(201)
  })

  test('other content under a name that is taken is refused, and so is a request that brings no files', async () => {
    const message = /^Build already exists: tracker-1-20260101000000\.abcdef12 \(id=\d+\)$/
    for (const attempt of [
      importIt(changed((m) => (m.build['source'] = 'git://elsewhere/'))),
      importIt(recorded, { files: {} }),
    ])
      expect(await attempt).toMatchObject({
        status: 409,
        json: { message: expect.stringMatching(message) as string },
      })
  })

  test('a name can be reserved, given back, and completed', async () => {
    const reserve = () =>
      send(
        'POST',
        '/hub/cg-reservations/',
        { content_generator: 'module-build-service', name: 'tracker', version: '2', release: '1' },
        'mbs',
      )
    const refund = (id: number, secret: string, state: string) =>
      send(
        'DELETE',
        `/hub/cg-reservations/${id}`,
        { content_generator: 'module-build-service', token: secret, state },
        'mbs',
      )
    const first = await reserve()
    expect(first).toMatchObject({
      status: 201,
      json: { token: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    })
    const { build_id: id, token: secret } = first.json
    expect(await reserve()).toMatchObject({ status: 409, json: { message: 'Build is already reserved' } })
    expect(await refund(id, 'zz', 'failed')).toMatchObject({
      status: 409,
      json: { message: `Token doesn't match build ID ${id}` },
    })
    expect(await refund(id, secret, 'complete')).toMatchObject({
      status: 400,
      json: { message: 'Only FAILED/CANCELED build states are allowed' },
    })
    expect((await refund(id, secret, 'canceled')).status).toBe(204)
    const again = await reserve()
    expect(again).toMatchObject({ status: 201, json: { build_id: id } })
    const metadata = changed((m) => Object.assign(m.build, { version: '2', release: '1', build_id: id }))
    expect(await importIt(metadata)).toMatchObject({
      status: 409,
      json: { message: `Token doesn't match build ID ${id}` },
    })
    const other = changed((m) => Object.assign(m.build, { version: '3', release: '1', build_id: id }))
    expect(await importIt(other, { token: again.json.token })).toMatchObject({ status: 409 })
    expect(await importIt(metadata, { token: again.json.token })).toMatchObject({
      status: 201,
      json: { id, state: 'complete', nvr: 'tracker-2-1' },
    })
    expect(
      await importIt(
        changed((m) => (m.build.version = '4')),
        { token: 'a' },
      ),
    ).toMatchObject({
      status: 400,
      json: { message: 'Reservation token given, but no build_id in metadata' },
    })
  })

  test('a form that cannot be read is the fault of whoever sends it', async () => {
    for (const [type, body] of [
      ['multipart/form-data', 'x'],
      ['multipart/form-data; boundary=b', '--b\r\ncontent-disposition: form-data; name="metadata"\r\n\r\n{'],
      ['application/json', '{}'],
    ] as const) {
      const headers = { authorization: `Bearer ${token('mbs')}`, 'content-type': type }
      const response = await house.ask('/hub/cg-import', { method: 'POST', headers, body })
      expect(response.status, type).toBe(400)
    }
  })

  test('a reservation that was completed answers whoever asks again, and keeps its epoch', async () => {
    const reservation = {
      content_generator: 'module-build-service',
      name: 'tracker',
      version: '9',
      release: '1',
      epoch: 2,
    }
    const { build_id: id, token: secret } = (await send('POST', '/hub/cg-reservations/', reservation, 'mbs'))
      .json
    const metadata = changed((m) => Object.assign(m.build, { version: '9', release: '1', build_id: id }))
    for (let times = 0; times < 2; times++)
      expect(await importIt(metadata, { token: secret })).toMatchObject({
        status: 201,
        json: { id, epoch: 2 },
      })
    const other = changed((m) =>
      Object.assign(m.build, { version: '9', release: '1', build_id: id, source: 'x' }),
    )
    expect((await importIt(other, { token: secret })).status).toBe(409)
  })

  test('a container is brought in as an importer does it, tagged, listed, and told apart by its type', async () => {
    const image = Buffer.alloc(3 * 1024 * 1024, 'layers of an image')
    const metadata = {
      metadata_version: 0,
      build: {
        name: 'hello-container',
        version: '1',
        release: '7',
        source: 'git://dist-git/containers/hello#0123456',
        start_time: '1795330000.5',
        end_time: 1_795_330_600.25,
        owner: 'osbs',
        extra: {
          container_koji_task_id: 99,
          typeinfo: { 'operator-manifests': undefined },
          image: { media_types: ['application/vnd.oci.image.manifest.v1+json'], parent_build_id: null },
        },
      },
      buildroots: [
        {
          id: 'x86_64-1',
          host: { os: 'rhel', arch: 'x86_64' },
          content_generator: { name: 'atomic-reactor', version: '4' },
          container: { type: 'docker', arch: 'x86_64' },
          tools: [],
          components: [],
        },
      ],
      output: [
        {
          buildroot_id: 'x86_64-1',
          filename: 'docker-image-sha256:0123.x86_64.tar.gz',
          arch: 'x86_64',
          filesize: image.length,
          checksum_type: 'md5',
          checksum: createHash('md5').update(image).digest('hex'),
          type: 'docker-image',
          components: [],
          extra: { image: { arch: 'x86_64' }, docker: { id: 'sha256:0123' } },
        },
        {
          buildroot_id: 'x86_64-1',
          filename: 'x86_64.log',
          arch: 'noarch',
          filesize: 4,
          checksum_type: 'md5',
          checksum: createHash('md5').update('log\n').digest('hex'),
          type: 'log',
        },
      ],
    }
    const uploads = { 'docker-image-sha256:0123.x86_64.tar.gz': new Uint8Array(image), 'x86_64.log': 'log\n' }
    const imported = await importIt(metadata, { user: 'osbs', files: uploads })
    expect(imported).toMatchObject({ status: 201, json: { nvr: 'hello-container-1-7', types: ['image'] } })
    await importIt(recorded)
    expect((await send('POST', '/hub/tags/', { name: 'f99-candidate' })).status).toBe(201)
    const put = (build: string, force = false) =>
      send('POST', '/hub/tags/f99-candidate/builds', { build, force })
    expect(await put('hello-container-1-7')).toMatchObject({
      status: 404,
      json: { message: 'Package hello-container not in list for f99-candidate' },
    })
    await send('PUT', '/hub/tags/f99-candidate/packages/hello-container', { owner: 'osbs' })
    expect((await put('hello-container-1-7')).status).toBe(201)
    expect((await put('tracker-1-20260101000000.abcdef12', true)).status).toBe(201)
    const listed = async (query: string) =>
      (await send('GET', `/hub/tags/f99-candidate/builds${query}`)).json.items.map((one) => one.nvr)
    expect(await listed('')).toEqual(['tracker-1-20260101000000.abcdef12', 'hello-container-1-7'])
    expect(await listed('?type=image')).toEqual(['hello-container-1-7'])
    expect(await listed('?type=module')).toEqual(['tracker-1-20260101000000.abcdef12'])
    const file = await house.ask(
      '/hub/builds/hello-container-1-7/files/files/image/docker-image-sha256:0123.x86_64.tar.gz',
    )
    expect(Buffer.from(await file.arrayBuffer()).equals(image)).toBe(true)
  })

  test('a module that says nothing of itself keeps a compose from being made, by its name', async () => {
    const odd = changed((m) => {
      Object.assign(m.build, { name: 'odd', version: '1', release: '1', extra: { typeinfo: { module: {} } } })
    })
    expect((await importIt(odd)).status).toBe(201)
    const candidates = 'test-modular-updates-candidate'
    await send('POST', '/hub/tags/', { name: candidates })
    await send('POST', `/hub/tags/${candidates}/builds`, { build: 'odd-1-1', force: true })
    const { id } = (await send('POST', '/composes/', { platform: 'test' })).json
    await expect
      .poll(async () => (await send('GET', `/composes/${id}`)).json)
      .toMatchObject({
        state_name: 'failed',
        state_reason: 'odd-1-1 cannot be composed: its module typeinfo lacks name',
      })
  })
})
