import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Schemas } from '@mbs/client'
import { afterAll, describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')
const fixtures = path.join(root, 'packages/service/fixtures/expand')
const folder = mkdtempSync(path.join(os.tmpdir(), 'mbs-plan-'))
afterAll(() => rmSync(folder, { recursive: true }))

function mbs(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(path.join(root, 'packages/cli/bin/mbs'), args, {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** Returns a plan, its refusals as sentences, and the components of its builds by batch. */
function plan(file: string, universe: string, ...options: string[]) {
  const { status, stdout } = mbs('--json', 'plan', file, '--universe', universe, ...options)
  const made = JSON.parse(stdout) as Schemas['SubmissionPlan']
  const batches = Map.groupBy(made.builds[0]?.components ?? [], ({ batch }) => batch)
  return {
    status,
    plan: {
      ...made,
      contexts: made.builds,
      refused: made.refused.map(({ message }) => message),
      batches: [...batches].map(([batch, all]) => ({ batch, components: all.map((one) => one.package) })),
    },
  }
}

const put = (name: string, text: string) => {
  const file = path.join(folder, name)
  writeFileSync(file, text)
  return file
}

const stream = (head: string, body: string) =>
  `---\ndocument: modulemd\nversion: 2\ndata:\n${head}  summary: s\n  description: d\n  license: {module: [MIT]}\n${body}...\n`
const dependencies = (buildrequires: string, requires: string) =>
  `  dependencies:\n  - buildrequires: ${buildrequires}\n    requires: ${requires}\n`

/** A published index without base modules. Its documents name their platforms in xmd.mbs. */
const published = [
  stream(
    "  name: perl\n  stream: '5.26'\n  version: 8010020200101000000\n  context: aaaaaaaa\n",
    dependencies('{platform: [el8.1.0]}', '{platform: [el8]}') +
      '  xmd:\n    mbs:\n      buildrequires:\n        platform: {stream: el8.1.0, version: 2, context: 00000000}\n',
  ),
  stream(
    "  name: perl\n  stream: '5.30'\n  version: 8040020210101000000\n  context: bbbbbbbb\n",
    dependencies('{platform: [el8.4.0]}', '{platform: [el8]}') +
      '  xmd:\n    mbs:\n      buildrequires:\n        platform: {stream: el8.4.0, version: 2, context: 00000000}\n',
  ),
].join('')

const packager = readFileSync(path.join(root, 'packages/modulemd/fixtures/packager-v3.yaml'), 'utf8')

const app = stream(
  '',
  dependencies('{platform: [el8], perl: []}', '{platform: [el8], perl: []}') +
    '  components:\n    rpms:\n      late: {rationale: r, buildorder: 2}\n      one: {rationale: r}\n      two: {rationale: r}\n',
)

describe('plan', () => {
  test('a published index tells which base modules there are, and what each build would be built against', () => {
    const { status, plan: made } = plan(put('app.yaml', app), put('modules.yaml', published))
    expect(status).toBe(0)
    expect(made.assumed).toEqual([
      { name: 'platform', stream: 'el8.1.0', virtual_streams: ['el8'] },
      { name: 'platform', stream: 'el8.4.0', virtual_streams: ['el8'] },
    ])
    expect(made.contexts.map(({ buildrequires }) => buildrequires)).toMatchObject([
      { perl: { stream: '5.26', context: 'aaaaaaaa' }, platform: { stream: 'el8.4.0' } },
      { perl: { stream: '5.30', context: 'bbbbbbbb' }, platform: { stream: 'el8.4.0' } },
    ])
    expect(made.batches).toEqual([
      { batch: 2, components: ['one', 'two'] },
      { batch: 3, components: ['late'] },
    ])
  })

  test('is told to people in sentences', () => {
    const { stdout } = mbs('plan', put('app.yaml', app), '--universe', put('modules.yaml', published))
    expect(stdout.split('\n')).toEqual([
      'no document describes platform:el8.1.0 (also el8), platform:el8.4.0 (also el8): assumed to exist',
      expect.stringMatching(
        /^context [0-9a-f]{8}: built against perl:5\.26:8010020200101000000:aaaaaaaa, platform:el8\.4\.0:2:00000000$/,
      ),
      expect.stringMatching(/^context [0-9a-f]{8}: built against perl:5\.30:/),
      'batch 2: one, two',
      'batch 3: late',
      '',
    ])
  })

  test('of a document without xmd.mbs the runtime requirements tell what it is for', () => {
    const bare = stream(
      "  name: ruby\n  stream: '3.1'\n  version: 9\n  context: cccccccc\n",
      dependencies('{platform: [el9]}', '{platform: [el9]}'),
    )
    const wanted = stream('', dependencies('{platform: [el9], ruby: [3.1]}', '{platform: [el9]}'))
    const { plan: made } = plan(put('wanted.yaml', wanted), put('bare.yaml', bare))
    expect(made.contexts.map(({ buildrequires }) => Object.keys(buildrequires))).toEqual([
      ['platform', 'ruby'],
    ])
  })

  test('what would be refused is told with the reason, and ends with 1', () => {
    const wanted = stream('', dependencies("{platform: [el8.1.0], perl: ['5.30', '5.36']}", '{}'))
    expect(plan(put('wanted.yaml', wanted), put('modules.yaml', published))).toMatchObject({
      status: 1,
      plan: {
        contexts: [],
        refused: [
          'the module needs perl:5.30; platform:el8.1.0 has perl:5.26 only; ' +
            'the module needs perl:5.36; platform:el8.1.0 has perl:5.26 only',
        ],
      },
    })
  })

  test('combinations of named streams that cannot be had are told with the reason, and others do not matter', () => {
    const platforms = 'platform: [el8.1.0, el8.4.0]'
    const named = put('named.yaml', stream('', dependencies(`{${platforms}, perl: ['5.26', '5.30']}`, '{}')))
    const universe = put('modules.yaml', published)
    const { status, plan: made } = plan(named, universe)
    expect([status, made.contexts.length, made.refused]).toEqual([0, 3, []])
    expect(made.unmet).toEqual([
      'perl:5.30 and platform:el8.1.0 do not fit together: the module needs platform:el8.1.0, but perl:5.30 needs platform:el8',
    ])
    expect(mbs('plan', named, '--universe', universe).stdout).toContain(
      'makes no build: perl:5.30 and platform:el8.1.0 do not fit together',
    )
    const any = put('any.yaml', stream('', dependencies(`{${platforms}, perl: []}`, '{}')))
    expect(plan(any, universe).plan).toMatchObject({ refused: [], unmet: [] })
  })

  test('documents of the universe that are not good are named with their place, for programs too', () => {
    const bad = published.replace(
      '  description: d\n',
      '  description: d\n  artifacts: {rpms: [rake-1-1.noarch]}\n',
    )
    const wanted = stream('', dependencies("{platform: [el8], perl: ['5.26']}", '{}'))
    const [file, universe] = [put('wanted.yaml', wanted), put('bad.yaml', bad)]
    expect(plan(file, universe)).toMatchObject({
      status: 1,
      plan: {
        left_out: [{ line: 11, path: 'data.artifacts.rpms', message: '"rake-1-1.noarch" is not a NEVRA' }],
        refused: ['the module needs perl:5.26; platform:el8.4.0 has perl:5.30 only'],
      },
    })
    expect(mbs('plan', file, '--universe', universe).stdout).toMatch(
      /^left out of \S+bad\.yaml: line 11, column 22: data\.artifacts\.rpms: "rake-1-1\.noarch" is not a NEVRA/,
    )
  })

  test('a module that needs only a platform needs nothing of a universe', () => {
    const alone = put('alone.yaml', stream('', dependencies('{platform: [el8]}', '{}')))
    const { status, plan: made } = plan(alone, put('empty.yaml', ''))
    expect([status, made.refused]).toEqual([0, []])
    expect(made.assumed).toEqual([{ name: 'platform', stream: 'el8', virtual_streams: [] }])
    expect(made.contexts.map(({ buildrequires }) => Object.keys(buildrequires))).toEqual([['platform']])
    // When the universe names platforms, no others are assumed.
    put('modules.yaml', published)
    put('alone.yaml', stream('', dependencies('{platform: [el9]}', '{}')))
    expect(plan(alone, 'modules.yaml').plan.refused).toEqual([
      'nothing provides platform:el9; there are platform:el8.1.0, platform:el8.4.0',
    ])
  })

  test.each([
    ['a document with an error', 'app.yaml', /^app\.yaml: line 5, column 3: data\.sumary: the key "sumary"/],
    ['several documents', 'modules.yaml', /^modules\.yaml: .*there is more than one document/],
    ['a document of a newer kind', 'packager.yaml', /^packager\.yaml is a modulemd-packager document/],
  ])('%s is refused, for programs too', (_, file, message) => {
    put('app.yaml', app.replace('summary', 'sumary'))
    put('modules.yaml', published)
    put('packager.yaml', packager)
    const { status, plan: made } = plan(file, 'modules.yaml')
    expect([status, made]).toMatchObject([1, { contexts: [], batches: [], left_out: [] }])
    expect(made.refused).toContainEqual(expect.stringMatching(message))
    expect(mbs('plan', file, '--universe', 'modules.yaml').stdout).toMatch(`refused: ${file}`)
  })

  test('a universe in which nothing is good is refused, with what is wrong', () => {
    put('app.yaml', app)
    put('page.yaml', '<html>404</html>')
    expect(plan('app.yaml', 'page.yaml')).toMatchObject({
      status: 1,
      plan: { refused: ['page.yaml has no streams to plan against'], left_out: [{ line: 1 }] },
    })
  })

  test('a file that is not there is an error', () => {
    put('app.yaml', app)
    const { status, stderr } = mbs('plan', 'app.yaml', '--universe', 'gone.yaml')
    expect([status, stderr]).toEqual([1, expect.stringMatching(/gone\.yaml: it cannot be read/)])
  })

  test('takes the options of a submission, or refuses those that need a service', () => {
    const [file, universe] = [put('app.yaml', app), put('modules.yaml', published)]
    const { plan: made } = plan(
      file,
      universe,
      ...[
        '--branch',
        '2',
        '--scratch',
        '--side-tag',
        'side',
        '--buildrequires',
        'perl:5.26',
        '--requires',
        'perl:5.26',
      ],
    )
    expect(made.builds).toMatchObject([
      {
        name: 'app',
        stream: '2',
        scratch: true,
        context: expect.stringMatching(/^[0-9a-f]{8}_1$/) as string,
        platform: 'el8.4.0',
        buildrequires: { perl: { stream: '5.26' } },
        dependencies: [{ buildrequires: { perl: ['5.26'] }, requires: { perl: ['5.26'] } }],
      },
    ])
    expect(plan(file, universe, '--buildrequires', 'ruby:3').plan.refused).toEqual([
      "The buildrequire overrides for the following modules aren't applicable: ruby",
    ])
    for (const [options, message] of [
      [['--strategy', 'all'], /^mbs: --strategy needs a service, .*use only one/],
      [['--reuse-from', '7'], /^mbs: --reuse-from needs a service, .*use only one/],
    ] as const) {
      const { status, stderr } = mbs('plan', file, '--universe', universe, ...options)
      expect([status, stderr]).toEqual([2, expect.stringMatching(message)])
    }
    const commit = mbs('plan', 'https://git.example.com/modules/app?#1', '--universe', universe)
    expect([commit.status, commit.stderr]).toEqual([
      2,
      expect.stringMatching(/^mbs: the commit \S+ needs a service/),
    ])
  })

  test('equals what upstream made of the same universe', () => {
    const file = '08-two-modules-two-platforms'
    const recorded = JSON.parse(readFileSync(path.join(fixtures, 'u020', `${file}.json`), 'utf8')) as {
      expected: { context: string }[]
    }
    const { plan: made } = plan(
      path.join(fixtures, 'u020', `${file}.input.yaml`),
      path.join(fixtures, 'universe-020.yaml'),
    )
    const contexts = (list: readonly { context: string }[]) => list.map(({ context }) => context).sort()
    expect(contexts(made.contexts)).toEqual(contexts(recorded.expected))
    expect(made.assumed).toEqual([])
  })
})

describe('modulemd context', () => {
  const cases = JSON.parse(
    readFileSync(path.join(root, 'packages/modulemd/fixtures/contexts.json'), 'utf8'),
  ) as {
    cases: { modulemd: string; expected: Record<string, string> }[]
  }

  test('prints what upstream computes', () => {
    const [one] = cases.cases
    const { stdout } = mbs('--json', 'modulemd', 'context', put('one.yaml', one?.modulemd ?? ''))
    expect(JSON.parse(stdout)).toMatchObject(one?.expected ?? {})
  })

  test('of several documents prints a list', () => {
    const texts = cases.cases
      .slice(0, 3)
      .map(({ modulemd }, index) => modulemd.replace('context: c0ffee00', `context: c${index}`))
    const { stdout } = mbs('--json', 'modulemd', 'context', put('three.yaml', texts.join('')))
    expect(JSON.parse(stdout)).toMatchObject(cases.cases.slice(0, 3).map(({ expected }) => expected))
  })

  test('names the documents that it leaves out', () => {
    const bad = stream('  name: rake\n', '  artifacts: {rpms: [rake-1-1.noarch]}\n')
    const file = put('some.yaml', `${cases.cases[0]?.modulemd ?? ''}${bad}`)
    const { status, stdout, stderr } = mbs('--json', 'modulemd', 'context', file)
    expect([status, JSON.parse(stdout)]).toMatchObject([0, cases.cases[0]?.expected ?? {}])
    expect(stderr).toMatch(/^mbs: \S+some\.yaml: left out: line \d+, column 22: data\.artifacts\.rpms: /)
  })

  test('of what was never built is an error that names the way', () => {
    const { status, stderr } = mbs('modulemd', 'context', put('app.yaml', app))
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/no xmd\.mbs\.buildrequires.*mbs plan FILE --universe/),
    ])
  })
})
