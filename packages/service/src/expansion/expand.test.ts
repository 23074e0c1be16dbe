import { describe, expect, test } from 'vitest'
import { expand, type Block, type KnownBuild } from './index.ts'
import { nsvcOf, Universe, upstreamRules } from './universe.ts'

type Requirements = Record<string, string[]>
const block = (buildrequires: Requirements, requires: Requirements = {}): Block => ({
  buildrequires: new Map(Object.entries(buildrequires)),
  requires: new Map(Object.entries(requires)),
})

/** Returns a build such as `gtk:3:0:c8 on el8.0.0 needs {…}`, or a base module. */
function build(
  nsvc: string,
  more: { on?: string[]; requires?: Requirements[]; virtual?: string[]; state?: 'garbage' } = {},
): KnownBuild {
  const [name = '', stream = '', version = '0', context = 'c0'] = nsvc.split(':')
  const [base] = more.on ?? []
  return {
    name,
    stream,
    version: BigInt(version),
    context,
    state: more.state ?? 'ready',
    requires: (more.requires ?? []).map((requires) => new Map(Object.entries(requires))),
    builtOn: (more.on ?? []).map((one) => `platform:${one}:0:c0`),
    baseStreams: new Map(base === undefined ? [] : [['platform', base]]),
    virtualStreams: more.virtual ?? [],
    ref: '',
    kojiTag: null,
  }
}

const on = (platform: string, nsvc: string, requires: Requirements = {}) =>
  build(nsvc, { on: [platform], requires: [{ platform: [platform], ...requires }] })

const solutions = (blocks: Block[], builds: KnownBuild[]) => {
  const rules = { ...upstreamRules, streamSuffixes: [[/^el8\.2\.0\.z$/, 0.1] as const] }
  return expand(blocks, new Universe(builds), { rules }).expansions.map(({ modules }) =>
    modules.map(nsvcOf).join(' '),
  )
}

// The graphs of upstream's own tests (tests/test_web/test_mmd_resolver.py), as far as a whole submission can have them.
describe('of plain base modules', () => {
  const universe = [
    build('platform:f28'),
    build('platform:f29'),
    on('f28', 'gtk:3:0:c8'),
    on('f29', 'gtk:3:0:c9'),
    on('f28', 'gtk:4:0:c8'),
    on('f29', 'gtk:4:0:c9'),
    on('f28', 'qt:4:0:c8'),
    on('f29', 'qt:4:0:c9'),
    on('f28', 'qt:5:0:c8'),
    on('f29', 'qt:5:0:c9'),
    build('mess:1:0:c0', {
      on: ['f28', 'f29'],
      requires: [
        { gtk: ['3'], platform: ['f28'] },
        { gtk: ['4'], platform: ['f29'] },
      ],
    }),
  ]
  const f28 = 'platform:f28:0:c0'
  const f29 = 'platform:f29:0:c0'

  test.each<[string, Block[], string[]]>([
    ['every platform where none is named', [block({ platform: [] })], [f28, f29]],
    ['the platform that is named', [block({ platform: ['f28'] })], [f28]],
    [
      'every combination',
      [block({ gtk: [], qt: [], platform: [] })],
      [f28, f29].flatMap((platform) =>
        ['3', '4'].flatMap((gtk) =>
          ['4', '5'].map((qt) => {
            const context = platform === f28 ? 'c8' : 'c9'
            return `gtk:${gtk}:0:${context} ${platform} qt:${qt}:0:${context}`
          }),
        ),
      ),
    ],
    [
      'each block by itself',
      [block({ qt: [], platform: ['f28'] }), block({ gtk: [], platform: ['f29'] })],
      [`${f28} qt:4:0:c8`, `${f28} qt:5:0:c8`, `gtk:3:0:c9 ${f29}`, `gtk:4:0:c9 ${f29}`],
    ],
    [
      'what a requirement brings with it on each platform',
      [block({ mess: ['1'], platform: [] })],
      [`gtk:3:0:c8 mess:1:0:c0 ${f28}`, `gtk:4:0:c9 mess:1:0:c0 ${f29}`],
    ],
    ['all streams but one', [block({ gtk: ['-3'], platform: ['f28'] })], [`gtk:4:0:c8 ${f28}`]],
    [
      'two blocks that come to the same once',
      [block({ platform: ['-f29'] }), block({ platform: ['f28'] })],
      [f28],
    ],
    ['nothing where every stream is ruled out', [block({ gtk: ['-3', '-4'], platform: ['f28'] })], []],
  ])('it makes %s', (_, blocks, expected) => {
    expect(solutions(blocks, universe).sort()).toEqual([...expected].sort())
  })

  test('the highest version is taken, with what it can be combined with', () => {
    const newer = on('f28', 'gtk:3:10:c8')
    const old = on('f28', 'gtk:3:9:c8')
    expect(solutions([block({ gtk: ['3'], platform: ['f28'] })], [...universe, old, newer])).toEqual([
      `gtk:3:10:c8 ${f28}`,
    ])
  })

  test('of two contexts that fit equally well the first in the order of the alphabet is taken', () => {
    const twins = [on('f28', 'gtk:5:1:bb'), on('f28', 'gtk:5:1:aa')]
    expect(solutions([block({ gtk: ['5'], platform: ['f28'] })], [...universe, ...twins])).toEqual([
      `gtk:5:1:aa ${f28}`,
    ])
  })

  test('what can never be is passed over, also where only one choice is left then', () => {
    const builds = [
      on('f28', 'c:1:1:c', { c: ['2'] }),
      on('f28', 'c:2:1:c'),
      on('f28', 'c:3:1:c'),
      on('f28', 'd:1:1:c', { c: ['1', '3'] }),
    ]
    expect(solutions([block({ d: ['1'], platform: ['f28'] })], [...universe, ...builds])).toEqual([
      `c:3:1:c d:1:1:c ${f28}`,
    ])
  })

  test('modules that require each other are no trap', () => {
    const circle = [on('f28', 'egg:1:1:c', { hen: ['1'] }), on('f28', 'hen:1:1:c', { egg: ['1'] })]
    expect(solutions([block({ egg: ['1'], platform: ['f28'] })], [...universe, ...circle])).toEqual([
      `egg:1:1:c hen:1:1:c ${f28}`,
    ])
  })
})

describe('of base modules with minor versions and virtual streams', () => {
  const el8 = (nsvc: string, platform: string, requires: Requirements = {}) =>
    build(nsvc, { on: [platform], requires: [{ platform: ['el8'], ...requires }] })
  const universe = [
    build('platform:el8.0.0', { virtual: ['el8'] }),
    build('platform:el8.1.0', { virtual: ['el8'] }),
    build('platform:el8.2.0.z', { virtual: ['el8'] }),
    build('platform:el7.6.0', { virtual: ['el7'] }),
    el8('gtk:3:0:c8', 'el8.0.0'),
    el8('gtk:3:1:c8', 'el8.2.0.z'),
    el8('mess:1:0:c0', 'el8.1.0', { gtk: ['3'] }),
  ]
  test.each<[string, Requirements, string[]]>([
    [
      'all of them',
      { platform: [] },
      ['el7.6.0', 'el8.0.0', 'el8.1.0', 'el8.2.0.z'].map((stream) => `platform:${stream}:0:c0`),
    ],
    [
      'what was built on an older minor version',
      { platform: ['el8.1.0'], gtk: ['3'] },
      ['gtk:3:0:c8 platform:el8.1.0:0:c0'],
    ],
    ['the newest that fits', { platform: ['el8.2.0.z'], gtk: ['3'] }, ['gtk:3:1:c8 platform:el8.2.0.z:0:c0']],
    [
      'the newest that fits, with an older one',
      { platform: ['el8.2.0.z'], mess: ['1'] },
      ['gtk:3:1:c8 mess:1:0:c0 platform:el8.2.0.z:0:c0'],
    ],
    [
      'no newer one below an older one',
      { platform: ['el8.1.0'], mess: ['1'] },
      ['gtk:3:0:c8 mess:1:0:c0 platform:el8.1.0:0:c0'],
    ],
  ])('it takes %s', (_, buildrequires, expected) => {
    expect(solutions([block(buildrequires)], universe).sort()).toEqual(expected)
  })

  test('what was built on a newer minor version only is missing, and the reason says so', () => {
    expect(() => solutions([block({ platform: ['el8.0.0'], mess: ['1'] })], universe)).toThrow(
      'the module needs mess:1; no mess is built on platform:el8.0.0, only elsewhere (mess:1)',
    )
  })

  test('a retired base module takes no builds, but what was built on it is used where that is allowed', () => {
    const builds = [
      build('platform:el8.3.0', { virtual: ['el8'] }),
      build('platform:el8.2.0', { virtual: ['el8'], state: 'garbage' }),
      el8('gtk:3:0:c8', 'el8.2.0'),
    ]
    const blocks = [block({ platform: ['el8.3.0'], gtk: ['3'] })]
    expect(() => expand(blocks, new Universe(builds))).toThrow(/no gtk is built on platform:el8.3.0/)
    const rules = { ...upstreamRules, onlyCompatibleBaseModules: false }
    expect(expand(blocks, new Universe(builds), { rules }).expansions).toHaveLength(1)
    expect(() => expand([block({ platform: ['el8.2.0'] })], new Universe(builds), { rules })).toThrow(
      'nothing provides platform:el8.2.0; there is platform:el8.3.0',
    )
  })
})

describe('what cannot be is told with its reason', () => {
  const base = [build('platform:f29')]
  const refusal = (blocks: Block[], builds: KnownBuild[]) => () => solutions(blocks, [...base, ...builds])

  test.each<[string, Block[], KnownBuild[], string]>([
    ['no dependencies', [], [], 'the module must buildrequire a platform; there is platform:f29'],
    [
      'no base module',
      [block({ gtk: ['1'] })],
      [],
      'the module must buildrequire a platform; there is platform:f29',
    ],
    [
      'an unknown base module',
      [block({ platform: ['f99'] })],
      [],
      'nothing provides platform:f99; there is platform:f29',
    ],
    [
      'several missing modules, all at once',
      [block({ platform: ['f29'], foo: ['1'], qt: ['5'] })],
      [on('f29', 'foo:1:1:c', { bar: ['2'] }), on('f29', 'bar:3:1:c')],
      'the module needs qt:5; there is no qt yet; foo:1 needs bar:2; platform:f29 has bar:3 only',
    ],
    [
      'two requirements that need different streams of a third',
      [block({ platform: ['f29'], gtk: ['1'], foo: ['1'], idle: ['1'] })],
      [
        on('f29', 'gtk:1:1:c', { bar: ['1'] }),
        on('f29', 'foo:1:1:c', { baz: ['1'] }),
        on('f29', 'baz:1:1:c', { bar: ['2'] }),
        on('f29', 'bar:1:1:c'),
        on('f29', 'bar:2:1:c'),
        on('f29', 'idle:1:1:c'),
      ],
      'gtk:1 and foo:1 do not fit together: gtk:1 needs bar:1, but baz:1 needs bar:2',
    ],
    [
      'a requirement that contradicts itself',
      [block({ platform: ['f29'], foo: ['1'] })],
      [
        on('f29', 'foo:1:1:c', { bar: ['1'], baz: ['1'] }),
        on('f29', 'baz:1:1:c', { bar: ['2'] }),
        on('f29', 'bar:1:1:c'),
        on('f29', 'bar:2:1:c'),
      ],
      'foo:1 cannot be resolved: foo:1 needs bar:1, but baz:1 needs bar:2',
    ],
  ])('%s', (_, blocks, builds, message) => {
    expect(refusal(blocks, builds)).toThrow(message)
  })

  test('a local build says of which modules a stream has to be chosen', () => {
    const builds = [...base, on('f29', 'gtk:1:1:c'), on('f29', 'gtk:2:1:c')]
    const blocks = [block({ platform: ['f29'], gtk: [] })]
    const choose = (defaultStreams: Requirements) => () =>
      expand(blocks, new Universe(builds), {
        refuseAmbiguous: true,
        defaultStreams: new Map(
          Object.entries(defaultStreams).map(([name, [stream = '']]) => [name, stream]),
        ),
      })
    expect(choose({})).toThrow(
      'several streams of gtk to choose from (1, 2); say which with --stream gtk:STREAM',
    )
    expect(choose({ gtk: ['2'] })().expansions).toHaveLength(1)
  })

  test('combinations of named streams that make no build are told, each reason once, and no more than some', () => {
    const streams = Array.from({ length: 15 }, (_, index) => String(index))
    const builds = streams.flatMap((stream) => [
      on('f29', `a:${stream}:1:c`, { b: [stream] }),
      on('f29', `b:${stream}:1:c`),
    ])
    const unmet = (named: string[], other: string[] = named) =>
      expand(
        [block({ platform: ['f29'], a: named, b: other }), block({ platform: ['f30'] })],
        new Universe([...base, ...builds]),
        { tellUnmet: true },
      ).unmet
    const reasons = unmet(['1', '2'])
    expect(reasons).toEqual([
      'a:1 and b:2 do not fit together: the module needs b:2, but a:1 needs b:1',
      'a:2 and b:1 do not fit together: the module needs b:1, but a:2 needs b:2',
    ])
    expect(unmet([], ['1'])).toEqual([])
    const many = unmet(streams)
    expect(many).toHaveLength(101)
    expect(many.at(-1)).toBe('more combinations of the named streams cannot be resolved')
    // Without `tellUnmet`, no reasons are searched.
    const blocks = [block({ platform: ['f29'], a: ['1', '2'], b: ['1', '2'] })]
    expect(expand(blocks, new Universe([...base, ...builds])).unmet).toEqual([])
  })

  test('more choices than can be tried are refused', () => {
    // Pairs of modules that never fit together: each choice is a new dead end.
    const builds = Array.from({ length: 40 }, (_, index) =>
      ['1', '2', '3', '4'].map((stream) =>
        on('f29', `m${index}:${stream}:1:c`, { [`n${index % 2}`]: [stream] }),
      ),
    ).flat()
    const others = ['1', '2', '3', '4'].flatMap((stream) => [
      on('f29', `n0:${stream}:1:c`),
      on('f29', `n1:${stream}:1:c`),
    ])
    const wanted = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`m${index}`, []]))
    expect(
      solutions([block({ platform: ['f29'], ...wanted })], [...base, ...builds, ...others]),
    ).toHaveLength(16)
    const free = Array.from({ length: 12 }, (_, index) =>
      ['1', '2', '3', '4'].map((stream) => on('f29', `f${index}:${stream}:1:c`)),
    ).flat()
    const all = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index}`, []]))
    expect(() => solutions([block({ platform: ['f29'], ...all })], [...base, ...free])).toThrow(
      /stand for more than 10000 builds; name the streams/,
    )
  })
})
