import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moduleDocument } from './support/dist-git.ts'
import { FileServer } from './support/file-server.ts'
import { openHouse, type House } from './support/house.ts'
import { localConfig, spec } from './support/local.ts'

interface Build {
  nvr: string
  types: string[]
  tags: string[]
  typeinfo: { module: Record<string, unknown> }
  rpms: { nevra: string; file: string; sigmd5: string; signed: string[] }[]
  archives: { filename: string; rpms: number }[]
  logs: { subdir: string; filename: string }[]
  buildroots: { record: string }[]
}

interface Compose {
  state_name: string
  state_reason: string | null
  modules: string[]
  signing_key: string
  gpg_key: string
  repositories: Record<string, string>
}

/** Real packages, signed by a real key; a server has the files. */
describe('a module that is built', () => {
  const server = new FileServer()
  let house: House
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-shipping-'))
    house = await openHouse({
      config: { ...localConfig(), 'signing.mode': 'gpg', 'artifacts.url': await server.start() },
    })
    await house.distGit.commit('rpms/crate', 'main', {
      'crate.spec': spec('crate', {
        more: '%package doc\nSummary: d\n%description doc\nd',
        files: '/usr/share/crate\n%files doc',
      }),
    })
    const filter = '  filter:\n    rpms: [crate-doc]\n'
    const built = await house.build(
      await house.distGit.module('freight', moduleDocument({ crate: 1 }, filter)),
    )
    expect(built.state_reason).toBe('all checks passed')
  }, 120_000)
  afterAll(async () => {
    await house.close()
    await server.stop()
    await rm(folder, { recursive: true })
  })

  const get = async <T>(route: string) => (await house.request('GET', route)).json as T
  const file = async (build: string, name: string) =>
    (await house.request('GET', `/hub/builds/${encodeURIComponent(build)}/files/${name}`)).text

  async function find(type: string): Promise<Build> {
    const { items } = await get<{ items: { nvr: string; name: string }[] }>(
      `/hub/builds/?per_page=100&type=${type}`,
    )
    const found = items.find(({ name }) => !['module-build-macros', 'freight-devel'].includes(name))
    return get(`/hub/builds/${encodeURIComponent(found?.nvr ?? '')}`)
  }

  async function compose(): Promise<Compose> {
    const { id } = (await house.request('POST', '/composes/', { platform: 'host' })).json as { id: number }
    for (let looks = 0; looks < 600; looks++) {
      const one = await get<Compose>(`/composes/${id}`)
      if (one.state_name !== 'requested') return one
      await sleep(100)
    }
    throw new Error(`compose ${id} did not end`)
  }

  test('is one build of the hub, with a document for each arch, its components and a log', async () => {
    const build = await find('module')
    expect(build).toMatchObject({ types: ['module'], tags: ['host-modular-updates-candidate'] })
    expect(build.typeinfo.module).toMatchObject({
      name: 'freight',
      stream: '1',
      content_koji_tag: expect.stringMatching(/^module-freight-1-/) as string,
    })
    expect(build.archives).toMatchObject([
      { filename: 'modulemd.src.txt', rpms: 1 },
      { filename: 'modulemd.txt', rpms: 3 },
      { filename: 'modulemd.x86_64.txt', rpms: 2 },
    ])
    expect(build.logs).toMatchObject([{ filename: 'build.log' }])
    expect(await file(build.nvr, 'data/logs/build.log')).toMatch(/^batch 2 crate crate-1\.0-1\.module/m)
    const published = await file(build.nvr, 'files/module/modulemd.x86_64.txt')
    expect(published).toMatch(/^ {4}- crate-0:1\.0-1\.module\S+\.noarch$/m)
    expect(published).not.toMatch(/crate-doc-0:/)
  })

  test('has another build beside it, with what it does not ship, of which no compose is made', async () => {
    const { nvr, version } = (await find('module')).typeinfo.module as Record<string, string>
    const { items } = await get<{ items: { nvr: string }[] }>(
      '/hub/builds/?type=module&package=freight-devel',
    )
    expect(items.map((one) => one.nvr)).toEqual([expect.stringMatching(`^freight-devel-1-${version ?? ''}`)])
    const build = await get<Build>(`/hub/builds/${encodeURIComponent(items[0]?.nvr ?? nvr ?? '')}`)
    expect(build.tags).toEqual(['host-modular-devel-candidate'])
    expect(build.archives).toMatchObject([
      { filename: 'modulemd.src.txt', rpms: 1 },
      { filename: 'modulemd.txt', rpms: 3 },
      { filename: 'modulemd.x86_64.txt', rpms: 1 },
    ])
    const published = await file(build.nvr, 'files/module/modulemd.x86_64.txt')
    expect(published).toMatch(/^ {4}- crate-doc-0:1\.0-1\.module\S+\.noarch$/m)
    expect(published).not.toMatch(/crate-0:/)
    expect(published).toMatch(/^ {6}freight: \["?1"?\]$/m)
  })

  test('keeps of each component what it was built in: packages, sources and macros', async () => {
    const build = await find('rpm')
    expect(build.logs).toContainEqual(expect.objectContaining({ subdir: 'x86_64', filename: 'build.log' }))
    expect(build.buildroots).toHaveLength(1)
    const record = JSON.parse(await file(build.nvr, 'buildroots/1.json')) as {
      packages: string[]
      source: string
      sources: { name: string; sha256: string }[]
      macros: Record<string, string>
    }
    expect(record.packages).toContainEqual(expect.stringMatching(/^rpm-\d+:\S+\.x86_64$/))
    expect(record.packages).toContainEqual(expect.stringMatching(/^module-build-macros-0:/))
    expect(record.source).toMatch(/rpms\/crate#[0-9a-f]{40}$/)
    expect(record.sources).toEqual([
      { name: 'crate.spec', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    ])
    expect(record.macros['_module_name']).toBe('freight')
    expect(record.macros['dist']).toMatch(/^\.module\+host\+/)
    const nevra = build.rpms.find(({ nevra: name }) => name.endsWith('.noarch'))?.nevra ?? ''
    const header = await get<{ modularityLabel: string; sourceRpm: string }>(
      `/hub/builds/${encodeURIComponent(build.nvr)}/headers/${encodeURIComponent(nevra)}`,
    )
    expect(header.modularityLabel).toMatch(/^freight:1:/)
    expect(header.sourceRpm).toBe(`${build.nvr}.src.rpm`)
  })

  test('is composed with signatures that verify, and with those of a new key after a rotation', async () => {
    const first = await compose()
    expect(first).toMatchObject({
      state_name: 'finished',
      signing_key: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
    })
    await verifies(first)
    const made = (await house.request('POST', '/hub/keys/')).json as { id: string }
    const second = await compose()
    expect(second.signing_key).toBe(made.id)
    expect(made.id).not.toBe(first.signing_key)
    await verifies(second)
    await verifies(first)
    const { rpms } = await find('rpm')
    const shipped = rpms.filter(({ file: name }) => !name.includes('crate-doc'))
    expect(shipped).toHaveLength(2)
    for (const { signed } of shipped)
      expect(signed.sort()).toEqual([first.signing_key, second.signing_key].sort())
    const keys = await get<{ items: { id: string; retired_at: string | null }[] }>('/hub/keys/')
    expect(keys.items.map(({ id, retired_at }) => [id, retired_at === null])).toEqual([
      [second.signing_key, true],
      [first.signing_key, false],
    ])
  })

  test('of a stream that is retired is composed with the document that says so', async () => {
    const said = { eol: '2999-12-31', reason: 'its packages moved', obsoleted_by: 'freight:2' }
    expect((await house.request('PUT', `/retirements/freight/1`, said)).status).toBe(200)
    const { repositories } = await compose()
    const [repository = ''] = Object.values(repositories)
    const metadata = await (await fetch(`${house.url()}${repository}repodata/repomd.xml`)).text()
    const [, place = ''] = /<location href="([^"]*modules[^"]*)"/.exec(metadata) ?? []
    const response = await fetch(`${house.url()}${repository}${place}`)
    const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString()
    expect(text).toContain('document: modulemd-obsoletes')
    expect(text).toMatch(/eol_date: ["']?2999-12-31T00:00Z/)
    expect(text).toContain('message: its packages moved')
    await house.request('DELETE', `/retirements/freight/1`)
  })

  const candidates = '/hub/tags/host-modular-updates-candidate/builds'

  test('whose component was reused is ready again and again, and is composed with it', async () => {
    for (const summary of ['second', 'third']) {
      const document = moduleDocument({ crate: 1 }, '  filter:\n    rpms: [crate-doc]\n').replace(
        /summary: .*/,
        `summary: ${summary}`,
      )
      const again = await house.build(await house.distGit.module('freight', document))
      expect(again.state_reason).toBe('all checks passed')
      expect(again.components.map(({ state_reason }) => state_reason)).toEqual([
        'Reused component from previous module build',
      ])
    }
    const one = await compose()
    expect(one.modules).toHaveLength(1)
    await verifies(one)
  })

  test('cannot be replaced by a package of another module: by name, with its dist tag or without one', async () => {
    const { nvr } = await find('rpm')
    const release = nvr.replace(/^crate-1\.0-/, '')
    const named = (of: string) =>
      `%package -n crate\nSummary: i\nVersion: 1.0\nRelease: ${of}\n%description -n crate\nAn impostor.`
    const impostor = (name: string, of: string) =>
      spec(name, { more: named(of), files: `/usr/share/${name}\n%files -n crate` })
    await house.distGit.commit('rpms/taker', 'main', { 'taker.spec': impostor('taker', release) })
    await house.distGit.commit('rpms/plain', 'main', { 'plain.spec': impostor('plain', '1') })
    const bare = spec('bare', { build: 'exit 1' }).replace('%{?dist}', '')
    await house.distGit.commit('rpms/bare', 'main', { 'bare.spec': bare })
    // createrepo_c would omit it from a repository without any message.
    const loud = spec('loud').replace('- First', '- Fir\x1b[1mst')
    await house.distGit.commit('rpms/loud', 'main', { 'loud.spec': loud })
    const packages = moduleDocument({ taker: 1, plain: 1, bare: 1, loud: 1 })
    const source = await house.distGit.module('aaa', packages)
    const { state_name: state, components } = await house.build(source)
    expect(state).toBe('failed')
    const reasonOf = (name: string) =>
      components.find((component) => component.package === name)?.state_reason ?? ''
    expect(reasonOf('taker')).toContain(
      `crate-1.0-${release}.noarch: its release ${release} has the dist tag of another module build`,
    )
    expect(reasonOf('plain')).toContain('crate-1.0-1.noarch: its release 1 lacks the dist tag')
    expect(reasonOf('loud')).toMatch(/^loud-1\.0-1\S+\.rpm: its changelog has a control character/)
    // The service checks its source package, so no compilation begins.
    expect(reasonOf('bare')).toMatch(
      /^bare-1\.0-1\.src: its release 1 lacks the dist tag.*write %\{\?dist\} into the Release/,
    )
  })

  test('accepts an import of its own packages, also of signed copies, and refuses other packages under their names', async () => {
    const { repositories } = await compose()
    const [repository = ''] = Object.values(repositories)
    const { nvr } = await find('rpm')
    const file = `${nvr}.noarch.rpm`
    const bytes = async (route: string) => Buffer.from(await (await house.ask(route)).arrayBuffer())
    const signed = await bytes(`${repository}Packages/${encodeURIComponent(file)}`)
    const place = `/hub/builds/${encodeURIComponent(nvr)}/files/noarch/${encodeURIComponent(file)}`
    const plain = await bytes(place)
    expect(signed.equals(plain)).toBe(false)
    const { id } = await get<{ id: number }>(`/hub/builds/${encodeURIComponent(nvr)}`)
    for (const content of [plain, signed])
      expect(await importRpm(nvr, file, content)).toMatchObject({ status: 201, json: { id } })
    const [, name = '', version = '', release = ''] = /^(.+)-([^-]+)-([^-]+)$/.exec(nvr) ?? []
    const other = withContent(plain, (content) => Buffer.concat([content, Buffer.from('more')]))
    expect(await importRpm(nvr, file, other)).toMatchObject({
      status: 409,
      json: { message: `Build already exists: ${nvr} (id=${id})` },
    })
    // From another source package, whose name has the same length.
    const thief = `creek-${version}-${release}`
    const stolen = withContent(plain, (content) =>
      Buffer.from(content.toString('latin1').replaceAll(`${nvr}.src.rpm`, `${thief}.src.rpm`), 'latin1'),
    )
    expect(await importRpm(thief, file, stolen)).toMatchObject({
      status: 409,
      json: {
        message: expect.stringContaining(
          `${name}-0:${version}-${release}.noarch is a package of the build ${nvr} already`,
        ) as string,
      },
    })
    const loud = withContent(plain, (content) =>
      Buffer.from(content.toString('latin1').replace('A package of', '\x1b package of'), 'latin1'),
    )
    expect(await importRpm(nvr, file, loud)).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining('its summary has a control character') as string },
    })
    // As a file name it would be that of crate-1, version 0.
    const dashed = withContent(plain, (content) =>
      Buffer.from(content.toString('latin1').replace('crate\0' + '1.0\0', 'crate\0' + '1-0\0'), 'latin1'),
    )
    expect(await importRpm(nvr, file, dashed)).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining('"1-0" cannot be the version of a package') as string },
    })
    const liar = Buffer.concat([plain, Buffer.from('more')])
    expect(await importRpm(nvr, file, liar)).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining('its content has the MD5') as string },
    })
  })

  test('from elsewhere is composed with the packages that its import names, and with no package of the tag that it claims', async () => {
    const { rpms } = await find('rpm')
    const { typeinfo } = await find('module')
    const tag = String(typeinfo.module['content_koji_tag'])
    const components = rpms.map(({ nevra, sigmd5 }) => componentOf(nevra, sigmd5))
    await importModule('foreign', tag, components)
    await importModule('thief', tag, [])
    // The name refers to one content in the import and to another one here.
    await importModule(
      'other',
      tag,
      rpms.map(({ nevra }) => componentOf(nevra, '0'.repeat(32))),
    )
    for (const name of ['foreign', 'thief', 'other']) {
      const one = { build: `${name}-1-7.c0ffee00`, force: true }
      expect((await house.request('POST', candidates, one)).status).toBe(201)
    }
    // Two modules share a package; the compose has it once.
    const both = await compose()
    expect(both.state_reason).toBeNull()
    expect(both.modules).toEqual([
      'foreign:1:7:c0ffee00',
      expect.stringMatching(/^freight:1:/) as string,
      'other:1:7:c0ffee00',
      'thief:1:7:c0ffee00',
    ])
    await verifies(both)
    for (const { nvr } of await modulesNamed('freight'))
      await house.request('DELETE', `${candidates}/${encodeURIComponent(nvr)}`)
    const alone = await compose()
    expect(alone.modules).toEqual(['foreign:1:7:c0ffee00', 'other:1:7:c0ffee00', 'thief:1:7:c0ffee00'])
    await verifies(alone)
    await house.request('DELETE', `${candidates}/foreign-1-7.c0ffee00`)
    const nobody = await compose()
    expect(nobody.state_reason).toBeNull()
    expect(await packagesIn(nobody)).toBe(0)
    for (const name of ['thief', 'other']) await house.request('DELETE', `${candidates}/${name}-1-7.c0ffee00`)
  })

  test('with a package missing from its tag fails every compose, and the error names the module', async () => {
    const [newest] = await modulesNamed('freight')
    const { typeinfo } = await get<Build>(`/hub/builds/${encodeURIComponent(newest?.nvr ?? '')}`)
    const tag = String(typeinfo.module['content_koji_tag'])
    const { nvr } = await find('rpm')
    expect((await house.request('POST', candidates, { build: newest?.nvr, force: true })).status).toBe(201)
    const place = `/hub/tags/${encodeURIComponent(tag)}/builds`
    expect((await house.request('DELETE', `${place}/${encodeURIComponent(nvr)}`)).status).toBe(204)
    const { state_reason: reason } = await compose()
    expect(reason).toMatch(
      /^freight:1:\S+ lists crate-0:1\.0-1\S+, which is no longer in its tag module-freight-1-\S+: add the build/,
    )
    expect((await house.request('POST', place, { build: nvr, force: true })).status).toBe(201)
    expect((await compose()).state_reason).toBeNull()
  })

  async function modulesNamed(name: string): Promise<{ nvr: string }[]> {
    const { items } = await get<{ items: { nvr: string }[] }>(`/hub/builds/?type=module&package=${name}`)
    return items
  }

  /** Returns the number of packages in a compose for its only arch. */
  async function packagesIn({ repositories }: Compose): Promise<number> {
    const [repository = ''] = Object.values(repositories)
    const metadata = await (await fetch(`${house.url()}${repository}repodata/repomd.xml`)).text()
    const [, place = ''] = /<location href="([^"]*primary\.xml[^"]*)"/.exec(metadata) ?? []
    const response = await fetch(`${house.url()}${repository}${place}`)
    const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString()
    return Number(/packages="(\d+)"/.exec(text)?.[1])
  }

  function componentOf(nevra: string, sigmd5: string) {
    const [, name, version, release, arch] = /^(.+)-\d+:([^-]+)-([^-]+)\.([^.]+)$/.exec(nevra) ?? []
    return { type: 'rpm', name, version, release, epoch: null, arch, sigmd5 }
  }

  const arch = 'x86_64'
  const buildroots = [
    {
      id: 1,
      host: { os: 'elsewhere', arch },
      content_generator: { name: 'module-build-service', version: '1' },
      container: { type: 'none', arch },
      tools: [],
      components: [],
    },
  ]
  const outputOf = (filename: string, content: string | Buffer) => ({
    buildroot_id: 1,
    filename,
    filesize: Buffer.byteLength(content),
    checksum_type: 'sha256',
    checksum: createHash('sha256').update(content).digest('hex'),
  })

  async function bringIn(build: object, output: object, filename: string, content: string | Buffer) {
    const times = { source: null, start_time: 1, end_time: 2 }
    const metadata = { metadata_version: 0, build: { ...build, ...times }, buildroots, output: [output] }
    const form = new FormData()
    form.append('metadata', JSON.stringify(metadata))
    form.append(filename, new Blob([Buffer.from(content)]), filename)
    const response = await house.ask('/hub/cg-import', { method: 'POST', body: form })
    return { status: response.status, json: await response.json() }
  }

  /** Imports the document of freight under another name, as another service would. */
  async function importModule(name: string, tag: string, components: object[]): Promise<void> {
    const filename = 'modulemd.x86_64.txt'
    const text = await file((await find('module')).nvr, `files/module/${filename}`)
    const document = text.replace('name: freight', `name: ${name}`)
    const info = { name, stream: '1', version: '7', context: 'c0ffee00', modulemd_str: document }
    const build = {
      ...{ name, version: '1', release: '7.c0ffee00' },
      extra: { typeinfo: { module: { ...info, content_koji_tag: tag } } },
    }
    const output = {
      ...outputOf(filename, document),
      arch,
      type: 'file',
      extra: { typeinfo: { module: {} } },
    }
    expect((await bringIn(build, { ...output, components }, filename, document)).status).toBe(201)
  }

  async function importRpm(nvr: string, filename: string, content: Buffer) {
    const [, name, version, release] = /^(.+)-([^-]+)-([^-]+)$/.exec(nvr) ?? []
    const output = { ...outputOf(filename, content), arch: 'noarch', type: 'rpm', components: [] }
    return bringIn({ name, version, release, extra: {} }, output, filename, content)
  }

  /** Returns a package with other content, whose signature header has the right digest of it. */
  function withContent(rpm: Buffer, change: (content: Buffer) => Buffer): Buffer {
    const sizeOf = (at: number) => 16 + 16 * rpm.readUInt32BE(at + 8) + rpm.readUInt32BE(at + 12)
    const start = Math.ceil((96 + sizeOf(96)) / 8) * 8
    const md5 = (content: Buffer) => createHash('md5').update(content).digest()
    const content = change(rpm.subarray(start))
    const signature = Buffer.from(rpm.subarray(0, start))
    md5(content).copy(signature, signature.indexOf(md5(rpm.subarray(start))))
    return Buffer.concat([signature, content])
  }

  /** Checks that the key of a compose has signed its metadata and its package. */
  async function verifies({ gpg_key, signing_key, repositories }: Compose): Promise<void> {
    const scratch = await mkdtemp(path.join(folder, 'verify-'))
    const at = (name: string) => path.join(scratch, name)
    const repository = Object.values(repositories)[0] ?? ''
    const fetched = async (route: string, name: string) => {
      const response = await house.ask(route)
      expect(response.status, route).toBe(200)
      await writeFile(at(name), Buffer.from(await response.arrayBuffer()))
    }
    await fetched(gpg_key, 'key')
    await fetched(`${repository}repodata/repomd.xml`, 'repomd.xml')
    await fetched(`${repository}repodata/repomd.xml.asc`, 'repomd.xml.asc')
    const run = promisify(execFile)
    const home = ['--homedir', await mkdtemp(path.join(scratch, 'h-'))]
    await run('gpg', [...home, '--batch', '--import', at('key')])
    await run('gpg', [...home, '--batch', '--verify', at('repomd.xml.asc'), at('repomd.xml')])
    const { nvr } = await find('rpm')
    await fetched(`${repository}Packages/${encodeURIComponent(nvr)}.noarch.rpm`, 'crate.rpm')
    const database = ['--dbpath', at('rpmdb')]
    await run('rpmkeys', [...database, '--import', at('key')])
    const { stdout } = await run('rpmkeys', [...database, '-Kv', at('crate.rpm')])
    expect(stdout).toMatch(new RegExp(`Header V4 RSA/SHA256 Signature, key ID ${signing_key}: OK`))
  }
})
