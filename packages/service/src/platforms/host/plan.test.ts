import { describe, expect, test } from 'vitest'
import { basePaths, baseRpms } from './base.ts'
import { excludePattern, parseRelations, unsatisfied } from './checks.ts'
import { shortPath, wanted } from './files.ts'
import type { HostFile } from './files.ts'
import { platformMacros } from './macros.ts'
import { rpmName, rpmNameOfFile } from './names.ts'
import { withPerl } from './perl.ts'
import { planRpms, shared } from './plan.ts'
import { fileList, fileListPath, generatedSpec, hostSpec } from './spec.ts'
import type { HostPackage, PlannedRpm } from './types.ts'

const file = (path: string, more: Partial<HostFile> = {}): HostFile => ({
  path,
  listed: path,
  dir: false,
  mtime: 0,
  ...more,
})
const rpm = (name: string, more: Partial<PlannedRpm> = {}): PlannedRpm => ({
  name,
  sources: [name],
  version: '1',
  release: '0.1.host',
  requires: [],
  provides: [],
  files: [],
  ...more,
})

describe('names', () => {
  test.each([
    ['libc6', 'glibc'],
    ['libc6-dev', 'glibc-devel'],
    ['linux-libc-dev', 'kernel-headers'],
    ['zlib1g', 'zlib'],
    ['zlib1g-dev', 'zlib-devel'],
    ['libstdc++6', 'libstdc++'],
    ['libstdc++-12-dev', 'libstdc++-devel'],
    ['gcc-12', 'gcc'],
    ['gcc-12-base', 'libgcc'],
    ['libgcc-12-dev', 'gcc'],
    ['g++-13', 'gcc-c++'],
    ['libperl5.36', 'perl'],
    ['python3.11-minimal', 'python3'],
    ['libpython3.11-stdlib', 'python3-libs'],
    ['librpmbuild9', 'rpm-build-libs'],
    ['librpm9', 'rpm-libs'],
    ['librpmio10', 'rpm-libs'],
    ['libelf1t64', 'elfutils-libelf'],
    ['libfoo-dev', 'libfoo-devel'],
    ['sed', 'sed'],
  ])('%s is %s', (debian, name) => {
    expect(rpmName(debian)).toBe(name)
  })

  test("Debian's rpm is split", () => {
    expect(rpmNameOfFile('rpm', '/usr/bin/rpmbuild')).toBe('rpm-build')
    expect(rpmNameOfFile('rpm', '/usr/lib/rpm/find-requires')).toBe('rpm-build')
    expect(rpmNameOfFile('rpm', '/usr/bin/rpm')).toBe('rpm')
    expect(rpmNameOfFile('rpm-common', '/usr/lib/rpm/macros')).toBe('rpm')
  })
})

describe('files', () => {
  test("documentation and the host's own set-up are left out", () => {
    expect(wanted('/usr/share/doc/bash/copyright')).toBe(false)
    expect(wanted('/usr/share/man/man1/ls.1.gz')).toBe(false)
    expect(wanted('/etc/apt/sources.list')).toBe(false)
    expect(wanted('/usr/share/documents')).toBe(true)
    expect(wanted('/usr/bin/[')).toBe(true)
    expect(wanted('/usr/bin/a\nb')).toBe(false)
  })

  test('a name behind a directory link of the root is provided', () => {
    expect(shortPath(file('/usr/bin/sh', { listed: '/bin/sh' }))).toEqual(['/bin/sh'])
    expect(shortPath(file('/usr/bin/env'))).toEqual([])
    expect(shortPath(file('/usr/lib/x/libc.so.6', { listed: '/lib/x/libc.so.6' }))).toEqual([])
  })

  test('a path is written as rpm takes it', () => {
    expect(fileListPath('/usr/bin/[')).toBe('/usr/bin/[')
    expect(fileListPath('/a/[x]')).toBe('/a/?x?')
    expect(fileListPath('/a/b c%d')).toBe('"/a/b c%%d"')
    expect(
      fileList([
        { path: '/a', dir: true },
        { path: '/a/su', dir: false, mode: 0o755 },
      ]),
    ).toBe('%defattr(-,root,root,-)\n%dir /a\n%attr(0755,root,root) /a/su\n')
  })
})

describe('the plan', () => {
  const host = (name: string, upstream: string, depends: string[][] = []): HostPackage => ({
    name,
    upstream,
    revision: '2',
    arch: 'amd64',
    depends,
    provides: [],
  })
  const packages = [
    host('gcc', '12.2.0', [['gcc-12']]),
    host('gcc-12', '12.2.1', [['libc6']]),
    host('libc6', '2.36'),
    host('rpm', '4.18.0+dfsg', [['rpm-common']]),
    host('rpm-common', '4.18.0+dfsg'),
  ]
  const files = new Map([
    ['gcc', [file('/usr/bin/gcc')]],
    ['gcc-12', [file('/usr/bin/gcc-12'), file('/usr/bin/gcc-ar-12')]],
    ['libc6', [file('/usr/lib64/ld-linux-x86-64.so.2', { listed: '/lib64/ld-linux-x86-64.so.2' })]],
    ['rpm', [file('/usr/bin/rpm'), file('/usr/bin/rpmbuild')]],
    ['rpm-common', [file('/usr/lib/rpm/macros')]],
  ])
  const plan = planRpms(packages, files, { rpmName, rpmNameOfFile }, new Set(['filesystem']))
  const named = (name: string) => plan.find((entry) => entry.name === name)

  test('packages are merged, with the version of the largest', () => {
    expect(plan.map(({ name }) => name)).toEqual(['gcc', 'glibc', 'rpm', 'rpm-build'])
    expect(named('gcc')).toMatchObject({
      sources: ['gcc', 'gcc-12'],
      version: '12.2.1',
      release: '0.2.host',
      requires: ['glibc'],
    })
  })

  test('packages are split by file', () => {
    expect(named('rpm')?.files.map(({ path }) => path)).toEqual(['/usr/bin/rpm', '/usr/lib/rpm/macros'])
    expect(named('rpm-build')).toMatchObject({ requires: ['rpm'], provides: ['perl-generators = 4.18.0'] })
  })

  test('what the generators cannot see is provided and required by hand', () => {
    expect(named('glibc')?.provides).toEqual([
      'glibc-common = 2.36',
      'glibc-minimal-langpack = 2.36',
      '/lib64/ld-linux-x86-64.so.2',
      'rtld(GNU_HASH)',
    ])
    expect(named('glibc')?.requires).toEqual(['filesystem'])
  })

  test('shares hold every RPM once', () => {
    const shares = shared(plan, 3)
    expect(shares).toHaveLength(3)
    expect(
      shares
        .flat()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(plan.map(({ name }) => name))
  })

  test('the spec has one subpackage per RPM, and the linker cache follows glibc', () => {
    const spec = hostSpec(plan, '/lists')
    expect(spec).toContain('%package -n gcc\nVersion: 12.2.1\nRelease: 0.2.host\n')
    expect(spec).toContain('%files -n rpm-build -f /lists/rpm-build\n')
    expect(spec.match(/^%transfiletriggerin /gm)).toHaveLength(1)
    expect(spec).not.toContain('%post')
  })
})

describe('perl', () => {
  test('requirements that no RPM provides are dropped and named', () => {
    const found = new Map([
      [
        'perl',
        { provides: 'perl(strict) = 1.12\nperl(POSIX)\n', requires: 'perl >= 1:5.006\nperl(VMS::Stdio)\n' },
      ],
      ['tool', { provides: '', requires: 'perl(strict)\nperl(POSIX) >= 1.0\n' }],
    ])
    const { rpms, dropped } = withPerl([rpm('perl'), rpm('tool'), rpm('other')], found)
    expect(dropped).toEqual(['perl(VMS::Stdio)'])
    expect(rpms[0]).toMatchObject({ provides: ['perl(POSIX)', 'perl(strict) = 1.12'], requires: [] })
    expect(rpms[1]?.requires).toEqual(['perl(POSIX)', 'perl(strict)'])
    expect(rpms[2]).toEqual(rpm('other'))
  })
})

describe('checks', () => {
  test('a requirement that nothing provides is found', () => {
    const rpms = parseRelations(
      'N\ta\nR\tlibx.so\nR\t/usr/bin/b\nR\trpmlib(Y)\nP\ta\nN\tb\nP\tb\nP\t/usr/bin/b\n',
    )
    expect(unsatisfied(rpms)).toEqual([{ name: 'libx.so', by: 'a' }])
  })

  test('an exclusion matches the name alone', () => {
    const pattern = new RegExp(excludePattern(['perl(A::B)', '/usr/bin/x.y', 'a^b']))
    expect(pattern.test('perl(A::B)')).toBe(true)
    expect(pattern.test('perl(A::B) >= 1')).toBe(true)
    expect(pattern.test('perl(A::Bc)')).toBe(false)
    expect(pattern.test('/usr/bin/xzy')).toBe(false)
    expect(pattern.test('a^b')).toBe(true)
  })
})

describe('generated packages', () => {
  const choice = {
    arch: 'x86_64',
    dwz: false,
    euStrip: false,
    shell: true,
    hostName: 'Some "Host"',
    hostVersion: '12',
  }

  test('a stand-in for eu-strip comes only where elfutils is absent', () => {
    const paths = (euStrip: boolean) =>
      baseRpms({ ...choice, euStrip }).flatMap((one) => one.entries.map(({ path }) => path))
    expect(paths(false)).toContain('/usr/lib/rpm/redhat/bin/eu-strip')
    expect(paths(true)).not.toContain('/usr/lib/rpm/redhat/bin/eu-strip')
  })

  test('the release names the platform', () => {
    const release = baseRpms(choice).find((one) => one.name === 'system-release')
    expect(release?.entries[0]?.text).toContain('PLATFORM_ID="platform:host"\n')
    expect(release?.entries[0]?.text).toContain('PRETTY_NAME="Platform made of the packages of Some Host"\n')
  })

  test('every path is one line of the spec', () => {
    const spec = generatedSpec(baseRpms(choice))
    expect(spec).toContain('%attr(1777,root,root) %dir /tmp\n')
    expect(spec).toContain('%attr(-,root,root) /usr/bin/sh\n')
    for (const path of basePaths) expect(spec).toContain(` ${path}\n`)
  })

  test('macros name the tools that are there, and set no module label', () => {
    const without = platformMacros({ arch: 'x86_64', dwz: false })
    expect(without).not.toContain('dwz')
    expect(without).not.toContain('modularitylabel')
    expect(without).not.toContain('_include_minidebuginfo')
    expect(platformMacros({ arch: 'x86_64', dwz: true, stripTools: '/t' })).toContain('PATH=/t:$PATH')
    expect(platformMacros({ arch: 'x86_64', dwz: true, multiarch: '/usr/lib/m' })).toContain(
      '|/usr/lib/m)/pkgconfig',
    )
  })
})
