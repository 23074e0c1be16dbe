import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { FakeBuilder } from '../src/builders/fake/fake-builder.ts'
import { systemClock } from '../src/clock.ts'
import { connect, inTransaction } from '../src/database/index.ts'
import { InfraError } from '../src/errors.ts'
import { settled } from '../src/hub/index.ts'
import { LocalHub } from '../src/hub/local/index.ts'
import { Artifacts, MemoryStore } from '../src/artifacts/index.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type BuildView, type House, type HouseOptions } from './support/house.ts'

let house: House
afterEach(() => house.close())

/** Opens a house whose dist-git has these packages. */
async function open(packages: readonly string[], options: HouseOptions = {}): Promise<House> {
  house = await openHouse(options)
  for (const name of packages) await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
  return house
}

const story = (build: BuildView) => build.state_trace.map(({ state_name }) => state_name)

describe('a module build', () => {
  test('goes from a submission to ready, batch by batch, and tells it in order', async () => {
    const { distGit, submit, until, builder, messages } = await open(['a', 'b', 'c'])
    const response = await submit({
      ...(await distGit.module('m', moduleDocument({ a: 1, b: 2, c: 1 }))),
      owner: 'ada',
    })
    expect(response.status).toBe(201)
    const [submitted] = response.json as BuildView[]
    expect(submitted).toMatchObject({
      state_name: 'wait',
      state: 1,
      owner: 'ada',
      name: 'm',
      stream: '1',
      version: '20261101000003',
    })
    const build = await until(submitted?.id ?? 0, ({ state_name }) => state_name === 'ready')
    expect(story(build)).toEqual(['init', 'wait', 'build', 'done', 'ready'])
    const [macros, first, second, last] = builder().started
    expect([macros, new Set([first, second]), last]).toEqual([
      'module-build-macros',
      new Set(['a', 'c']),
      'b',
    ])
    expect(build.components.map(({ package: name, batch, state_name }) => [name, batch, state_name])).toEqual(
      [
        ['module-build-macros', 1, 'COMPLETE'],
        ['a', 2, 'COMPLETE'],
        ['c', 2, 'COMPLETE'],
        ['b', 3, 'COMPLETE'],
      ],
    )
    expect(build.koji_tag).toBe(`module-m-1-${build.version}-${build.context}`)
    // The service publishes messages after the commit of the change.
    const told = () =>
      messages
        .filter(({ topic, body }) => topic === 'module.state.change' && body['id'] === build.id)
        .map(({ body }) => body['state_name'])
    await expect.poll(told).toEqual(story(build))
    expect(messages[0]?.body).not.toHaveProperty('tasks')
  })

  test('whose component fails ends with its name and error, and the next batch never starts', async () => {
    const { distGit, build, builder } = await open(['a', 'b', 'c'], {
      script: { outcomes: { a: ['failed'] } },
    })
    const result = await build(await distGit.module('m', moduleDocument({ a: 1, b: 1, c: 2 })))
    expect(story(result)).toEqual(['init', 'wait', 'build', 'failed'])
    expect(result.state_reason).toMatch(
      /^Component\(s\) a failed to build\. a: it was told to fail \(whole log: mbs build log \d+ a\)$/,
    )
    expect(builder().started).not.toContain('c')
    expect(result.components.find(({ package: name }) => name === 'b')?.state_name).toBe('COMPLETE')
  })

  test('tries a component again that the backend has lost, and says which attempt it is', async () => {
    const { distGit, build } = await open(['a'], {
      script: { outcomes: { a: ['lost', 'lost', 'complete'] } },
    })
    const result = await build(await distGit.module('m', moduleDocument({ a: 1 })))
    expect(result.state_name).toBe('ready')
    expect(result.components.find(({ package: name }) => name === 'a')).toMatchObject({
      attempt: 3,
      state_name: 'COMPLETE',
    })
  })

  test('gives up a component that gets lost three times', async () => {
    const { distGit, build, builder } = await open(['a'], { script: { outcomes: { a: ['lost'] } } })
    const result = await build(await distGit.module('m', moduleDocument({ a: 1 })))
    expect(result.state_reason).toContain('Component(s) a failed to build. it was told to get lost')
    expect(builder().started.filter((name) => name === 'a')).toHaveLength(3)
  })

  test('never tries a component again that does not compile', async () => {
    const { distGit, build, builder } = await open(['a'], {
      script: { outcomes: { a: ['failed', 'complete'] } },
    })
    expect((await build(await distGit.module('m', moduleDocument({ a: 1 })))).state_name).toBe('failed')
    expect(builder().started.filter((name) => name === 'a')).toHaveLength(1)
  })

  test('waits for its repository between batches, and says so', async () => {
    const { distGit, submit, until } = await open(['a'], { script: { buildrootLooks: 3 } })
    const [submitted] = (await submit(await distGit.module('m', moduleDocument({ a: 1 }))))
      .json as BuildView[]
    const id = submitted?.id ?? 0
    await until(id, ({ waiting_for }) =>
      waiting_for.some(({ sentence }) => sentence.startsWith('the repository of module-m-1-')),
    )
    expect((await until(id, ({ state_name }) => state_name === 'ready')).waiting_for).toEqual([])
  })

  test('that is cancelled stops what runs, says who and why, and can be cancelled no more', async () => {
    const { distGit, submit, until, request } = await open(['a'], {
      script: { outcomes: { a: ['endless'] } },
    })
    const [submitted] = (await submit(await distGit.module('m', moduleDocument({ a: 1 }))))
      .json as BuildView[]
    const id = submitted?.id ?? 0
    await until(id, ({ waiting_for }) => waiting_for.some(({ sentence }) => sentence === 'a: rpmbuild'))
    const route = `/module-build-service/2/module-builds/${id}`
    expect(
      (await request('PATCH', route, { state: 'failed', owner: 'ada', reason: 'wrong branch' })).status,
    ).toBe(200)
    const build = await until(id, ({ components }) =>
      components.some(({ state_name }) => state_name === 'CANCELED'),
    )
    expect(build).toMatchObject({
      state_name: 'failed',
      state_reason: 'Canceled by ada. wrong branch',
      waiting_for: [],
    })
    const again = await request('PATCH', route, { state: 'failed' })
    expect(again).toMatchObject({
      status: 400,
      json: {
        error: 'Bad Request',
        message: expect.stringContaining('can no longer be cancelled') as string,
      },
    })
  })

  test('survives a restart of the service', async () => {
    const { distGit, submit, until, restart } = await open(['a'], { script: { openLooks: 5 } })
    const [submitted] = (await submit(await distGit.module('m', moduleDocument({ a: 1 }))))
      .json as BuildView[]
    const id = submitted?.id ?? 0
    await until(id, ({ state_name }) => state_name === 'build')
    await restart()
    expect((await until(id, ({ state_name }) => state_name === 'ready')).state_reason).toBe(
      'all checks passed',
    )
  })

  test('waits while something it leans on is away, and goes on when that is back', async () => {
    class Shaky extends FakeBuilder {
      private calls = 0
      override async connect(...plan: Parameters<FakeBuilder['connect']>): Promise<void> {
        if (this.calls++ === 0) throw new InfraError('hub', 'it is restarting')
        await super.connect(...plan)
      }
    }
    const { distGit, submit, until } = await open(['a'], { builder: (parts) => new Shaky(parts) })
    const [submitted] = (await submit(await distGit.module('m', moduleDocument({ a: 1 }))))
      .json as BuildView[]
    const id = submitted?.id ?? 0
    const waiting = await until(id, ({ waiting_for }) =>
      waiting_for.some(({ sentence }) => sentence.includes('attempt 2')),
    )
    expect(waiting.waiting_for[0]?.sentence).toBe(
      'the build root: tags, groups, base root; attempt 2 of 10: hub: it is restarting',
    )
    await until(id, ({ state_name }) => state_name === 'ready')
  })

  test('that a bug stops keeps its state and says so', async () => {
    class Broken extends FakeBuilder {
      override connect(): Promise<void> {
        return Promise.reject(new TypeError('x is undefined'))
      }
    }
    const { distGit, build } = await open(['a'], { builder: (parts) => new Broken(parts) })
    const result = await build(await distGit.module('m', moduleDocument({ a: 1 })))
    expect(result).toMatchObject({
      state_name: 'wait',
      stopped_by: expect.stringMatching(
        /^stopped by a bug \(effect \d+, connect-buildroot\): x is undefined$/,
      ) as string,
    })
  })

  test('without components becomes ready without building anything', async () => {
    const { distGit, build, builder } = await open([])
    expect((await build(await distGit.module('m', moduleDocument({})))).state_name).toBe('ready')
    expect(builder().started).toEqual([])
  })

  test('has the module NAME-devel beside it in the hub, a scratch build has none, and configuration may want none', async () => {
    const { distGit, submit, build, until, restart, request } = await open([])
    const develOf = async (name: string) => {
      const { json } = await request('GET', `/hub/builds/?type=module&package=${name}-devel`)
      const [found] = (json as { items: { nvr: string }[] }).items
      if (found === undefined) return undefined
      return (await request('GET', `/hub/builds/${encodeURIComponent(found.nvr)}`)).json as { tags: string[] }
    }
    expect((await build(await distGit.module('m', moduleDocument({})))).state_name).toBe('ready')
    // Even without any package for it.
    expect(await develOf('m')).toMatchObject({ tags: ['test-modular-devel-candidate'] })
    const { json } = await submit({ ...(await distGit.module('s', moduleDocument({}))), scratch: true })
    await until((json as BuildView[])[0]?.id ?? 0, ({ state_name }) => state_name === 'done')
    expect(await develOf('s')).toBeUndefined()
    await restart({ 'hub.develModules': false })
    expect((await build(await distGit.module('n', moduleDocument({})))).state_name).toBe('ready')
    expect(await develOf('n')).toBeUndefined()
  })

  test('is built against the newest ready build of what it requires', async () => {
    const { distGit, build } = await open(['a'])
    const first = await build(await distGit.module('lib', moduleDocument({ a: 1 })))
    const second = await build(await distGit.module('lib', moduleDocument({ a: 1 })))
    expect(second.version).not.toBe(first.version)
    const document = moduleDocument(
      { a: 1 },
      '  dependencies:\n  - buildrequires: {platform: [], lib: [1]}\n    requires: {platform: []}\n',
    )
    const result = await build(await distGit.module('app', document))
    expect(result.state_name).toBe('ready')
    expect(result.modulemd).toContain(`koji_tag: ${second.koji_tag ?? ''}`)
    expect(result.modulemd).not.toContain(`koji_tag: ${first.koji_tag ?? ''}`)
  })

  test('keeps out of build roots what its base has under the names of packages of required modules', async () => {
    const specs: string[] = []
    class Watched extends FakeBuilder {
      override build(...[plan, attempt]: Parameters<FakeBuilder['build']>): Promise<number> {
        if (plan.source.kind === 'generated') specs.push(...Object.values(plan.source.files))
        return super.build(plan, attempt)
      }
    }
    const { distGit, build, request, database } = await open(['a'], {
      builder: (parts) => new Watched(parts),
    })
    const connection = connect(database.url)
    const artifacts = new Artifacts({
      ...{ database: connection, store: new MemoryStore(), clock: systemClock },
      ...{ graceMs: 3_600_000, diskFreeBytesMin: 0 },
    })
    const hub = new LocalHub({ database: connection, artifacts, clock: systemClock })
    const digest = '0'.repeat(64)
    /** Tags a build of one version with these packages. */
    const tag = async (name: string, version: string, packages: readonly string[], tagName: string) => {
      const rpms = packages.map((text) => {
        const [, of = '', arch = ''] = /^(.*)\.(.*)$/.exec(text) ?? []
        const nevra = `${of}-0:${version}-1.${arch}`
        const parts = { name: of, version, release: '1', epoch: null, arch }
        return { ...parts, nevra, sha256: digest, size: 1, sigmd5: '', builtAt: null }
      })
      const nvr = { name, version, release: '1', epoch: null, source: null }
      await hub.recordOwnBuild({ ...nvr, rpms, buildroots: [], logs: [] })
      await settled(hub.tag(tagName, [`${name}-${version}-1`]))
    }
    await inTransaction(connection, 'artifact', (tx) =>
      sql`insert into artifacts (sha256, size, claimed_at) values (${digest}, 1, now())`.execute(tx),
    )
    await settled(hub.ensureTags([{ name: 'base-parent' }, { name: 'base' }]))
    await hub.setInheritance('base', ['base-parent'])
    await tag('zlib', '1', ['zlib.x86_64', 'zlib.src'], 'base')
    await tag('zlib', '2', ['zlib.x86_64', 'zlib.src', 'zlib-devel.x86_64', 'other.x86_64'], 'base')
    await tag('perl', '5', ['perl.noarch'], 'base-parent')
    await tag('same', '5', ['same.noarch'], 'base-parent')
    const platform = `document: modulemd
version: 2
data:
  name: platform
  stream: f31
  version: 3
  summary: s
  description: d
  license: {module: [MIT]}
  xmd: {mbs: {buildrequires: {}, commit: abc, mse: TRUE, koji_tag: base}}
  profiles: {buildroot: {rpms: [bash]}}
`
    const imported = await request('POST', '/module-build-service/2/import-module/', { modulemd: platform })
    expect(imported.status).toBe(201)
    const on = (more = '') =>
      moduleDocument(
        { a: 1 },
        `  dependencies:\n  - buildrequires: {platform: [f31]${more}}\n    requires: {platform: [f31]}\n`,
      )
    const lib = await build(await distGit.module('lib', on()))
    expect(lib.modulemd).not.toContain('ursine_rpms')
    await tag(
      'mine',
      '9',
      ['zlib.x86_64', 'zlib-devel.x86_64', 'perl.x86_64', 'other.src'],
      lib.koji_tag ?? '',
    )
    await tag('same', '5', ['same.noarch'], lib.koji_tag ?? '')
    const app = await build(await distGit.module('app', on(', lib: [1]')))
    expect(app.modulemd).toMatch(
      /\n {6}ursine_rpms:\n {6}- perl-0:5-1\.noarch\n {6}- zlib-0:2-1\.x86_64\n {6}- zlib-devel-0:2-1\.x86_64\n/,
    )
    const [spec = ''] = specs.slice(-2)
    expect(spec.match(/^Conflicts: .*$/gm)).toEqual([
      'Conflicts: perl = 0:5-1',
      'Conflicts: zlib = 0:2-1',
      'Conflicts: zlib-devel = 0:2-1',
    ])
    await connection.destroy()
  })
})
