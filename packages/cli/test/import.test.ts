import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { writeRepodata } from '@mbs/repodata'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moduleDocument } from '../../service/test/support/dist-git.ts'
import { openHouse, type House } from '../../service/test/support/house.ts'
import { localConfig, spec } from '../../service/test/support/local.ts'
import { compareModules } from '../src/commands/import/diff-upstream.ts'
import { levelsOf } from '../src/commands/import/rebuild.ts'
import { readDrafts } from '@mbs/modulemd'

const command = path.join(import.meta.dirname, '..', 'bin', 'mbs')
let house: House
let folder: string
beforeAll(async () => {
  house = await openHouse({ config: { platforms } })
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-cli-import-'))
  await mkdir(path.join(folder, 'repository'))
  for (const name of ['lib', 'app']) {
    await house.distGit.commit(`rpms/${name}`, 'c8-stream-1', { [`${name}.spec`]: '' })
    await makePackage(name)
  }
  await writeRepodata({
    packages: path.join(folder, 'repository'),
    output: path.join(folder, 'repository'),
    modules: published,
    run: async ([program = '', ...args]) => {
      const { exitCode = 1, stderr } = await execa(program, args, { reject: false })
      return { code: exitCode, stderr }
    },
  })
})
afterAll(async () => {
  await house.close()
  await rm(folder, { recursive: true })
})

async function mbs(...args: string[]) {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: os.homedir(), MBS_URL: house.url() }
  const { exitCode, stdout, stderr } = await execa(command, args, { env, extendEnv: false, reject: false })
  return { code: exitCode, stdout, stderr }
}

async function makePackage(name: string): Promise<void> {
  const top = path.join(folder, 'rpmbuild')
  await mkdir(top, { recursive: true })
  await writeFile(path.join(top, `${name}.spec`), spec(name))
  const dist = ['--define', `dist .${distTag}`]
  await execa('rpmbuild', ['-bb', '--define', `_topdir ${top}`, ...dist, path.join(top, `${name}.spec`)])
  const file = `${name}-1.0-1.${distTag}.noarch.rpm`
  await execa('cp', [path.join(top, 'RPMS', 'noarch', file), path.join(folder, 'repository', file)])
}

const distTag = 'module+el8.6.0+7+0123abcd'

const platforms = {
  test: {
    repositories: [{ name: 'none', url: 'file:///nonexistent' }],
    buildGroup: ['bash'],
    arches: ['x86_64'],
    virtualStreams: ['el8'],
  },
}

/** Two modules as an EL repository publishes them, without the data of the build service. */
const published = ['app', 'lib']
  .map(
    (name) => `---
document: modulemd
version: 2
data:
  name: ${name}
  stream: "1"
  version: 8060020220101000000
  context: 9f9e2e7e
  arch: x86_64
  summary: A module of others
  description: Published
  license: {module: [MIT], content: [MIT]}
  dependencies:
  - buildrequires: {platform: [el8.6.0]${name === 'app' ? ', lib: ["1"]' : ''}}
    requires: {platform: [el8]${name === 'app' ? ', lib: ["1"]' : ''}}
  api: {rpms: [${name}]}
  components:
    rpms:
      ${name}: {rationale: r, ref: 0123456789abcdef0123456789abcdef01234567}
  artifacts: {rpms: ["${name}-0:1.0-1.${distTag}.noarch", "${name}-0:1.0-1.${distTag}.src"]}
...
`,
  )
  .join('')

const nsvc = (name: string, context = '9f9e2e7e') => `${name}:1:8060020220101000000:${context}`

describe('published modules', () => {
  test('are built again under their own names, each after what it is built against', async () => {
    const file = path.join(folder, 'modules.yaml')
    await writeFile(file, published)
    const options = ['--rebuild', '--platform', 'test', '--ref', 'c8-stream-{stream}']
    const planned = await mbs('import', file, ...options, '--plan', '--module', 'lib')
    expect([planned.code, planned.stdout]).toEqual([
      0,
      expect.stringContaining(`${nsvc('lib')}\n  built against platform:test`),
    ])
    const rebuilt = await mbs('import', file, ...options)
    expect([rebuilt.code, rebuilt.stdout, rebuilt.stderr]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(`^${nsvc('lib')}: build \\d+ is ready\n${nsvc('app')}: build \\d+ is ready$`),
      ),
      '',
    ])
    const [lib = 0] = [...rebuilt.stdout.matchAll(/build (\d+)/g)].map(([, id]) => Number(id))
    const build = await house.show(lib)
    expect(build.modulemd).toContain('ref: c8-stream-1')
    expect(build.modulemd).toContain('static_context: true')
    expect(build.dist_tag).toBe(distTag)
    // A second run finds the builds and does not build again.
    expect((await mbs('import', file, ...options)).stdout).toBe(rebuilt.stdout)
    const refused = await mbs('import', file, '--rebuild', '--plan', '--ref', '{branch}', '--module', 'lib')
    expect([refused.code, refused.stdout]).toEqual([
      1,
      `${nsvc('lib')}: {branch} is unknown in a ref; use {stream} or {name}`,
    ])
  })

  test('differ from what was built of them by what the fake builder has not made', async () => {
    const { code, stdout } = await mbs('diff-upstream', path.join(folder, 'repository'), '--module', 'lib')
    expect([code, stdout.split('\n')]).toEqual([
      1,
      [
        nsvc('lib'),
        `  packages: - lib-0:1.0-1.${distTag}.noarch`,
        `  packages: - lib-0:1.0-1.${distTag}.src`,
        '1 of 1 modules differ',
      ],
    ])
  })

  test('are imported from a repository with their packages, which others are built with', async () => {
    await writeFile(path.join(folder, 'other.yaml'), published.replaceAll('9f9e2e7e', '0ther'))
    const repository = path.join(folder, 'repository')
    // The service keeps its own build of the module.
    const taken = await mbs('import', repository, '--module', 'lib')
    expect([taken.code, taken.stdout]).toEqual([
      1,
      expect.stringMatching(
        new RegExp(`^${nsvc('lib')}: ${nsvc('lib')} was built here \\(module build \\d+\\)`),
      ),
    ])
    const imported = await mbs(
      '--json',
      'import',
      path.join(folder, 'other.yaml'),
      '--packages',
      repository,
      '--module',
      'lib',
    )
    expect([imported.code, imported.stderr, JSON.parse(imported.stdout)]).toEqual([
      0,
      '',
      [{ module: nsvc('lib', '0ther'), messages: [`Module ${nsvc('lib', '0ther')} imported`] }],
    ])
    const { json } = await house.request(
      'GET',
      `/module-build-service/2/module-builds/?verbose=true&nsvc=${nsvc('lib', '0ther')}`,
    )
    const [build] = (json as { items: { koji_tag: string; state_name: string; buildrequires: object }[] })
      .items
    expect(build).toMatchObject({
      state_name: 'ready',
      koji_tag: 'module-lib-1-8060020220101000000-0ther',
      buildrequires: { platform: { stream: 'test' } },
    })
    const tagged = await house.request('GET', `/hub/tags/${build?.koji_tag ?? ''}/rpms`)
    expect(tagged.json).toMatchObject({ items: [{ nevra: `lib-0:1.0-1.${distTag}.noarch` }] })
    // A second import updates the module and does not import its packages again.
    expect(
      (await mbs('import', path.join(folder, 'other.yaml'), '--packages', repository, '--module', 'lib'))
        .stdout,
    ).toBe(`Updating existing module build ${nsvc('lib', '0ther')}.\nModule ${nsvc('lib', '0ther')} imported`)
    const same = await mbs('diff-upstream', repository, repository)
    expect([same.code, same.stdout]).toEqual([0, '2 modules are the same'])
    const bad = path.join(folder, 'bad.yaml')
    await writeFile(bad, published.replace('rpms: ["lib-0', 'rpms: [lib-1-1.noarch, "lib-0'))
    const cut = await mbs('--json', 'diff-upstream', bad, repository, '--module', 'app', 'lib')
    expect([cut.code, cut.stderr]).toEqual([
      1,
      expect.stringMatching(/^mbs: left out: \S+bad\.yaml: line \d+, .*"lib-1-1\.noarch" is not a NEVRA/),
    ])
    expect(JSON.parse(cut.stdout)).toMatchObject({ left_out: [expect.stringMatching(/bad\.yaml/)] })
  })

  test('of another service are taken by its API, the newest of each stream', async () => {
    const other = await openHouse({ config: { platforms } })
    try {
      const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: os.homedir(), MBS_URL: other.url() }
      const run = (...args: string[]) => execa(command, args, { env, extendEnv: false, reject: false })
      const address = `${house.url()}/module-build-service/2/`
      const { exitCode, stdout } = await run('import', address, '--module', 'app', 'lib')
      expect([exitCode, stdout.split('\n')]).toEqual([
        0,
        [
          'platform:test is already imported',
          `Module ${nsvc('app')} imported`,
          `Module ${nsvc('lib', '0ther')} imported`,
          `Module ${nsvc('lib')} imported`,
        ],
      ])
      // The service does not import their packages, so it cannot build with these modules.
      const on = '  dependencies:\n  - buildrequires: {platform: [], app: []}\n    requires: {}\n'
      await other.distGit.commit('rpms/user', 'main', { 'user.spec': '' })
      const build = await other.build(await other.distGit.module('user', moduleDocument({ user: 1 }, on)))
      expect(build.state_reason).toMatch(
        /^the hub has no tag module-app-1-\d+-9f9e2e7e, .* its module was imported without its packages/,
      )
      expect(
        (await run('import', `${other.url()}/module-build-service/2/`, '--module', 'none')).stderr,
      ).toContain('has no stream of none')
    } finally {
      await other.close()
    }
  })

  test('that came with their packages are in real build roots, and profiles install with them', async () => {
    const real = await openHouse({
      config: { ...localConfig(), platforms: { host: { generated: true, virtualStreams: ['el8'] } } },
    })
    try {
      const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: os.homedir(), MBS_URL: real.url() }
      const repository = path.join(folder, 'repository')
      const imported = await execa(command, ['import', repository, '--module', 'lib'], {
        env,
        extendEnv: false,
      })
      expect(imported.stdout).toBe(`Module ${nsvc('lib')} imported`)
      const sections = { requires: 'BuildRequires: lib\nRequires: lib', build: 'test -f /usr/share/lib/file' }
      await real.distGit.commit('rpms/user', 'main', { 'user.spec': spec('user', sections) })
      const on =
        '  dependencies:\n  - buildrequires: {platform: [el8], lib: ["1"]}\n    requires: {platform: [el8], lib: ["1"]}\n' +
        '  profiles:\n    default: {rpms: [user]}\n'
      const build = await real.build(await real.distGit.module('user', moduleDocument({ user: 1 }, on)))
      expect(build.state_reason).toBe('all checks passed')
    } finally {
      await real.close()
    }
  })

  test('that cannot be had say why', async () => {
    expect((await mbs('import', path.join(folder, 'nowhere.yaml'))).stderr).toContain('cannot be read')
    const missing = await mbs('import', path.join(folder, 'modules.yaml'), '--packages', folder)
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('is it a repository?')])
  })
})

const streamsOf = (text: string) =>
  readDrafts(text).index.documents.filter((document) => document.kind === 'modulemd')

test('those that need each other in a circle come last', () => {
  const streams = streamsOf(`${published}${published.replaceAll(/name: (lib|app)/g, 'name: $1-x')}`)
  const levels = (list: typeof streams) => levelsOf(list).map((level) => level.map(({ name }) => name))
  expect(levels(streams)).toEqual([
    ['lib', 'lib-x'],
    ['app', 'app-x'],
  ])
  const circle = streamsOf(published.replace('[el8.6.0]}', '[el8.6.0], app: ["1"]}'))
  expect(levels(circle)).toEqual([['app', 'lib']])
})

test('modules are compared by context, and by stream where a context has no counterpart', () => {
  const [upstream = [], ours = []] = [
    published,
    published
      .replace('context: 9f9e2e7e', 'context: 11111111')
      .replace('api: {rpms: [lib]}', 'profiles: {server: {rpms: [lib, lib-server]}}'),
  ].map(streamsOf)
  expect(compareModules(upstream, ours)).toEqual([
    { module: nsvc('app'), differences: [{ what: 'context', upstream: ['9f9e2e7e'], ours: ['11111111'] }] },
    {
      module: nsvc('lib'),
      differences: [
        { what: 'api', upstream: ['lib'], ours: [] },
        { what: 'profile server', upstream: [], ours: ['(the profile itself)', 'lib', 'lib-server'] },
      ],
    },
  ])
  expect(compareModules(upstream, upstream.slice(0, 1))[1]).toMatchObject({
    module: nsvc('lib'),
    only: 'upstream',
  })
})

test('a module is compared with the same version of ours, though ours has a newer one', () => {
  const upstream = streamsOf(published)
  const newer = upstream.map((stream) => ({ ...stream, version: (stream.version ?? 0n) + 1n }))
  const alone = newer.map(({ name, version: own }) => ({
    module: `${name}:1:${own.toString()}:9f9e2e7e`,
    only: 'ours',
    differences: [],
  }))
  const same = upstream.map(({ name = '' }) => ({ module: nsvc(name), differences: [] }))
  expect(compareModules(upstream, [...upstream, ...newer])).toEqual([...same, ...alone])
  expect(compareModules([...upstream, ...newer], [...newer, ...upstream])).toMatchObject([
    { differences: [] },
    { differences: [] },
  ])
  // When no module of ours has the context, the version selects the one to compare.
  const other = [...upstream, ...newer].map((stream) => ({ ...stream, context: '11111111' }))
  const [first] = compareModules(upstream, other)
  expect(first?.differences).toEqual([{ what: 'context', upstream: ['9f9e2e7e'], ours: ['11111111'] }])
  // When ours lacks the version, the newest one of ours is compared.
  expect(compareModules(newer, upstream)[0]?.differences).toMatchObject([{ what: 'version' }])
})
