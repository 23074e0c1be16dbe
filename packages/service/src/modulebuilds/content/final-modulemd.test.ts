import { readModulemd, type ModuleStream } from '@mbs/modulemd'
import type { RpmHeader } from '@mbs/rpm'
import { describe, expect, test } from 'vitest'
import { develModulemd, finalModulemd, withBuildonlyFiltered } from './final-modulemd.ts'

function document(data: string): ModuleStream {
  const text = `document: modulemd\nversion: 2\ndata:\n  summary: s\n  description: d\n  license: {module: [MIT]}\n${data}`
  const [read] = readModulemd(text).documents
  if (read?.kind !== 'modulemd') throw new Error('no modulemd')
  return read
}

/**
 * Returns the header of the package `NAME.ARCH`, built from the source package SOURCE. The arch of a source package is
 * `src`.
 */
function header(name: string, arch: string, source: string, more: Partial<RpmHeader> = {}): RpmHeader {
  const isSource = arch === 'src'
  return {
    nevra: { name, epoch: 0, version: '1', release: '1', arch },
    isSource,
    ...(isSource ? {} : { sourceRpm: `${source}-1-1.src.rpm` }),
    summary: '',
    license: `licence of ${source}`,
    buildTime: 0,
    exclusiveArch: [],
    excludeArch: [],
    requires: [],
    provides: [],
    conflicts: [],
    obsoletes: [],
    files: [],
    headerRange: [0, 0],
    ...more,
  }
}

const namesOf = ({ artifacts }: ModuleStream) => artifacts.map((nevra) => nevra.replace('-0:1-1', '')).sort()
const listed = (...args: Parameters<typeof finalModulemd>) => namesOf(finalModulemd(...args))

describe('the packages of an arch', () => {
  const packages = [
    header('a', 'src', 'a'),
    header('a', 'x86_64', 'a'),
    header('a', 'i686', 'a'),
    header('a', 's390x', 'a'),
    header('a-doc', 'noarch', 'a'),
    header('b', 'src', 'b'),
    header('b', 'x86_64', 'b'),
    header('b', 'i686', 'b'),
  ]
  const components = 'components: {rpms: {a: {rationale: r, multilib: [x86_64]}, b: {rationale: r}}}'

  test('are those of an arch that is called as what objects have', () => {
    const { arch } = finalModulemd(document(`  ${components}\n`), 'toString', packages, ['a', 'b'])
    expect(arch).toBe('toString')
  })

  test('are its own and noarch, of a second arch where a component asks for it, with their sources', () => {
    const module = document(`  ${components}\n`)
    expect(listed(module, 'x86_64', packages, ['a', 'b'])).toEqual([
      'a-doc.noarch',
      'a.i686',
      'a.src',
      'a.x86_64',
      'b.src',
      'b.x86_64',
    ])
    expect(listed(module, 's390x', packages, ['a', 'b'])).toEqual(['a-doc.noarch', 'a.s390x', 'a.src'])
    expect(listed(module, 'i386', packages, ['a', 'b'])).toContain('b.i686')
  })

  test('are of components, included ones too, or of those that the whitelist names', () => {
    expect(listed(document('  components: {}\n'), 'x86_64', packages, ['b'])).toEqual(['b.src', 'b.x86_64'])
    const whitelisted = document(`  ${components}\n  buildopts: {rpms: {whitelist: [b]}}\n`)
    expect(listed(whitelisted, 'x86_64', packages, ['a', 'b'])).toEqual(['b.src', 'b.x86_64'])
  })

  test.each<[string, Partial<RpmHeader>, string[]]>([
    ['excludes it', { excludeArch: ['x86_64'] }, []],
    ['excludes it by another name', { excludeArch: ['amd64'] }, []],
    ['excludes another', { excludeArch: ['s390x'] }, ['a.src', 'a.x86_64']],
    ['is for others only', { exclusiveArch: ['s390x', 'ppc64le'] }, []],
    ['is for it', { exclusiveArch: ['s390x', 'x86_64'] }, ['a.src', 'a.x86_64']],
  ])('of a source package that %s', (_, source, expected) => {
    const built = [header('a', 'src', 'a', source), header('a', 'x86_64', 'a')]
    expect(listed(document(''), 'x86_64', built, ['a'])).toEqual(expected)
  })

  test('are without what is filtered, whose debug data goes with it', () => {
    const built = [
      ...['a', 'a-libs', 'a-debuginfo', 'a-libs-debuginfo', 'a-debugsource'].map((name) =>
        header(name, 'x86_64', 'a'),
      ),
      header('a', 'src', 'a'),
    ]
    const module = document('  filter: {rpms: [a-libs]}\n')
    const final = finalModulemd(module, 'x86_64', built, ['a'])
    expect(listed(module, 'x86_64', built, ['a'])).toEqual([
      'a-debuginfo.x86_64',
      'a-debugsource.x86_64',
      'a.src',
      'a.x86_64',
    ])
    expect([final.arch, final.license.content]).toEqual(['x86_64', ['licence of a']])
  })
})

describe('the -devel module beside it', () => {
  const built = [
    ...['a', 'a-libs', 'a-debuginfo', 'a-libs-debuginfo'].map((name) => header(name, 'x86_64', 'a')),
    header('a-libs', 'i686', 'a'),
    header('a', 's390x', 'a'),
    header('a', 'src', 'a'),
    header('b', 'noarch', 'b'),
    header('b', 'src', 'b'),
  ]
  const module = document(`  name: m
  stream: "1"
  dependencies:
  - buildrequires: {platform: [el8]}
    requires: {platform: [el8]}
  - buildrequires: {platform: [el9]}
    requires: {platform: [el9], m: [0]}
  profiles: {default: {rpms: [a]}}
  api: {rpms: [a]}
  filter: {rpms: [a-libs]}
  xmd: {mbs: {commit: c}, mine: kept}
`)

  test('has what runs on the arch and is not shipped, and the sources of which nothing is', () => {
    expect(namesOf(finalModulemd(module, 'x86_64', built, ['a']))).toEqual([
      'a-debuginfo.x86_64',
      'a.src',
      'a.x86_64',
    ])
    const devel = develModulemd(module, 'x86_64', built, ['a'])
    expect(namesOf(devel)).toEqual([
      'a-libs-debuginfo.x86_64',
      'a-libs.i686',
      'a-libs.x86_64',
      'b.noarch',
      'b.src',
    ])
    expect(devel.license.content).toEqual(['licence of a', 'licence of b'])
    expect(namesOf(develModulemd(module, 's390x', built, ['a', 'b']))).toEqual([])
  })

  test('requires the module itself in each block, and promises nothing', () => {
    const devel = develModulemd(module, 'i386', built, ['a'])
    expect(devel).toMatchObject({ name: 'm-devel', stream: '1', arch: 'i686', api: [] })
    expect(devel.profiles.size).toBe(0)
    expect(devel.dependencies.map(({ requires }) => Object.fromEntries(requires))).toEqual([
      { platform: ['el8'], m: ['1'] },
      { platform: ['el9'], m: ['1'] },
    ])
    expect(devel.xmd).toEqual(new Map([['mine', 'kept']]))
    expect(module.profiles.size).toBe(1)
  })
})

test('what is needed for building alone is filtered, all of its packages', () => {
  const packages = [
    header('tool', 'x86_64', 'tool'),
    header('tool-libs', 'x86_64', 'tool'),
    header('a', 'x86_64', 'a'),
  ]
  const components = [
    { buildonly: true, nvr: 'tool-1-1' },
    { buildonly: false, nvr: 'a-1-1' },
  ]
  const module = document('  filter: {rpms: [z]}\n')
  expect(withBuildonlyFiltered(module, components, packages).filter).toEqual(['tool', 'tool-libs', 'z'])
  expect(withBuildonlyFiltered(module, [], packages)).toBe(module)
})
