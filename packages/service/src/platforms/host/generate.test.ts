import { accessSync, constants } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildUser, runConfined, runInRoot } from './confined.testing.ts'
import { generateHostPlatform, hostPlatformDigest } from './generate.ts'
import type { HostPlatform } from './generate.ts'
import { librarySources } from './library.testing.ts'

const programs = ['bwrap', 'createrepo_c', 'dnf', 'gcc', 'rpm', 'rpmbuild', 'setpriv']
const missing = programs.filter((program) => {
  try {
    accessSync(join('/usr/bin', program), constants.X_OK)
    return false
  } catch {
    return true
  }
})
const title =
  missing.length === 0 ? 'a generated platform' : `a generated platform (needs ${missing.join(', ')})`

describe.skipIf(missing.length > 0)(title, { timeout: 300_000 }, () => {
  let folder: string
  let home: string
  let platform: HostPlatform

  /** Makes a folder for the build user, who works in it from inside the sandbox. */
  const openFolder = async (name: string) => {
    const place = join(folder, name)
    await mkdir(place)
    if (process.getuid?.() === 0) await chown(place, buildUser, buildUser)
    return place
  }

  const dnf = async (root: string, ...args: string[]) => {
    const work = join(folder, 'work')
    const settings = ['install_weak_deps=0', 'module_platform_id=platform:host', 'reposdir=/nonexistent']
    const places = [`cachedir=${work}/cache`, `logdir=${work}`, 'varsdir=/nonexistent']
    const argv = [
      ...[
        'dnf',
        `--installroot=${root}`,
        `--repofrompath=platform,file://${platform.dir}`,
        '--repo=platform',
      ],
      ...[
        '--releasever=1',
        '--nogpgcheck',
        '-y',
        ...[...settings, ...places].map((one) => `--setopt=${one}`),
      ],
      ...args,
    ]
    const answer = await runConfined(argv, { env: { HOME: home }, writable: [work, root] })
    return { code: answer.code, said: `${answer.stdout}\n${answer.stderr}` }
  }

  beforeAll(async () => {
    folder = await mkdtemp('/var/tmp/platform-test-')
    await chmod(folder, 0o755)
    home = join(folder, 'home')
    await mkdir(home)
    await writeFile(join(home, '.rpmmacros'), '%_dbpath /var/lib/rpm\n')
    await openFolder('work')
    platform = await generateHostPlatform({ dir: join(folder, 'repository'), run: runConfined })
  }, 300_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('has the digest of the host, and refuses to be generated where something lies', async () => {
    expect(platform.digest).toBe(await hostPlatformDigest())
    await expect(generateHostPlatform({ dir: platform.dir, run: runConfined })).rejects.toThrow(
      'exists already',
    )
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])
  })

  test('is complete: each of its packages can be installed', async () => {
    const { said } = await dnf(await openFolder('everything'), 'install', '--assumeno', '*')
    expect(said).not.toMatch(/Error:|nothing provides/)
    expect(said).toContain(`Install  ${platform.packages} Packages`)
  })

  test('gives a small root to run programs in', async () => {
    const root = await openFolder('runtime')
    const { code, said } = await dnf(root, 'install', 'bash')
    expect(said).not.toMatch(/warning|scriptlet failed/i)
    expect(code).toBe(0)
    const installed = await runInRoot(root, await openFolder('runtime-home'), [
      'bash',
      '-c',
      'echo $((6 * 7))',
    ])
    expect(installed.stdout).toBe('42\n')
    expect(said.match(/^ {2}Installing +:/gm)?.length).toBeLessThan(24)
    expect(await readdir(join(root, 'usr/bin'))).not.toContain('gcc')
  })

  test('builds a library with its development and debug packages', async () => {
    const root = await openFolder('build')
    const { code, said } = await dnf(root, 'install', ...platform.buildGroup, 'zlib-devel')
    expect(said).not.toMatch(/warning|scriptlet failed/i)
    expect(code).toBe(0)
    const label = '%dist .module_1\n%modularitylabel foo:1:2:3\n'
    await writeFile(join(root, 'etc/rpm/macros.zz-modules'), label)

    const build = await openFolder('build-home')
    for (const [name, text] of Object.entries(librarySources)) {
      await mkdir(dirname(join(build, name)), { recursive: true })
      await writeFile(join(build, name), text)
    }
    const inRoot = async (script: string) => {
      const answer = await runInRoot(root, build, ['bash', '-c', script])
      expect(answer.code, `${answer.stdout}\n${answer.stderr}`).toBe(0)
      return answer.stdout
    }
    await inRoot('tar czf foo-1.2.tar.gz foo-1.2')
    await inRoot('rpmbuild -ba -D "_topdir $HOME/rpm" -D "_sourcedir $HOME" foo.spec')
    const wanted = ['foo', 'foo-debuginfo', 'foo-debugsource', 'foo-devel']
    expect((await readdir(join(build, 'rpm/RPMS', platform.arch))).sort()).toEqual(
      wanted.map((name) => `${name}-1.2-1.module_1.${platform.arch}.rpm`).sort(),
    )
    const ask = async (name: string, what: string) =>
      (await inRoot(`rpm -qp ${what} rpm/RPMS/${platform.arch}/${name}-1.2-*.rpm`)).trim().split('\n')
    expect(await ask('foo', '--qf "%{modularitylabel}"')).toEqual(['foo:1:2:3'])
    expect(await ask('foo', '--provides')).toContain('libfoo.so.1()(64bit)')
    expect(await ask('foo', '--requires')).toEqual(
      expect.arrayContaining(['/bin/sh', 'libfoo.so.1()(64bit)', 'perl(Getopt::Long)', 'rtld(GNU_HASH)']),
    )
    expect(await ask('foo-devel', '--provides')).toContain('pkgconfig(foo) = 1.2')
    expect(await ask('foo-devel', '--requires')).toContain('pkgconfig(zlib)')
    expect(await ask('foo-debuginfo', '-l')).toContainEqual(
      expect.stringMatching(/\/usr\/lib64\/libfoo.*\.debug$/),
    )
    expect(await ask('foo-debugsource', '-l')).toContainEqual(expect.stringMatching(/\/foo\.c$/))

    // The built package finds its dependencies in the platform, scripts and perl modules included.
    const built = [
      ...[`--repofrompath=built,file://${build}/rpm/RPMS`, '--repo=built'],
      // The package has a module label, but its repository has no module.
      '--setopt=built.module_hotfixes=1',
    ]
    const metadata = await runConfined(['createrepo_c', '-q', `${build}/rpm/RPMS`], { writable: [build] })
    expect(metadata.code).toBe(0)
    const runtime = await openFolder('runtime-built')
    const result = await dnf(runtime, ...built, 'install', 'foo')
    expect(result.said).not.toMatch(/warning|scriptlet failed/i)
    const used = await runInRoot(runtime, build, ['bash', '-c', 'use-foo && greet && count'])
    expect(used.stdout, `${used.stderr}\n${result.said}`).toBe('42\nhello\n')
  })
})
