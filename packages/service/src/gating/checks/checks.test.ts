import { readModulemd, type ModuleStream } from '@mbs/modulemd'
import type { RpmFile, RpmHeader } from '@mbs/rpm'
import { describe, expect, test } from 'vitest'
import type { ModuleUnderTest } from '../module-under-test.ts'
import { checkArtifacts } from './artifacts.ts'
import { checkFileConflicts } from './file-conflicts.ts'
import { checkLabels } from './labels.ts'

const file = (path: string, digest: string, changes: Partial<RpmFile> = {}): RpmFile => ({
  path,
  digest,
  mode: 0o100644,
  size: 1,
  flags: 0,
  linkTo: '',
  user: 'root',
  group: 'root',
  isGhost: false,
  isDirectory: false,
  ...changes,
})

function header(name: string, changes: Partial<RpmHeader> = {}): RpmHeader {
  const arch = changes.isSource === true ? 'src' : 'x86_64'
  return {
    nevra: { name, epoch: 0, version: '1', release: '1', arch },
    isSource: false,
    sourceRpm: 'p-1-1.src.rpm',
    modularityLabel: 'm:1:2:c',
    summary: '',
    license: 'MIT',
    buildTime: 0,
    exclusiveArch: [],
    excludeArch: [],
    requires: [],
    provides: [],
    conflicts: [],
    obsoletes: [],
    files: [],
    headerRange: [0, 0],
    ...changes,
  }
}

function module(
  headers: readonly RpmHeader[],
  artifacts: readonly string[],
  filter: readonly string[] = [],
): ModuleUnderTest {
  const text =
    'document: modulemd\nversion: 2\ndata:\n  summary: s\n  description: d\n  license: {module: [MIT]}\n'
  const document = {
    ...(readModulemd(text).documents[0] as ModuleStream),
    artifacts: [...artifacts],
    filter: [...filter],
  }
  return {
    nsvc: 'm:1:2:c',
    reusedFrom: ['m:1:1:c'],
    document,
    withPackages: async (use) =>
      use({
        packages: headers.map((one) => ({ path: '', header: one })),
        dependencies: () => Promise.resolve([]),
      }),
    platform: { stream: 'p', virtualStreams: [], repositories: [] },
    user: { uid: undefined },
    scratch: '',
  }
}

const nevra = (name: string, arch = 'x86_64') => `${name}-0:1-1.${arch}`

describe('the check of artifacts', () => {
  const all = [header('p'), header('p-tests'), header('p', { isSource: true })]
  test.each([
    [
      'passes when what is listed is there, and the reverse',
      all,
      [nevra('p'), nevra('p', 'src')],
      ['p-tests'],
      [],
    ],
    [
      'finds what is listed and was not built',
      all,
      [nevra('p'), nevra('p', 'src'), nevra('q')],
      ['p-tests'],
      ['q-0:1-1.x86_64 is listed but was not built'],
    ],
    [
      'finds what was built and is not listed',
      all,
      [nevra('p'), nevra('p', 'src')],
      [],
      ['p-tests-0:1-1.x86_64 was built but is neither listed nor filtered'],
    ],
    [
      'finds what is listed although it is filtered',
      all,
      [nevra('p'), nevra('p-tests'), nevra('p', 'src')],
      ['p-tests'],
      ['p-tests-0:1-1.x86_64 is listed although its name is filtered'],
    ],
    [
      'finds a source that does not follow its binaries',
      all,
      [nevra('p')],
      ['p-tests'],
      ['p-0:1-1.src is not listed, its binaries are'],
    ],
    [
      'finds a wrong epoch',
      all,
      ['p-1:1-1.x86_64', nevra('p', 'src')],
      ['p-tests'],
      [
        'p-1:1-1.x86_64 is listed but was not built',
        'p-0:1-1.x86_64 was built but is neither listed nor filtered',
      ],
    ],
    [
      'lets debug packages follow a filtered package',
      [...all, header('p-tests-debuginfo')],
      [nevra('p'), nevra('p', 'src')],
      ['p-tests'],
      [],
    ],
  ])('%s', async (_, headers, artifacts, filter, faults) => {
    expect((await checkArtifacts(module(headers, artifacts, filter))).faults).toEqual(faults)
  })
})

test('the check of labels finds another label and none', async () => {
  const { modularityLabel: _label, ...unlabelled } = header('b')
  const { faults } = await checkLabels(
    module(
      [
        header('a'),
        unlabelled,
        header('c', { modularityLabel: 'm:1:3:c' }),
        header('d', { modularityLabel: 'm:1:1:c' }),
        header('e', { modularityLabel: 'l'.repeat(5000) }),
      ],
      [],
    ),
  )
  expect(faults).toEqual([
    'b-0:1-1.x86_64 has no label, not m:1:2:c',
    'c-0:1-1.x86_64 has the label m:1:3:c, not m:1:2:c',
    `e-0:1-1.x86_64 has the label ${'l'.repeat(200)} …, not m:1:2:c`,
  ])
})

describe('the check of file conflicts', () => {
  const faultsOf = async (a: RpmFile, b: RpmFile, changes: Partial<RpmHeader> = {}) => {
    const { faults } = await checkFileConflicts(
      module(
        [header('a', { files: [a] }), header('b', { files: [b], ...changes })],
        [nevra('a'), nevra('b')],
      ),
    )
    return faults
  }

  test.each([
    ['different content', file('/f', '1'), file('/f', '2'), {}, 1],
    ['different modes', file('/f', '1'), file('/f', '1', { mode: 0o100755 }), {}, 1],
    ['links that lead elsewhere', file('/f', '', { linkTo: 'x' }), file('/f', '', { linkTo: 'y' }), {}, 1],
    ['the same content', file('/f', '1'), file('/f', '1'), {}, 0],
    [
      'a shared folder',
      file('/d', '', { isDirectory: true }),
      file('/d', '', { isDirectory: true, mode: 0o40700 }),
      {},
      0,
    ],
    ['a ghost', file('/f', '1'), file('/f', '2', { isGhost: true }), {}, 0],
    [
      'packages that say that they conflict',
      file('/f', '1'),
      file('/f', '2'),
      { conflicts: [{ name: 'a', flags: 0, version: '' }] },
      0,
    ],
  ])('of %s', async (_, a, b, changes, count) => {
    expect(await faultsOf(a, b, changes)).toHaveLength(count)
  })

  test('looks at as many files and conflicts as a header can have in a moment', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => index)
    const conflicts = many.map((index) => ({ name: `other${index}`, flags: 0, version: '' }))
    const files = (digest: string) => many.map((index) => file(`/f${index}`, digest))
    const headers = [
      header('a', { files: files('1'), conflicts }),
      header('b', { files: files('2'), conflicts }),
    ]
    const began = performance.now()
    const { faults } = await checkFileConflicts(module(headers, [nevra('a'), nevra('b')]))
    expect(faults).toHaveLength(1000)
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  test('does not look at packages that are not shipped', async () => {
    const headers = [header('a', { files: [file('/f', '1')] }), header('b', { files: [file('/f', '2')] })]
    expect((await checkFileConflicts(module(headers, [nevra('a')]))).faults).toEqual([])
  })
})
