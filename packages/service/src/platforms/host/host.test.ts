import { describe, expect, test } from 'vitest'
import { closure, parseDepends } from './closure.ts'
import { parseAlternative, parseFileLists, parseInstalled } from './dpkg.ts'
import { parseRpmDatabase } from './rpmdb.ts'
import { assignLinks } from './survey.ts'
import type { HostPackage } from './types.ts'
import { rpmRelease, rpmVersion, splitDebianVersion } from './versions.ts'

const one = (name: string, depends: string[][] = [], provides: string[] = []): HostPackage => ({
  name,
  upstream: '1',
  revision: '1',
  arch: 'amd64',
  depends,
  provides,
})

describe('versions', () => {
  test.each([
    ['4:12.2.0-3', '12.2.0', '0.3.host'],
    ['1:1.2.13.dfsg-1', '1.2.13', '0.1.host'],
    ['4.18.0+dfsg-1+deb12u1', '4.18.0', '0.1+deb12u1.host'],
    ['2.13+dfsg-7.1', '2.13', '0.7.1.host'],
    ['2.9.14+dfsg-1.3~deb12u5', '2.9.14', '0.1.3~deb12u5.host'],
    ['1.0-rc1-2', '1.0.rc1', '0.2.host'],
    ['3.1-20221030-2', '3.1.20221030', '0.2.host'],
    ['12.4+deb12u11', '12.4+deb12u11', '0.host'],
  ])('%s becomes %s and %s', (debian, version, release) => {
    const { upstream, revision } = splitDebianVersion(debian)
    expect(rpmVersion(upstream)).toBe(version)
    expect(rpmRelease(revision)).toBe(release)
  })
})

describe('dependencies', () => {
  test('alternatives, versions and architectures are parsed', () => {
    expect(parseDepends('libc6 (>= 2.36), perl:any, awk | mawk (>> 1) [amd64]')).toEqual([
      ['libc6'],
      ['perl'],
      ['awk', 'mawk'],
    ])
    expect(parseDepends('')).toEqual([])
  })

  test('the closure follows installed alternatives and virtual packages, and stops at what is left out', () => {
    const packages = [
      one('gcc', [['cpp'], ['absent', 'libc-dev']]),
      one('cpp', [['gcc'], ['dpkg']]),
      one('libc6-dev', [], ['libc-dev']),
      one('dpkg', [['tar']]),
      one('tar'),
    ]
    const { packages: found, missing } = closure(packages, ['gcc', 'dwz'], new Set(['dpkg']))
    expect(found.map(({ name }) => name)).toEqual(['cpp', 'gcc', 'libc6-dev'])
    expect(missing).toEqual(['dwz'])
  })
})

describe('dpkg', () => {
  test('only installed packages of the own architecture are taken', () => {
    const text = [
      'ii \tbash\tamd64\t5.2.15-2\tbase-files (>= 2)\tlibc6 (>= 2.36)\t',
      'rc \told\tamd64\t1-1\t\t\t',
      'ii \tlibc6\ti386\t2.36-9\t\t\t',
      'ii \tdata\tall\t1\t\t\tvirtual (= 1), other',
      '',
    ].join('\n')
    expect(parseInstalled(text, 'amd64')).toEqual([
      {
        name: 'bash',
        arch: 'amd64',
        upstream: '5.2.15',
        revision: '2',
        depends: [['libc6'], ['base-files']],
        provides: [],
      },
      { name: 'data', arch: 'all', upstream: '1', revision: '', depends: [], provides: ['virtual', 'other'] },
    ])
  })

  test('a diverted file is given where it lies', () => {
    const text =
      '/.\n/bin\n/bin/sh\npackage diverts others to: /bin/sh.distrib\n\n/usr/bin/perf\ndiverted by linux-perf to: /usr/bin/perf.wrapper\n'
    expect(parseFileLists(text)).toEqual([['/.', '/bin', '/bin/sh'], ['/usr/bin/perf.wrapper']])
  })

  test('the links of an alternative go to the package of the chosen file', () => {
    const text = 'auto\n/usr/bin/awk\nawk.1.gz\n/usr/share/man/man1/awk.1.gz\n\n/usr/bin/gawk\n10\n'
    expect(parseAlternative('awk', text)).toEqual([
      { name: 'awk', path: '/usr/bin/awk' },
      { name: 'awk.1.gz', path: '/usr/share/man/man1/awk.1.gz' },
    ])
    const files = new Map([
      ['gawk', ['/usr/bin/gawk', '/usr/share/man/man1/gawk.1.gz']],
      ['mt', ['/bin/mt-gnu']],
    ])
    assignLinks(files, [
      { path: '/usr/bin/awk', via: '/etc/alternatives/awk', target: '/usr/bin/gawk' },
      {
        path: '/usr/share/man/man1/awk.1.gz',
        via: '/etc/alternatives/awk.1.gz',
        target: '/usr/share/man/man1/gawk.1.gz',
      },
      { path: '/usr/bin/mt', via: '/etc/alternatives/mt', target: '/usr/bin/mt-gnu' },
      { path: '/usr/bin/vi', via: '/etc/alternatives/vi', target: '/usr/bin/vim' },
    ])
    expect(files.get('gawk')).toEqual([
      '/usr/bin/gawk',
      '/usr/share/man/man1/gawk.1.gz',
      '/usr/bin/awk',
      '/etc/alternatives/awk',
    ])
    expect(files.get('mt')).toEqual(['/bin/mt-gnu', '/usr/bin/mt', '/etc/alternatives/mt'])
  })
})

test('an rpm database is read with its dependencies', () => {
  const text =
    'P\tbash\t5.2\t3.fc40\tx86_64\nR\tlibc.so.6\nR\trpmlib(X)\nV\tbash\nV\t/bin/sh\nP\tgpg-pubkey\t1\t1\t(none)\n'
  expect(parseRpmDatabase(text)).toEqual([
    {
      name: 'bash',
      upstream: '5.2',
      revision: '3.fc40',
      arch: 'x86_64',
      depends: [['libc.so.6']],
      provides: ['bash', '/bin/sh'],
    },
  ])
})
