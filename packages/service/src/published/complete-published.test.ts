import { readStream, type ModuleStream, type Xmd } from '@mbs/modulemd'
import { expect, test } from 'vitest'
import { completePublished, runsOn, type BaseModule } from './complete-published.ts'

const base = (stream: string, virtualStreams: string[] = []): BaseModule => ({
  name: 'platform',
  stream,
  version: '1',
  context: '00000000',
  virtualStreams,
})

function published(dependencies: object[], xmd?: object): ModuleStream {
  const { stream, problems } = readStream(
    JSON.stringify({
      document: 'modulemd',
      version: 2,
      data: {
        name: 'ruby',
        stream: '2.5',
        version: 820,
        context: '9f9e2e7e',
        summary: 's',
        description: 'd',
        license: { module: ['MIT'] },
        dependencies,
        ...(xmd === undefined ? {} : { xmd }),
      },
    }),
  )
  if (stream === undefined) throw new Error(JSON.stringify(problems))
  return stream
}

function mbsOf(document: ModuleStream): Record<string, unknown> {
  const plain = (value: Xmd | undefined): unknown =>
    value instanceof Map
      ? Object.fromEntries([...value].map(([key, one]) => [key, plain(one)]))
      : Array.isArray(value)
        ? value.map(plain)
        : value
  return (plain(document.xmd) as { mbs: Record<string, unknown> }).mbs
}

const unknown = { ref: 'unknown', koji_tag: '' }
const block = {
  buildrequires: { platform: ['el8.6.0'], perl: ['5.26'] },
  requires: { platform: ['el8'], perl: ['5.26'] },
}

test('what a document was built on is told by its dependencies, on the base module that is known here', () => {
  const completed = completePublished(published([block]), [base('el9'), base('el8')], 'repofile://el8')
  expect(mbsOf(completed)).toEqual({
    commit: 'unknown',
    mse: true,
    requires: {},
    koji_tag: 'repofile://el8',
    buildrequires: {
      platform: { stream: 'el8', version: '1', context: '00000000', ...unknown },
      perl: { stream: '5.26', version: '0', context: '00000000', ...unknown },
    },
  })
  expect(completed).toMatchObject({ name: 'ruby', stream: '2.5', version: 820n, context: '9f9e2e7e' })
})

test('the same base module comes before one that it runs on, and virtual streams count', () => {
  const streamFor = (bases: BaseModule[], dependencies: object[] = [block]) =>
    (mbsOf(completePublished(published(dependencies), bases)) as { buildrequires: { platform?: object } })
      .buildrequires.platform
  expect(streamFor([base('el8.9.0', ['el8']), base('el8.6.0', ['el8'])])).toMatchObject({ stream: 'el8.6.0' })
  expect(streamFor([base('el9'), base('el8.9.0', ['el8'])])).toMatchObject({ stream: 'el8.9.0' })
  // No base module fits, so the document keeps the one that it was built on, which may be imported later.
  expect(streamFor([base('el9')])).toMatchObject({ stream: 'el8.6.0', version: '1' })
  expect(streamFor([], [{ requires: { platform: ['el8'] } }])).toMatchObject({ stream: 'el8' })
  expect(streamFor([], [])).toBeUndefined()
  expect(streamFor([base('el9')], [])).toMatchObject({ stream: 'el9' })
})

test('what xmd.mbs tells is kept, but for a base module that is not known', () => {
  const perl = { stream: '5.26', version: '810', context: 'abcdef12', ref: 'ff', koji_tag: 'module-perl' }
  const platform = { stream: 'el8.6.0', version: '3', context: '00000000', ref: 'ee', koji_tag: 'p' }
  const document = published([block], {
    mbs: { commit: 'cafe', virtual_streams: ['x'], buildrequires: { perl, platform } },
    other: 'kept',
  })
  const whole = { commit: 'cafe', virtual_streams: ['x'], buildrequires: { perl, platform } }
  expect(mbsOf(completePublished(document, []))).toMatchObject(whole)
  expect(mbsOf(completePublished(document, [{ ...base('el8.6.0'), version: '3' }]))).toMatchObject(whole)
  const elsewhere = mbsOf(completePublished(document, [base('el8')]))
  expect(elsewhere).toMatchObject({ buildrequires: { perl, platform: { stream: 'el8', version: '1' } } })
  expect((completePublished(document, []).xmd as ReadonlyMap<string, Xmd>).get('other')).toBe('kept')
})

test('a choice of several does not tell what a document was built on', () => {
  const open = published([{ buildrequires: { perl: ['5.26', '5.30'], ruby: [] }, requires: {} }])
  expect(mbsOf(completePublished(open, []))).toMatchObject({ buildrequires: {} })
})

test('a module runs on the base modules that its requirements allow', () => {
  const runs = (platform: string[], known: BaseModule) =>
    runsOn(published([{ requires: { platform } }]), known)
  expect(runs(['el8'], base('el8'))).toBe(true)
  expect(runs(['el8'], base('el8.6.0', ['el8']))).toBe(true)
  expect(runs(['el9'], base('el8'))).toBe(false)
  expect(runs([], base('el8'))).toBe(true)
  expect(runs(['-el9'], base('el8'))).toBe(true)
  expect(runs(['-el8'], base('el8'))).toBe(false)
})
