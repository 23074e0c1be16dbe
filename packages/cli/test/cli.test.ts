import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeBuilder } from '../../service/src/builders/fake/fake-builder.ts'
import { openPlatforms } from '../../service/src/platforms/index.ts'
import { buildUser, removeTree } from '../../service/src/sandbox/index.ts'
import { moduleDocument } from '../../service/test/support/dist-git.ts'
import { openHouse, type BuildView, type House } from '../../service/test/support/house.ts'
import { sharedCache, spec } from '../../service/test/support/local.ts'
import { makeRepository } from '../../service/test/support/repository.ts'

const command = path.join(import.meta.dirname, '..', 'bin', 'mbs')
let house: House
beforeAll(async () => {
  const script = { outcomes: { bad: ['failed'], endless: ['endless'] } } as const
  house = await openHouse({ builder: (parts) => new Buggy(parts, script) })
  for (const name of ['good', 'bad', 'endless', 'stuck'])
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: '' })
})
afterAll(() => house.close())

/** A backend with a bug. */
class Buggy extends FakeBuilder {
  override build(...[plan, attempt]: Parameters<FakeBuilder['build']>): Promise<number> {
    return plan.package === 'stuck'
      ? Promise.reject(new Error('the farm is a lie'))
      : super.build(plan, attempt)
  }
}

/** Runs the command in a bare environment, without our node_modules in PATH. */
async function mbs(...args: string[]) {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: os.homedir(), MBS_URL: house.url() }
  const { exitCode, stdout, stderr } = await execa(command, args, { env, extendEnv: false, reject: false })
  return { code: exitCode, stdout, stderr }
}

async function submission(component: string): Promise<[string, string]> {
  const { scmurl, branch } = await house.distGit.module(`m-${component}`, moduleDocument({ [component]: 1 }))
  return [scmurl, branch]
}

test('a document of many megabytes is refused by the command, before it is read', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-large-'))
  const file = path.join(folder, 'large.yaml')
  await writeFile(file, '')
  await truncate(file, 200 * 1024 * 1024)
  const { code, stderr } = await mbs('plan', file)
  expect([code, stderr]).toEqual([2, expect.stringContaining('(it is larger than 1024 KB)')])
  await rm(folder, { recursive: true })
})

describe('mbs plan', () => {
  test('tells what would be built and why, and what explain tells of the build afterwards is the same', async () => {
    const [scmurl, branch] = await submission('good')
    const before = (JSON.parse((await mbs('--json', 'build', 'list')).stdout) as { meta: object }).meta
    const planned = await mbs('plan', scmurl, '--branch', branch)
    expect(planned.code).toBe(0)
    expect(planned.stdout).toMatch(/^m-good:1:\d+:\w{8}\n {2}built against platform:test\n/)
    expect(planned.stdout).toContain('batch 2: good is built (there is no ready build of this module')
    expect(planned.stdout).toMatch(/the duration is unknown: good were never built here$/)
    expect((JSON.parse((await mbs('--json', 'build', 'list')).stdout) as { meta: object }).meta).toEqual(
      before,
    )
    const [made] = JSON.parse((await mbs('--json', 'build', 'submit', scmurl, branch)).stdout) as BuildView[]
    const id = made?.id ?? 0
    await house.until(id, (view) => view.state_name === 'ready')
    const explained = (await mbs('build', 'explain', String(id))).stdout
    expect(explained).toContain('built against platform:test:1:00000000')
    expect(explained).toContain('batch 2: good is built (no-earlier-build): there is no ready build')
    const again = (await mbs('plan', scmurl, '--branch', branch)).stdout
    expect(again).toContain(`exists: build ${id} is ready`)
    expect(again).toMatch(/batch 2: good is reused \(it is the same as in m-good/)
    expect(again).toMatch(/nothing is built$/)
  })

  test('takes a document that is nowhere yet, and ends with 1 where it would be refused', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-cli-plan-'))
    await writeFile(path.join(folder, 'fresh.yaml'), moduleDocument({ good: 1, missing: 2 }))
    const refused = await mbs('plan', path.join(folder, 'fresh.yaml'), '--branch', '7')
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringMatching(/^refused: component missing: there is no git repository/),
    ])
    await writeFile(path.join(folder, 'fresh.yaml'), moduleDocument({ good: 1 }))
    const planned = await mbs('plan', path.join(folder, 'fresh.yaml'), '--branch', '7')
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringMatching(/^fresh:7:\d+:/)])
    expect((await mbs('plan', 'https://example.com/modules/x?#1')).code).toBe(2)
    await rm(folder, { recursive: true })
  })
})

describe('mbs build', () => {
  test('submit --watch follows a build to its end, a line per change in a pipe', async () => {
    const { code, stdout } = await mbs('build', 'submit', '--watch', ...(await submission('good')))
    expect(code).toBe(0)
    expect(stdout).toMatch(/^m-good:1:\d+:\w+ is wait after/)
    expect(stdout).toMatch(/batch 2: good +complete .* good-1-1\./)
    expect(stdout).toMatch(/ is ready after .*: all checks passed$/m)
    expect(stdout).not.toContain('\u001b[')
  })

  test('submit takes streams in place of those of the document', async () => {
    const args = ['build', 'submit', ...(await submission('good'))]
    const wrong = ['--buildrequires', 'platform:el7', 'platform:el9']
    expect(await mbs(...args, ...wrong)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing provides platform:el7,el9; there is platform:test') as string,
    })
    const good = ['--buildrequires', 'platform:test', '--requires', 'platform:test']
    expect((await mbs(...args, ...good)).code).toBe(0)
    expect(await mbs(...args, '--requires', 'platform')).toMatchObject({
      code: 2,
      stderr: 'mbs: "platform" is not NAME:STREAM',
    })
  })

  test('ends with 1 when the build fails, and says why', async () => {
    const { code, stdout } = await mbs('build', 'submit', '--watch', ...(await submission('bad')))
    expect(code).toBe(1)
    expect(stdout).toContain('Component(s) bad failed to build. bad: it was told to fail')
  })

  test('list, show, log and cancel do what they say, for people and for programs', async () => {
    const submitted = await mbs('--json', 'build', 'submit', ...(await submission('endless')))
    const [{ id } = { id: 0 }] = JSON.parse(submitted.stdout) as BuildView[]
    await house.until(id, ({ waiting_for }) =>
      waiting_for.some(({ sentence }) => sentence === 'endless: rpmbuild'),
    )
    expect((await mbs('build', 'list', '--state', 'build')).stdout).toMatch(
      new RegExp(`^ *${id}  build .* m-endless:1:`),
    )
    expect(
      (JSON.parse((await mbs('--json', 'build', 'list')).stdout) as { items: unknown[] }).items.length,
    ).toBeGreaterThan(1)
    const shown = (await mbs('build', 'show', String(id))).stdout
    expect(shown).toMatch(/batch 2\n +endless +builds/)
    expect(shown).toContain('waiting for endless: rpmbuild')
    expect((await mbs('build', 'log', String(id), 'endless')).stdout).toBe('build log of endless')
    expect(await mbs('build', 'log', String(id), 'nothing')).toMatchObject({
      code: 1,
      stderr: `mbs: build ${id} has no component "nothing"; it has module-build-macros, endless`,
    })
    expect((await mbs('build', 'cancel', String(id), '--reason', 'enough')).code).toBe(0)
    const watched = await mbs('--json', 'build', 'watch', String(id))
    expect(watched.code).toBe(1)
    expect(JSON.parse(watched.stdout)).toMatchObject({
      state_name: 'failed',
      state_reason: expect.stringMatching(/^Canceled by \w+\. enough$/) as string,
    })
  })

  test('shell needs an attempt whose files are here', async () => {
    const submitted = await mbs('--json', 'build', 'submit', ...(await submission('bad')))
    const [{ id } = { id: 0 }] = JSON.parse(submitted.stdout) as BuildView[]
    await house.until(id, ({ state_name }) => state_name === 'failed')
    const shell = ['build', 'shell', String(id)]
    expect(await mbs(...shell, 'nothing')).toMatchObject({
      code: 1,
      stderr: `mbs: build ${id} has no component "nothing"; it has module-build-macros, bad`,
    })
    expect(await mbs(...shell, 'bad')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /the builds of this service are not in .*; run the command on the service's machine/,
      ) as string,
    })
    const config = path.join(house.dataDir, 'mbs.yaml')
    await writeFile(config, `dataDir: ${house.dataDir}\n`)
    expect(await mbs('--config', config, ...shell, 'bad')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /there is no attempt \d+ at bad in \S+: it was deleted, or another builder than the local one made it; build it again/,
      ) as string,
    })
    expect(await mbs('--config', config, ...shell, 'bad', '--local')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"mbs build local" has not built anything on this machine') as string,
    })
  })

  test('effects are listed, and given up with a reason', async () => {
    const submitted = await mbs('--json', 'build', 'submit', ...(await submission('stuck')))
    const [{ id } = { id: 0 }] = JSON.parse(submitted.stdout) as BuildView[]
    await house.until(id, ({ stopped_by }) => stopped_by !== null)
    expect((await mbs('build', 'shell', String(id), 'stuck')).stderr).toBe(
      `mbs: stuck of build ${id} has not been started, so it has no build root`,
    )
    const { stdout } = await mbs('effects', 'list', '--state', 'parked')
    expect(stdout).toMatch(
      new RegExp(`^ *\\d+  parked    module-build:${id} +start-component +attempt 1  the farm is a lie$`),
    )
    const effect = stdout.trim().split(' ')[0] ?? ''
    expect(await mbs('effects', 'retry', effect)).toMatchObject({
      code: 0,
      stdout: `the service retries effect ${effect} of module-build:${id}`,
    })
    await house.until(id, ({ stopped_by }) => stopped_by !== null)
    expect((await mbs('effects', 'fail', effect, '--reason', 'no hope')).code).toBe(0)
    const build = await house.until(id, ({ state_name }) => state_name === 'failed')
    expect(build.state_reason).toContain('no hope')
    expect((await mbs('effects', 'list', '--subject', `module-build:${id}`)).stdout).toBe('none')
    expect(await mbs('effects', 'retry', effect)).toMatchObject({
      code: 1,
      stderr: `mbs: Effect ${effect} (start-component) is failed, not parked.`,
    })
    expect((await mbs('effects', 'list', '--state', 'nonsense')).code).toBe(1)
  })

  test('tells a refusal in the service’s words', async () => {
    expect(await mbs('build', 'submit', 'https://nonsense', '1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"https://nonsense" is not a scmurl') as string,
    })
  })
})

describe('the command', () => {
  test.each([
    ['no such command', ['bild'], 2, /unknown command 'bild'/],
    ['a number that is none', ['build', 'show', 'x'], 2, /"x" is not the number of a module build/],
    ['a build that is not there', ['build', 'show', '999999'], 1, /There is no module build 999999/],
    [
      'a service that is not there',
      ['--server', 'http://127.0.0.1:1', 'build', 'list'],
      3,
      /no service answers at http:\/\/127\.0\.0\.1:1; start one with "mbs serve"/,
    ],
    [
      'a platform that is not there',
      ['compose', 'create', 'el9'],
      1,
      /There is no platform "el9"; there is test/,
    ],
    [
      'a configuration that is not there',
      ['--config', '/nowhere.yaml', 'config', 'check'],
      2,
      /cannot read the configuration \/nowhere\.yaml/,
    ],
    ['a path that is not there', ['build', 'local', '/nowhere'], 2, /there is no \/nowhere/],
  ])('says what is wrong with %s', async (_, args, code, message) => {
    const result = await mbs(...args)
    expect(result.stderr).toMatch(message)
    expect(result.code).toBe(code)
  })

  test('prints the configuration in force and where it comes from', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-config-'))
    try {
      const file = path.join(folder, 'mbs.yaml')
      await writeFile(file, 'http:\n  port: 1234\ndatabase:\n  url: postgres://mbs:secret@db/mbs\n')
      const { stdout, code } = await mbs('--config', file, 'config')
      expect(code).toBe(0)
      expect(stdout).toContain(`http.port = 1234  (${file}:2)`)
      expect(stdout).toContain('http.host = "127.0.0.1"  (default)')
      expect(stdout).not.toContain('secret')
      expect((await mbs('--config', file, 'config', 'check')).stdout).toBe('the configuration is valid')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

test('mbs build local builds a folder without a server, and by its other name from a file:// URL', async () => {
  const folder = await mkdtemp(path.join('/var/tmp', 'mbs-test-local-'))
  try {
    await house.distGit.commit('rpms/small', 'main', { 'small.spec': spec('small') })
    const module = path.join(folder, 'modules', 'mine')
    await mkdir(module, { recursive: true })
    await writeFile(path.join(module, 'mine.yaml'), moduleDocument({ small: 1 }))
    await writeFile(
      path.join(folder, 'mbs.yaml'),
      `dataDir: ${folder}/data\ncacheDir: ${sharedCache()}\nscm:\n  rpms: ${house.distGit.url}/rpms/\n`,
    )
    execFileSync('chmod', ['755', folder])
    const config = ['--config', path.join(folder, 'mbs.yaml')]
    const built = await mbs(...config, 'build', 'local', module)
    expect(built.stderr).not.toContain('Error')
    expect(built.stdout).toMatch(/^mine:local:\d+:\w+ is ready/m)
    expect(built.stdout).toMatch(
      new RegExp(`^file://${folder}/data/local/[0-9a-f]{8}/composes/host/latest/\\w+/os/$`, 'm'),
    )
    // Build 1 of this local service is its platform, so the module is build 2.
    const shell = await mbs(...config, 'build', 'shell', '--local', '2', 'small', '--', 'ls', 'SOURCES')
    expect([shell.code, shell.stdout]).toEqual([0, 'small.spec'])
    execFileSync(
      'sh',
      [
        '-c',
        'git init -q -b stable && git add . && git -c user.name=t -c user.email=t@localhost commit -q -m t',
      ],
      { cwd: module },
    )
    const again = await mbs(...config, 'build_module_locally', `file://${module}`)
    expect(again.stdout).toMatch(/^mine:stable:\d+:\w+ is ready/m)
    expect(again.code).toBe(0)
    // Modules of earlier local builds can be required. The option chooses one of the two streams.
    const user = path.join(folder, 'user.yaml')
    const requires =
      '  dependencies:\n  - buildrequires: {platform: [], mine: []}\n    requires: {mine: []}\n'
    await writeFile(user, moduleDocument({}, requires))
    const local = [...config, 'build', 'local', user, '--stream', '7', '--platform', 'host']
    expect(await mbs(...local, '--add-local-build', 'mine:none')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('mine:none has not been built here; build it first') as string,
    })
    const chosen = await mbs(
      ...local,
      '--set-default-stream',
      'mine:stable',
      '--add-local-build',
      'mine:stable',
    )
    expect(chosen.stdout.match(/^user:7:\d+:\w+ is ready/gm)).toHaveLength(1)
    const both = await mbs(...config, 'build', 'local', user, '--stream', '8')
    expect(both.stdout.match(/^user:8:\d+:\w+ is ready/gm)).toHaveLength(2)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** Returns a spec of a library and a tool. The test makes versions inside and outside of modules. */
const demo = (version: string) => `Name: libdemo
Version: ${version}
Release: 1
Summary: A library of the tests
License: MIT
BuildArch: noarch
%description
It knows its version.
%package -n demo-tool
Summary: A tool of the tests
%description -n demo-tool
It knows its version.
%install
for name in libdemo demo-tool; do mkdir -p %{buildroot}/usr/share/$name; echo ${version} > %{buildroot}/usr/share/$name/version; done
%files
/usr/share/libdemo
%files -n demo-tool
/usr/share/demo-tool
`

/**
 * Returns a stream in the form of published repositories: only its dependencies name the platform that it was
 * built on.
 */
const publishedDemo = (stream: string) => `---
document: modulemd
version: 2
data:
  name: libdemo
  stream: "${stream}"
  version: 9020
  context: 1a2b3c4d
  arch: ${os.machine()}
  summary: A library
  description: It knows its version
  license: {module: [MIT]}
  dependencies:
  - buildrequires: {platform: [el9.2]}
    requires: {platform: [el9]}
  artifacts:
    rpms: ["libdemo-0:${stream}.0-1.noarch", "libdemo-0:${stream}.0-1.src", "demo-tool-0:${stream}.0-1.noarch"]
...
`

test('mbs build local builds against the modules of repositories, and sees nothing of other streams', async () => {
  const folder = await mkdtemp(path.join('/var/tmp', 'mbs-test-offline-'))
  try {
    execFileSync('chmod', ['755', folder])
    const user = buildUser(64_000)
    const [host] = (
      await openPlatforms(
        { host: { generated: true } },
        { cacheDir: sharedCache(), user, progress: () => undefined },
      )
    ).values()
    // The repository has two streams of a library, and a newer version that belongs to no stream.
    const repository = await makeRepository(
      path.join(folder, 'repository'),
      ['1.0', '2.0', '9.0'].map(demo),
      publishedDemo('1') + publishedDemo('2'),
    )
    await writeFile(
      path.join(folder, 'el.repo'),
      `[base]\nname=Packages of $basearch\nbaseurl=${host?.repositories[0]?.url ?? ''}\n\n[off]\nenabled=0\n`,
    )
    const srpmBuildGroup = host?.srpmBuildGroup ?? []
    const buildGroup = [...srpmBuildGroup, 'demo-tool']
    await writeFile(
      path.join(folder, 'mbs.yaml'),
      JSON.stringify({
        dataDir: `${folder}/data`,
        cacheDir: `${folder}/cache`,
        scm: { rpms: `${house.distGit.url}/rpms/` },
        signing: { mode: 'none' },
        platforms: { el9: { generated: true, buildGroup, srpmBuildGroup } },
      }),
    )
    const build = 'for name in libdemo demo-tool; do echo "seen: $name $(cat /usr/share/$name/version)"; done'
    await house.distGit.commit('rpms/reader', 'main', {
      'reader.spec': spec('reader', { requires: 'BuildRequires: libdemo', build }),
    })
    const module = path.join(folder, 'offline.yaml')
    const requires =
      '  dependencies:\n  - buildrequires: {platform: [], libdemo: ["1"]}\n    requires: {platform: [], libdemo: ["1"]}\n'
    const profiles = '  profiles: {default: {rpms: [reader]}}\n'
    await writeFile(module, moduleDocument({ reader: 1 }, requires + profiles))
    const config = ['--config', path.join(folder, 'mbs.yaml')]
    const repositories = ['--platform-repo', path.join(folder, 'el.repo'), repository]
    const built = await mbs(...config, 'build', 'local', module, '--platform', 'el9', ...repositories)
    expect(built).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('Error') as string,
      stdout: expect.stringMatching(/^offline:local:\d+:\w+ is ready/m) as string,
    })
    const logs = execFileSync('sh', ['-c', `cat ${folder}/data/local/*/attempts/*/build.log`]).toString()
    expect(logs.match(/^seen: .*/gm)).toEqual(['seen: libdemo 1.0', 'seen: demo-tool 1.0'])
    // Without these repositories, the module does not exist, and a machine without such repositories has no
    // platform.
    expect(await mbs(...config, 'build', 'local', module, '--offline')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('name the platform with --platform') as string,
    })
  } finally {
    await removeTree(folder)
  }
})
