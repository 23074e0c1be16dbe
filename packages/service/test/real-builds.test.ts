import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readRpmHeader } from '@mbs/rpm'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BuildrootRecord } from '../src/builders/local/record-buildroot.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type BuildView, type House } from './support/house.ts'
import { processesOf } from './support/processes.ts'
import { localConfig, sharedCache, spec } from './support/local.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ config: { ...localConfig(), 'scm.customCaches': true } })
})
afterAll(() => house.close())

/** Commits packages and a module of them, and builds the module. */
async function build(
  name: string,
  packages: Record<string, Record<string, string>>,
  document: string,
): Promise<BuildView> {
  for (const [component, files] of Object.entries(packages))
    await house.distGit.commit(`rpms/${component}`, 'main', files)
  return house.build(await house.distGit.module(name, document))
}

/** Puts an archive into the lookaside; returns its digest. */
async function archive(
  hashType: string,
  place: (digest: string) => string[],
  content: string,
): Promise<string> {
  const digest = createHash(hashType).update(content).digest('hex')
  const file = path.join(fileURLToPath(`${house.distGit.url}/lookaside`), ...place(digest))
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, content)
  return digest
}

/** Returns the folder of a package's only build, and the record of its build root. */
async function attemptOf(name: string): Promise<{ folder: string; record: BuildrootRecord }> {
  const attempts = path.join(await house.buildsDir(), 'attempts')
  for (const number of (await readdir(attempts)).filter((entry) => /^\d+$/.test(entry))) {
    const folder = path.join(attempts, number)
    const text = await readFile(path.join(folder, 'buildroot.json'), 'utf8').catch(() => '{}')
    const record = JSON.parse(text) as BuildrootRecord
    if (record.source?.includes(`/rpms/${name}#`) === true) return { folder, record }
  }
  throw new Error(`no build of ${name} has a record`)
}

async function recordedSources(name: string): Promise<string[]> {
  return (await attemptOf(name)).record.sources.map((source) => source.name).sort()
}

/** Returns the names of the packages that were in its build root. */
async function recordedPackages(name: string): Promise<string[]> {
  return (await attemptOf(name)).record.packages.map((nevra) => nevra.replace(/-\d+:[^-]*-[^-]*$/, ''))
}

/** Returns the file with this ending among its results. */
async function resultOf(name: string, ending: string): Promise<string> {
  const folder = path.join((await attemptOf(name)).folder, 'results')
  const file = (await readdir(folder)).find((one) => one.endsWith(ending))
  return path.join(folder, file ?? '')
}

/** Returns the command line of `mbs build shell` for a component of a build here. */
async function shellCommand(id: number, component: string): Promise<string[]> {
  const config = path.join(house.dataDir, 'mbs.yaml')
  await writeFile(config, `dataDir: ${house.dataDir}\ncacheDir: ${sharedCache()}\n`)
  const mbs = path.join(import.meta.dirname, '../../cli/bin/mbs')
  return [mbs, '--config', config, '--server', house.url(), 'build', 'shell', String(id), component]
}

/** Runs a command in the recreated build root of a component. */
async function inShell(id: number, component: string, ...command: string[]) {
  const [mbs = '', ...words] = await shellCommand(id, component)
  return execa(mbs, [...words, '--', ...command], { reject: false })
}

/** Lists the leftovers of shells. */
async function leftOfShells(): Promise<string[]> {
  return readdir(path.join(await house.buildsDir(), 'shells'))
}

const one = (name: string, sections: Parameters<typeof spec>[1] = {}) => ({
  [name]: { [`${name}.spec`]: spec(name, sections) },
})

describe('a real build', () => {
  test('sees packages of earlier batches, the author’s macros, and dependencies that rpmbuild asks for late', async () => {
    const packages = {
      ...one('first', {
        more: '%package extra\nSummary: e\n%description extra\ne',
        files: '/usr/share/first\n%files extra',
      }),
      ...one('second', {
        requires: 'BuildRequires: first-extra = %{first_version}',
        prep: '%generate_buildrequires\necho "first >= 1"',
        build: 'test "$(cat /usr/share/first/file)" = first',
      }),
    }
    const document = moduleDocument(
      { first: 1, second: 2 },
      '  buildopts:\n    rpms:\n      macros: |\n        %first_version 1.0\n',
    )
    const result = await build('late', packages, document)
    expect(result.state_reason).toBe('all checks passed')
    expect(result.components.map(({ nvr }) => nvr)).toContainEqual(
      expect.stringMatching(/^second-1\.0-1\.module\+host\+\d+\+[0-9a-f]{8}$/),
    )
    // The recreated build root has all of these packages, too.
    const seen = await inShell(result.id, 'second', 'rpm', '-q', 'first', 'first-extra', '--qf', '%{NAME} ')
    expect(seen).toMatchObject({ exitCode: 0, stdout: 'first first-extra ' })
  })

  test('that requires another module is built against it, and its profiles install with it', async () => {
    await build(
      'lower',
      one('lower-lib'),
      moduleDocument({ 'lower-lib': 1 }, '  api:\n    rpms: [lower-lib]\n'),
    )
    const more =
      '  dependencies:\n  - buildrequires: {platform: [], lower: [1]}\n    requires: {platform: [], lower: [1]}\n' +
      '  profiles:\n    default: {rpms: [upper]}\n'
    const requires = 'BuildRequires: lower-lib\nRequires: lower-lib'
    const packages = one('upper', { requires, build: 'test -f /usr/share/lower-lib/file' })
    expect((await build('upper', packages, moduleDocument({ upper: 1 }, more))).state_reason).toBe(
      'all checks passed',
    )
  })

  test('whose author leaves the order to us builds what others need first, in one batch', async () => {
    const packages = {
      ...one('order-app', {
        requires: 'BuildRequires: order-lib',
        build: 'test -f /usr/share/order-lib/file',
      }),
      // The dependency appears only when the build runs.
      ...one('order-late', { prep: '%generate_buildrequires\necho order-lib' }),
      ...one('order-lib'),
    }
    const document = moduleDocument(
      { 'order-app': 0, 'order-late': 0, 'order-lib': 0 },
      '  xmd: {mbs_options: {dependency_order: true}}\n',
    )
    const result = await build('order', packages, document)
    expect(result.state_reason).toBe('all checks passed')
    expect(
      result.components.map(({ package: name, batch, built_after, attempt }) => [
        name,
        batch,
        built_after,
        attempt,
      ]),
    ).toEqual([
      ['module-build-macros', 1, [], 1],
      ['order-app', 2, ['order-lib'], 1],
      ['order-late', 2, [], 2],
      ['order-lib', 2, [], 1],
    ])
  })

  test('whose spec asks for more with each round, or by macros of what was installed, has all of it', async () => {
    const packages = {
      ...one('first-tool'),
      ...one('second-tool'),
      ...one('garden-rpm-macros', {
        install:
          'mkdir -p %{buildroot}/usr/lib/rpm/macros.d\n' +
          "echo '%%garden_buildrequires BuildRequires: second-tool' > %{buildroot}/usr/lib/rpm/macros.d/macros.garden",
        files: '/usr/lib/rpm/macros.d/macros.garden',
      }),
      // Each installed package adds the next requirement.
      ...one('loops', {
        prep: '%generate_buildrequires\necho first-tool\nif rpm -q first-tool >/dev/null 2>&1; then echo second-tool; fi',
        build: 'rpm -q first-tool second-tool',
      }),
      ...one('uses-macro', {
        requires: 'BuildRequires: garden-rpm-macros\n%{?garden_buildrequires}',
        build: 'rpm -q second-tool',
      }),
      // The macro exists only after the first round.
      ...one('late-macro', {
        requires: '%{?garden_buildrequires}',
        prep: '%generate_buildrequires\necho garden-rpm-macros',
        build: 'rpm -q second-tool',
      }),
    }
    const orders = Object.fromEntries(
      Object.keys(packages).map((name) => [name, /tool|rpm/.test(name) ? 1 : 2]),
    )
    const result = await build('rounds', packages, moduleDocument(orders))
    expect([result.state_name, result.state_reason]).toEqual(['ready', 'all checks passed'])
    expect(await recordedPackages('loops')).toEqual(expect.arrayContaining(['first-tool', 'second-tool']))
    for (const name of ['uses-macro', 'late-macro']) {
      expect(await recordedPackages(name)).toEqual(
        expect.arrayContaining(['garden-rpm-macros', 'second-tool']),
      )
      const { requires } = await readRpmHeader(await resultOf(name, '.src.rpm'))
      expect(requires.map((one) => one.name)).toContain('second-tool')
    }
    const seen = await inShell(result.id, 'uses-macro', 'rpm', '-q', '--qf', '%{NAME}', 'second-tool')
    expect(seen).toMatchObject({ exitCode: 0, stdout: 'second-tool' })
  })

  test('whose spec asks in its last round for what nobody provides is not built without it', async () => {
    const flips =
      '%generate_buildrequires\necho first-tool\n' +
      'if test -e /tmp/seen; then echo nothing-has-this; fi\ntouch /tmp/seen'
    const packages = { ...one('first-tool'), ...one('flips', { prep: flips }) }
    const result = await build('flipping', packages, moduleDocument({ 'first-tool': 1, flips: 2 }))
    expect(result.state_reason).toMatch(
      /flips: its BuildRequires cannot be resolved: .*nothing provides nothing-has-this/,
    )
  })

  test('whose BuildRequires nobody provides fails by their name, before anything is compiled', async () => {
    const result = await build(
      'needy',
      one('needy', { requires: 'BuildRequires: unicorn-devel >= 2', build: 'echo compiling' }),
      moduleDocument({ needy: 1 }),
    )
    expect(result.state_reason).toMatch(
      /needy: its BuildRequires cannot be resolved: .*nothing provides unicorn-devel >= 2/,
    )
    const component = result.components.find(({ package: name }) => name === 'needy')
    expect(
      (
        await house.request(
          'GET',
          `/module-build-service/2/component-builds/${component?.id ?? 0}/logs/build`,
        )
      ).text,
    ).not.toContain('compiling')
    // The shell opens nevertheless, on a terminal of its own, and returns the exit code of the command.
    const words = (await shellCommand(result.id, 'needy')).join(' ')
    const shell = await execa('script', ['-qec', words, '/dev/null'], {
      input: 'test -t 2 && cat SOURCES/*.spec\nset -o | grep ^monitor\nexit 7\n',
      reject: false,
    })
    expect(shell.stdout).toMatch(
      /mbs: needy: its BuildRequires cannot be resolved: .*unicorn-devel >= 2.*; the build root lacks the result of this step/,
    )
    expect(shell.stdout).toContain('Summary: A package of the tests')
    expect(shell.stdout).toMatch(/^monitor\s+on/m)
    expect(shell.exitCode).toBe(7)
  })

  test('that does not compile tells the compiler’s first error and where its log is', async () => {
    const source = 'BuildRequires: gcc\nSource0: bad.c'
    const packages = {
      bad: {
        'bad.spec': spec('bad', { requires: source, build: 'gcc -c %{SOURCE0}' }),
        'bad.c': 'int main(void) { return nothing; }\n',
      },
    }
    const result = await build('bad', packages, moduleDocument({ bad: 1 }))
    expect(result.state_reason).toMatch(
      /Component\(s\) bad failed to build\. bad: rpmbuild failed: .*bad\.c:1:\d+: error: .nothing. undeclared.*whole log: mbs build log \d+ bad\)/,
    )
    const { id = 0 } = result.components.find(({ package: name }) => name === 'bad') ?? {}
    const log = `/module-build-service/2/component-builds/${id}/logs/build`
    expect((await house.request('GET', log)).text).toContain('undeclared')
    // The recreated build root shows the failure. The build's user may change nothing else; root may.
    const touch = 'touch /usr/new || exit 3'
    const again = await inShell(result.id, 'bad', 'sh', '-c', `rpmbuild -bc SOURCES/bad.spec || ${touch}`)
    expect(again.exitCode).toBe(3)
    expect(again.stderr).toMatch(/bad\.c:1:\d+: error: .nothing. undeclared/)
    expect(await leftOfShells()).toEqual([])
    // An ended shell leaves nothing behind either.
    const [mbs = '', ...words] = await shellCommand(result.id, 'bad')
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const script = `${touch}; echo ready; exec sleep 86`
      const shell = execa(mbs, [...words, '--root', '--', 'sh', '-c', script], { reject: false })
      for await (const line of shell) if (line === 'ready') shell.kill(signal)
      const expected = signal === 'SIGTERM' ? { exitCode: 143 } : { signal }
      expect(await shell).toMatchObject(expected)
      while ((await leftOfShells()).length > 0) await sleep(50)
      expect(await processesOf('sleep 86')).toEqual([])
    }
  })

  test('of a spec that cannot be parsed says what rpm says', async () => {
    const result = await build(
      'broken',
      { broken: { 'broken.spec': 'Name: broken\nLicence: MIT\n' } },
      moduleDocument({ broken: 1 }),
    )
    expect(result.state_reason).toMatch(
      /broken: the source package could not be made: error: line 2: Unknown tag: Licence: MIT/,
    )
  })

  test('of a package under another name is refused', async () => {
    const result = await build(
      'alias',
      { alias: { 'alias.spec': spec('other') } },
      moduleDocument({ alias: 1 }),
    )
    expect(result.state_reason).toContain('alias: its spec names the package other')
  })

  test('takes sources from the lookaside, and refuses one that is not what dist-git says', async () => {
    const content = 'from the lookaside\n'
    const digest = createHash('sha512').update(content).digest('hex')
    const lookaside = fileURLToPath(`${house.distGit.url}/lookaside`)
    for (const [hash, text] of [
      [digest, content],
      ['0'.repeat(128), 'something else'],
    ] as const) {
      const folder = path.join(lookaside, 'rpms', 'sourced', 'data.txt', 'sha512', hash)
      await mkdir(folder, { recursive: true })
      await writeFile(path.join(folder, 'data.txt'), text)
    }
    const files = (hash: string) => ({
      sourced: {
        'sourced.spec': spec('sourced', {
          requires: 'Source0: data.txt',
          build: 'grep lookaside %{SOURCE0}',
        }),
        sources: `SHA512 (data.txt) = ${hash}\n`,
      },
    })
    expect((await build('sourced', files(digest), moduleDocument({ sourced: 1 }))).state_name).toBe('ready')
    expect(
      (await build('sourced', files('0'.repeat(128)), moduleDocument({ sourced: 1 }))).state_reason,
    ).toMatch(
      /data\.txt from the lookaside: checksum mismatch: SHA-512 [0-9a-f]{128}, expected 0+ \(sources\)/,
    )
  })

  test('of a repository of git.centos.org, with archives by branch and SHA-1 in a lookaside of its own layout', async () => {
    const { url } = house.distGit
    const hash = await archive('sha1', (digest) => ['sources', 'centos', 'c9', digest], 'as CentOS has it\n')
    await house.distGit.commit('rpms/centos', 'main', {
      'SPECS/centos.spec': spec('centos', {
        requires: 'Source0: data-%{version}.txt\nPatch0: fix.patch',
        prep: 'cp %{SOURCE0} data.txt\npatch < %{PATCH0}',
        build:
          'grep "as EL has it" data.txt\ntest "$(ls %{_sourcedir} | wc -l)" = 2\nls %{_specdir}/centos.spec',
      }),
      'SOURCES/fix.patch': '--- data.txt\n+++ data.txt\n@@ -1 +1 @@\n-as CentOS has it\n+as EL has it\n',
      '.centos.metadata': `${hash} SOURCES/data-1.0.txt\n`,
    })
    // The ref's own branch lacks the archive; another branch with the commit has it.
    await house.distGit.commit('rpms/centos', 'c9', {})
    await house.restart({
      'scm.lookaside': `${url}/lookaside/sources/{name}/{branch}/{hash}`,
      'scm.rpms': `${url}/rpms/{name}`,
    })
    const result = await build('centos', {}, moduleDocument({ centos: 1 }))
    await house.restart()
    expect([result.state_name, result.state_reason]).toEqual(['ready', 'all checks passed'])
    expect(await recordedSources('centos')).toEqual(['centos.spec', 'data-1.0.txt', 'fix.patch'])
  })

  test('takes archives of an old sources file by their MD5', async () => {
    const place = (digest: string) => ['rpms', 'old', 'data.txt', 'md5', digest, 'data.txt']
    const hash = await archive('md5', place, 'from long ago\n')
    const files = {
      'old.spec': spec('old', { requires: 'Source0: data.txt', build: 'grep "long ago" %{SOURCE0}' }),
      sources: `${hash}  data.txt\n`,
    }
    expect((await build('old', { old: files }, moduleDocument({ old: 1 }))).state_reason).toBe(
      'all checks passed',
    )
    const faulty = { ...files, sources: `${hash}  ../data.txt\n` }
    expect((await build('old', { old: faulty }, moduleDocument({ old: 1 }))).state_reason).toMatch(
      /old, line 1 of sources: found .*"\.\.\/data\.txt" cannot be the name of an archive/,
    )
  })

  test('takes the archives of a component from the cache that it names', async () => {
    const hash = await archive(
      'sha256',
      (digest) => ['own', 'data.txt', 'sha256', digest, 'data.txt'],
      'own\n',
    )
    const files = {
      'own.spec': spec('own', { requires: 'Source0: data.txt', build: 'grep own %{SOURCE0}' }),
      sources: `SHA256 (data.txt) = ${hash}\n`,
    }
    const document = (cache: string) => moduleDocument({ own: 1 }).replace('ref: main', `ref: main\n${cache}`)
    const cache = `        cache: ${house.distGit.url}/lookaside/own\n`
    expect((await build('own', { own: files }, document(cache))).state_reason).toBe('all checks passed')
    expect((await build('own', { own: files }, document(''))).state_reason).toMatch(
      /own: the lookaside has no file:.*\/rpms\/own\/data\.txt/,
    )
  })

  test('does not follow a link that a repository holds out of its checkout', async () => {
    const secret = path.join(house.dataDir, 'secret')
    await writeFile(secret, 'SHA512 (x) = 0\n')
    await house.distGit.commit('rpms/sly', 'main', {
      'sly.spec': spec('sly'),
    })
    const folder = fileURLToPath(`${house.distGit.url}/rpms/sly`)
    await execa('ln', ['-s', secret, path.join(folder, 'sources')])
    await execa('ln', ['-s', '/etc/shadow', path.join(folder, 'stolen')])
    const result = await build('sly', { sly: {} }, moduleDocument({ sly: 1 }))
    expect(result.state_reason).toMatch(
      /sly: its commit \w+ has the link "sources", which leads out of the repository/,
    )
  })

  test('that leaves links and pipes among its results takes nothing through them', async () => {
    const secret = path.join(house.dataDir, 'private')
    await writeFile(secret, 'private', { mode: 0o600 })
    const before = await stat(secret)
    const plant = {
      'links-srpm': `rm -f %{_topdir}/SRPMS/*; ln -s ${secret} %{_topdir}/SRPMS/links-srpm-1.0-1.src.rpm`,
      'links-rpm': `mkdir -p %{_topdir}/RPMS/noarch; ln -s ${secret} %{_topdir}/RPMS/noarch/x.rpm`,
      'links-folder': `rm -rf %{_topdir}/RPMS; ln -s ${house.dataDir} %{_topdir}/RPMS`,
      pipes: 'mkdir -p %{_topdir}/RPMS/noarch; mkfifo %{_topdir}/RPMS/noarch/x.rpm',
    }
    for (const [name, build_] of Object.entries(plant)) {
      const result = await build(name, one(name, { build: build_ }), moduleDocument({ [name]: 1 }))
      const expected = name === 'links-srpm' ? 'ready' : 'failed'
      expect([name, result.state_name, result.state_reason]).toEqual([name, expected, expect.anything()])
    }
    const after = await stat(secret)
    expect([after.uid, after.gid, after.mode]).toEqual([before.uid, before.gid, before.mode])
  })

  test('does not write or change owners through links that a repository holds', async () => {
    const victim = path.join(house.dataDir, 'victim')
    await mkdir(victim)
    await writeFile(path.join(victim, 'file'), 'mine', { mode: 0o600 })
    const folder = fileURLToPath(`${house.distGit.url}/rpms/climber`)
    await house.distGit.commit('rpms/climber', 'main', {
      'climber.spec': spec('climber', { requires: 'Source0: job' }),
      sources: `SHA512 (job) = ${'0'.repeat(128)}\n`,
    })
    await execa('ln', ['-s', victim, path.join(folder, 'folder')])
    await execa('ln', ['-s', path.join(victim, 'job'), path.join(folder, '.job.part')])
    const lookaside = path.join(
      fileURLToPath(`${house.distGit.url}/lookaside`),
      'rpms',
      'climber',
      'job',
      'sha512',
      '0'.repeat(128),
    )
    await mkdir(lookaside, { recursive: true })
    await writeFile(path.join(lookaside, 'job'), 'evil')
    const result = await build('climber', { climber: {} }, moduleDocument({ climber: 1 }))
    expect(result.state_reason).toMatch(
      /its commit \w+ has the link "(folder|\.job\.part)", which leads out of the repository/,
    )
    const { uid } = await stat(path.join(victim, 'file'))
    expect(uid).toBe(process.getuid?.())
    expect(await readdir(victim)).toEqual(['file'])
  })

  test('whose spec runs commands while it is parsed runs them in the sandbox', async () => {
    const mark = path.join(house.dataDir, 'touched')
    const result = await build(
      'eager',
      {
        eager: {
          'eager.spec': `%global x %(touch ${mark}; id -u)\n${spec('eager', { build: 'test %{x} = 1000' })}`,
        },
      },
      moduleDocument({ eager: 1 }),
    )
    expect(result.state_name).toBe('ready')
    await expect(readFile(mark)).rejects.toThrow()
  })
})

describe('a module that must not become ready', () => {
  test.each([
    [
      'whose profile names a package that is nowhere',
      'profiled',
      one('profiled'),
      '  profiles:\n    default: {rpms: [nowhere]}\n',
      /^Gating failed: profiles: profile default does not install: .*nowhere/,
    ],
    [
      'whose package requires what nobody provides',
      'demanding',
      one('demanding', { requires: 'Requires: unicorn' }),
      '  profiles:\n    default: {rpms: [demanding]}\n',
      /^Gating failed: profiles: profile default does not install: .*unicorn/,
    ],
    [
      'whose package carries another label',
      'labelled',
      { labelled: { 'labelled.spec': `%global modularitylabel other:1:2:3\n${spec('labelled')}` } },
      '',
      /^Gating failed: labels: labelled-0:1\.0-1\S+ has the label other:1:2:3, not labelled:1:\d+:[0-9a-f]{8}/,
    ],
    [
      'whose packages bring different files under one path',
      'clash',
      {
        ...one('clash-a', {
          install: 'install -d %{buildroot}/etc; echo a > %{buildroot}/etc/clash',
          files: '/etc/clash',
        }),
        ...one('clash-b', {
          install: 'install -d %{buildroot}/etc; echo b > %{buildroot}/etc/clash',
          files: '/etc/clash',
        }),
      },
      '',
      /^Gating failed: file-conflicts: \/etc\/clash is in clash-a and, differently, in clash-b$/,
    ],
  ])('%s stays in done and says why', async (_, name, packages, more, reason) => {
    const orders = Object.fromEntries(Object.keys(packages).map((component) => [component, 1]))
    const result = await build(name, packages, moduleDocument(orders, more))
    expect(result.state_name).toBe('done')
    expect(result.state_reason).toMatch(reason)
  })
})

test('nothing of a build stays behind but its logs and results', async () => {
  const folder = await house.buildsDir()
  const attempts = path.join(folder, 'attempts')
  for (const attempt of (await readdir(attempts)).filter((name) => /^\d+$/.test(name)))
    expect(await readdir(path.join(attempts, attempt))).not.toContain('work')
  expect(await readdir(path.join(attempts, 'running'))).toEqual([])
  expect(await readdir(path.join(folder, 'scratch'))).toEqual([])
  expect(
    (await readFile('/proc/self/mounts', 'utf8')).split('\n').filter((line) => line.includes(house.dataDir)),
  ).toEqual([])
})

describe('a scratch build of source packages of one’s own', () => {
  const upload = async (name: string, content: Blob) => {
    const form = new FormData()
    form.append('srpm', content, name)
    const response = await house.ask('/module-build-service/2/srpms/', {
      method: 'POST',
      body: form,
    })
    return { status: response.status, json: (await response.json()) as { srpms: string[]; message: string } }
  }

  test('builds them in place of what dist-git has', async () => {
    const document = moduleDocument({ carried: 1 })
    const first = await build('owned', one('carried'), document)
    expect(first.state_name).toBe('ready')
    const nvr = first.components.find((row) => row.package === 'carried')?.nvr ?? ''
    const file = await house.ask(
      `/hub/builds/${encodeURIComponent(nvr)}/files/src/${encodeURIComponent(nvr)}.src.rpm`,
    )
    const { status, json } = await upload(`${nvr}.src.rpm`, await file.blob())
    expect([status, json.srpms]).toEqual([
      201,
      [expect.stringMatching(/^cli-build\/[0-9a-f]{64}\/carried-.*\.src\.rpm$/)],
    ])
    // A build from dist-git would fail from now on.
    await house.distGit.commit('rpms/carried', 'main', { 'carried.spec': 'nonsense' })
    const submission = {
      ...(await house.distGit.module('owned', document)),
      scratch: true,
      srpms: json.srpms,
    }
    const [{ id } = { id: 0 }] = (await house.submit(submission)).json as BuildView[]
    const scratch = await house.until(id, (view) => ['done', 'failed'].includes(view.state_name))
    expect([scratch.state_name, scratch.state_reason]).toEqual(['done', null])
    const component = scratch.components.find((row) => row.package === 'carried')
    expect(component).toMatchObject({ reuse: { code: 'own-srpm' } })
    expect(component?.nvr).toMatch(/^carried-1\.0-1\.scrmod\+/)
    expect(await house.submit({ ...submission, scratch: false })).toMatchObject({ status: 403 })
    const other = { ...(await house.distGit.module('other', moduleDocument({ small: 1 }))), scratch: true }
    expect(await house.submit({ ...other, srpms: json.srpms })).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining('which is not a component of the module') as string },
    })
  })

  test.each([
    ['own-1-1.src.rpm', 'nonsense', 'own-1-1.src.rpm is not a source package'],
    ['../x.rpm', 'nonsense', '"x.rpm" cannot be the name of a source package'],
  ])('refuses the file %s', async (name, content, message) => {
    expect(await upload(name, new Blob([content]))).toMatchObject({ status: 400, json: { message } })
  })

  test('refuses what was not uploaded', async () => {
    const submission = {
      ...(await house.distGit.module('lost', moduleDocument({ carried: 1 }))),
      scratch: true,
    }
    for (const path of [
      `cli-build/${'0'.repeat(64)}/own-1-1.src.rpm`,
      'cli-build/../../etc/passwd',
      'own.src.rpm',
    ])
      expect(await house.submit({ ...submission, srpms: [path] })).toMatchObject({
        status: 400,
        json: { message: expect.stringContaining('was not uploaded; upload it first') as string },
      })
  })
})

describe('what a document says of build roots', () => {
  const platform =
    '  dependencies:\n  - buildrequires: {platform: [host]}\n    requires: {platform: [host]}\n'

  test('a package of the profile is there for later batches unasked, and one for building alone is not published', async () => {
    const document = moduleDocument(
      { helper: 1, tool: 1, user: 2 },
      `${platform}  profiles: {buildroot: {rpms: [helper]}}\n`,
    )
      .replace('      tool:\n', '      tool:\n        buildonly: true\n')
      .replace('      helper:\n', '      helper:\n        buildroot: true\n')
    const user = one('user', { requires: 'BuildRequires: tool', build: 'cat /usr/share/{helper,tool}/file' })
    const built = await build('rooted', { ...one('helper'), ...one('tool'), ...user }, document)
    expect([built.state_name, built.state_reason]).toEqual(['ready', 'all checks passed'])
    expect(built.modulemd).toMatch(/filter:\n +rpms:\n +- tool\n/)
    const final = (await house.request('GET', `/module-build-service/2/final-modulemd/${built.id}`)).json as {
      x86_64: string
    }
    expect(final.x86_64).toContain('- user-0:')
    expect(final.x86_64).not.toContain('- tool-0:')
  })

  test('what a required module filters cannot be installed', async () => {
    const sections = {
      more: '%package extra\nSummary: e\n%description extra\ne',
      files: '/usr/share/filtering\n%files extra',
    }
    await build(
      'filtering',
      one('filtering', sections),
      moduleDocument({ filtering: 1 }, `${platform}  filter: {rpms: [filtering-extra]}\n`),
    )
    const on = platform.replace('{platform: [host]}', '{platform: [host], filtering: []}')
    const wants = (name: string, wanted: string) => one(name, { requires: `BuildRequires: ${wanted}` })
    const good = await build('wants-good', wants('good', 'filtering'), moduleDocument({ good: 1 }, on))
    expect([good.state_name, good.state_reason]).toEqual(['ready', 'all checks passed'])
    expect(good.modulemd).toMatch(/filtered_rpms:\n +- filtering-extra-0:1\.0-1/)
    const bad = await build('wants-bad', wants('bad', 'filtering-extra'), moduleDocument({ bad: 1 }, on))
    expect(bad.state_name).toBe('failed')
    expect(bad.state_reason).toMatch(/module-build-macros.*conflicts with filtering-extra|BuildRequires c/)
  })

  test('a whitelist decides what is published', async () => {
    const built = await build(
      'listed',
      { ...one('shown'), ...one('hidden') },
      moduleDocument({ shown: 1, hidden: 1 }, `${platform}  buildopts: {rpms: {whitelist: [shown]}}\n`),
    )
    expect([built.state_name, built.state_reason]).toEqual(['ready', 'all checks passed'])
  })
})
