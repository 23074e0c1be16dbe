import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultsText, leastStream, streamText } from '../../test/documents.ts'
import type { ModuleDefaults } from '../module-defaults.ts'
import type { ModuleStream } from '../module-stream.ts'
import { readModulemd } from './read-modulemd.ts'

const example = readFileSync(new URL('../../fixtures/stream.yaml', import.meta.url), 'utf8')

/** Returns the only document of a text that must be valid. */
function streamOf(...lines: string[]): ModuleStream {
  const { documents, problems } = readModulemd(streamText(...lines), { strict: true })
  expect(problems).toEqual([])
  return documents[0] as ModuleStream
}

function defaultsOf(...lines: string[]): ModuleDefaults {
  const { documents, problems } = readModulemd(defaultsText(...lines), { strict: true })
  expect(problems).toEqual([])
  return documents[0] as ModuleDefaults
}

/** Returns the problems of a text, one line each: place, path, message, remedy. */
function problemsOf(text: string, strict = true): string[] {
  return readModulemd(text, { strict }).problems.map(({ line, column, path, message, remedy }) =>
    [`${line}:${column}`, path, message, remedy].filter((part) => part !== '').join(' | '),
  )
}

const NO_MAP = 'a map is expected here, not'
const WRITE_MAP = 'write "key: value" on lines below, deeper than this key'

describe('a stream document', () => {
  test('the least one', () => {
    expect(streamOf()).toEqual(leastStream)
  })

  test('one with every key', () => {
    const { documents, problems } = readModulemd(example, { strict: true })
    expect(problems).toEqual([])
    expect(documents).toMatchSnapshot()
  })

  test.for([
    ['the stream is text', 'stream: 1.10', { stream: '1.10' }],
    ['and so is everything that YAML would type', 'context: 8e2', { context: '8e2' }],
    ['a name may be empty', 'name:', { name: '' }],
    ['the last of two counts', 'name: a\n  name: b', { name: 'b' }],
    ['a scalar is a set of one', 'filter: {rpms: b}', { filter: ['b'] }],
    ['nothing is an empty set', 'filter: {rpms: }', { filter: [] }],
    [
      'sets are unique and in byte order',
      'filter: {rpms: [b, a, B, é, b, ""]}',
      { filter: ['', 'B', 'a', 'b', 'é'] },
    ],
    ['two sections are one', 'license: {content: [a]}', { license: { module: ['MIT'], content: ['a'] } }],
    ['one without the key changes nothing', 'api: {rpms: [a]}\n  api: {}', { api: ['a'] }],
    ['build options can be empty', 'buildopts: {}', { buildopts: { whitelist: [], arches: [] } }],
    ['references can refer to nothing', 'references: {}', leastStream],
    [
      'an alternative can be empty',
      'dependencies: [{}]',
      { dependencies: [{ buildrequires: new Map(), requires: new Map() }] },
    ],
    [
      'a default profile',
      'profiles: {a: {default: true}}',
      { profiles: new Map([['a', { rpms: [], isDefault: true }]]) },
    ],
    ['xmd can be text', 'xmd: a', { xmd: 'a' }],
    [
      'only upper case makes a boolean',
      'xmd: {a: [TRUE, "FALSE", true, yes]}',
      { xmd: new Map([['a', [true, false, 'true', 'yes']]]) },
    ],
    [
      'lists of xmd keep everything',
      'xmd: {a: [1, {b: c}, [], ]}',
      { xmd: new Map([['a', ['1', new Map([['b', 'c']]), []]]]) },
    ],
    ['a context is any text', 'context: "a b"', { context: 'a b' }],
    [
      'a static context is not',
      'static_context: true\n  context: a_1',
      { staticContext: true, context: 'a_1' },
    ],
    ['an empty rpm-map is none', 'artifacts: {rpm-map: {}}', leastStream],
  ] as const)('%s', ([, line, expected]) => {
    expect(streamOf(line)).toMatchObject(expected)
  })

  test.for([
    ['1', 1n],
    ['0', undefined],
    ['007', 7n],
    ['+7', 7n],
    ['18446744073709551615', 18446744073709551615n],
  ] as [string, bigint | undefined][])('version: %s', ([text, version]) => {
    expect(streamOf(`version: ${text}`).version).toBe(version)
  })

  test.for([
    ['1', 1],
    ['-1', -1],
    ['+3', 3],
    ['4294967297', 1],
    ['2147483648', -2147483648],
  ] as const)('buildorder: %s', ([text, buildorder]) => {
    const { components } = streamOf(
      `components: {rpms: {a: {buildorder: ${text}}}, modules: {b: {buildorder: ${text}}}}`,
    )
    expect(components.rpms.get('a')?.buildorder).toBe(buildorder)
    expect(components.modules.get('b')?.buildorder).toBe(buildorder)
  })

  test('the largest number as a build order is -1 in lax reading', () => {
    const text = streamText('components: {rpms: {a: {buildorder: 18446744073709551615}}}')
    const [stream] = readModulemd(text).documents as ModuleStream[]
    expect(stream?.components.rpms.get('a')?.buildorder).toBe(-1)
    expect(problemsOf(text)).toHaveLength(1)
  })

  test.for([
    ['2077-10-23', '2077-10-23'],
    ['2020-2-3', '2020-02-03'],
    ['2020-02-29', '2020-02-29'],
    ['2020-01-03T00:00', '2020-01-03'],
    ['2020-01-03-x', '2020-01-03'],
  ] as const)('eol: %s', ([text, day]) => {
    expect(streamOf(`servicelevels: {a: {eol: ${text}}}`).serviceLevels.get('a')).toBe(day)
  })

  test('a component is named only when the name is another', () => {
    const { rpms } = streamOf('components: {rpms: {a: {name: a}, b: {name: c}}}').components
    expect([rpms.get('a')?.name, rpms.get('b')?.name]).toEqual([undefined, 'c'])
  })
})

describe('a defaults document', () => {
  test.for([
    ['the least one', [], {}],
    ['a stream is text', ['stream: 1.10'], { stream: '1.10' }],
    ['a stream can be empty', ['stream: '], { stream: '' }],
    ['when it was modified', ['modified: 201909270000'], { modified: 201909270000n }],
    ['or not', ['modified: 0'], {}],
    [
      'no default profile',
      ['profiles: {a: [], b: c}'],
      {
        profiles: new Map([
          ['a', []],
          ['b', ['c']],
        ]),
      },
    ],
    [
      'an intent',
      ['intents: {a: {stream: "1", profiles: {"1": [b]}}}'],
      { intents: new Map([['a', { stream: '1', profiles: new Map([['1', ['b']]]) }]]) },
    ],
  ] as [string, string[], Partial<ModuleDefaults>][])('%s', ([, lines, expected]) => {
    expect(defaultsOf(...lines)).toEqual({
      kind: 'modulemd-defaults',
      module: 'm',
      profiles: new Map(),
      ...expected,
    })
  })
})

describe('problems of a stream, with their places', () => {
  test.for([
    [
      'name: [a]',
      '8:9 | data.name | a text is expected here, not a list | write one text, in quotes if it has marks of YAML',
    ],
    ['nmae: a', '8:3 | data.nmae | the key "nmae" is unknown | did you mean name?'],
    [
      'whatever: a',
      '8:3 | data.whatever | the key "whatever" is unknown | known are name, stream, version, context, arch, summary, description, servicelevels, license, xmd, references, profiles, api, filter, buildopts, components, static_context, dependencies, demodularized, artifacts',
    ],
    [
      'version: 1.0',
      '8:12 | data.version | "1.0" is not a number | write a whole number from 0 to 18446744073709551615',
    ],
    [
      'version: -1',
      '8:12 | data.version | "-1" is not a number | write a whole number from 0 to 18446744073709551615',
    ],
    [
      'version: 18446744073709551616',
      '8:12 | data.version | "18446744073709551616" is not a number | write a whole number from 0 to 18446744073709551615',
    ],
    [
      'version:',
      '8:11 | data.version | "" is not a number | write a whole number from 0 to 18446744073709551615',
    ],
    ['static_context: True', '8:19 | data.static_context | "True" is not a boolean | write true or false'],
    ['static_context: yes', '8:19 | data.static_context | "yes" is not a boolean | write true or false'],
    [
      'license: MIT',
      '8:12 | data.license | a map is expected here, not a text | write "key: value" on lines below, deeper than this key',
    ],
    [
      'license: {module: []}',
      '8:21 | data.license.module | the license of the module is missing | name at least one',
    ],
    [
      'dependencies: {}',
      '8:17 | data.dependencies | a list is expected here, not a map | write [a, b], or a line with a dash for each item',
    ],
    [
      'dependencies: [a]',
      '8:18 | data.dependencies.0 | a map is expected here, not a text | write "key: value" on lines below, deeper than this key',
    ],
    [
      'dependencies: [{requires: {a: [b, -c]}}]',
      '8:33 | data.dependencies.0.requires.a | the streams of "a" mix included and excluded ones | lead all of them with a dash or none',
    ],
    [
      'dependencies: [{requires: {a: b, a: c}}]',
      '8:36 | data.dependencies.0.requires.a | "a" is given twice | keep one of them',
    ],
    [
      'dependencies: [{requires: {a: [[b]]}}]',
      '8:34 | data.dependencies.0.requires.a.0 | a text is expected here, not a list | write one text, in quotes if it has marks of YAML',
    ],
    [
      'dependencies: [{require: {}}]',
      '8:19 | data.dependencies.0.require | the key "require" is unknown | did you mean requires?',
    ],
    [
      'profiles: []',
      '8:13 | data.profiles | a map is expected here, not a list | write "key: value" on lines below, deeper than this key',
    ],
    [
      'profiles: {a: }',
      '8:16 | data.profiles.a | a map is expected here, not nothing | write "key: value" on lines below, deeper than this key',
    ],
    [
      'api:',
      '8:7 | data.api | a map is expected here, not nothing | write "key: value" on lines below, deeper than this key',
    ],
    ['api: {rpm: []}', '8:9 | data.api.rpm | the key "rpm" is unknown | did you mean rpms?'],
    [
      'servicelevels: {a: {eol: 2021-02-29}}',
      '8:28 | data.servicelevels.a.eol | "2021-02-29" is not a day | write it as YYYY-MM-DD',
    ],
    [
      'servicelevels: {a: {eol: 2021-02}}',
      '8:28 | data.servicelevels.a.eol | "2021-02" is not a day | write it as YYYY-MM-DD',
    ],
    [
      'xmd: [a]',
      '8:8 | data.xmd | a map is expected here, not a list | write "key: value" on lines below, deeper than this key',
    ],
    ['xmd: {a: *b}', '8:12 | data.xmd.a | the alias *b is not read | write the value out'],
    [
      'components: {rpms: {a: {ref: {}}}}',
      '8:32 | data.components.rpms.a.ref | a text is expected here, not a map | write one text, in quotes if it has marks of YAML',
    ],
    [
      'components: {rpms: {a: {buildorder: x}}}',
      '8:39 | data.components.rpms.a.buildorder | "x" is not a number | write a whole number',
    ],
    [
      'components: {modules: {a: {buildafter: []}}}',
      '8:30 | data.components.modules.a.buildafter | the key "buildafter" is unknown | known are rationale, repository, ref, buildorder, buildonly',
    ],
    [
      'components: {rpms: {a: {buildafter: [b]}}}',
      '8:40 | data.components.rpms.a.buildafter | "b" is not a component of this module | name a key of components.rpms',
    ],
    [
      'components: {rpms: {a: {buildafter: [b]}, b: {buildorder: 1}}}',
      '8:39 | data.components.rpms.a.buildafter | buildafter cannot be used where the component "b" has a buildorder | use one of the two in the whole module',
    ],
    [
      'components: {rpms: {a: {arches: [x, y]}}}\n  buildopts: {arches: [x]}',
      '8:39 | data.components.rpms.a.arches | "y" is not among the architectures of the module | buildopts.arches has x',
    ],
    [
      'artifacts: {rpms: [a-0:1-1.noarch, b-1-1.noarch]}',
      '8:38 | data.artifacts.rpms | "b-1-1.noarch" is not a NEVRA | write it as name-epoch:version-release.arch',
    ],
    [
      'static_context: true\n  context: ""',
      '9:12 | data.context | the static context is empty | choose 1 to 13 letters, digits or underscores',
    ],
    [
      'static_context: true\n  context: abcdefghijklmn',
      '9:12 | data.context | the static context is longer than 13 characters | choose 1 to 13 letters, digits or underscores',
    ],
    [
      'static_context: true\n  context: a-b',
      '9:12 | data.context | the static context has other characters than letters, digits and underscores | choose 1 to 13 letters, digits or underscores',
    ],
    [
      'artifacts: {rpm-map: {x: {y: {name: a, epoch: 1, version: b, release: c, arch: d, nevra: e}}}}',
      '8:92 | data.artifacts.rpm-map.x.y.nevra | the NEVRA is not the one that the other keys make | they make a-1:b-c.d',
    ],
    [
      'artifacts: {rpm-map: {x: {y: {name: a, epoch: 4294967296, version: b, release: c, arch: d, nevra: "a-4294967296:b-c.d"}}}}',
      '8:49 | data.artifacts.rpm-map.x.y.epoch | the epoch is greater than rpm can store | write a whole number from 0 to 4294967295',
    ],
  ] as const)('%s', ([line, problem]) => {
    expect(problemsOf(streamText(line))).toEqual([problem])
  })

  test('all are found, in the order of the text', () => {
    const text =
      '---\ndocument: modulemd\nversion: 2\ndata:\n  nmae: x\n  license: {}\n  filter: {rpms: [[]]}\n'
    expect(problemsOf(text)).toEqual([
      '5:3 | data.nmae | the key "nmae" is unknown | did you mean name?',
      '5:3 | data.summary | the key summary is missing | add summary',
      '5:3 | data.description | the key description is missing | add description',
      '6:12 | data.license.module | the license of the module is missing | name at least one',
      '7:19 | data.filter.rpms.0 | a text is expected here, not a list | write one text, in quotes if it has marks of YAML',
    ])
  })

  test('every part of an rpm-map entry is required', () => {
    const missing = problemsOf(streamText('artifacts: {rpm-map: {x: {y: {}}}}'))
    expect(missing).toHaveLength(6)
    expect(missing[1]).toBe('8:32 | data.artifacts.rpm-map.x.y.epoch | the key epoch is missing | add epoch')
  })

  test('of very many only a thousand are listed', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `- bad-${i}`)
    const problems = problemsOf(streamText('artifacts:', '  rpms:', ...lines.map((line) => `  ${line}`)))
    expect(problems).toHaveLength(1001)
    expect(problems.at(-1)).toContain('there are more problems than listed')
  })
})

describe('problems of defaults, with their places', () => {
  test.for([
    ['module: n', '6:11 | data.module | the module is given twice | keep one of them'],
    ['stream: a\n  stream: b', '7:11 | data.stream | the stream is given twice | keep one of them'],
    ['profiles: {a: [], a: []}', '6:21 | data.profiles.a | the stream "a" is given twice | keep one of them'],
    [
      'profiles: {a: {}}',
      '6:17 | data.profiles.a | a list is expected here, not a map | write [a, b], or a line with a dash for each item',
    ],
    ['intents: {a: {}, a: {}}', '6:20 | data.intents.a | the intent "a" is given twice | keep one of them'],
    [
      'modified: x',
      '6:13 | data.modified | "x" is not a number | write a whole number from 0 to 18446744073709551615',
    ],
    ['streams: a', '6:3 | data.streams | the key "streams" is unknown | did you mean stream?'],
  ] as const)('%s', ([line, problem]) => {
    expect(problemsOf(defaultsText(line))).toEqual([problem])
  })

  test('the module is required, strictly or not', () => {
    const text = defaultsText().replace('module: m', 'stream: a')
    for (const strict of [true, false]) {
      expect(problemsOf(text, strict)).toEqual(['5:3 | data.module | the key module is missing | add module'])
    }
  })
})

describe('lax reading', () => {
  test('skips keys that are not known, with all that they hold', () => {
    const text = streamText(
      'nmae: {a: [b, {c: d}]}',
      'components: {rpms: {a: {x: y}}, z: []}',
      'api: {rpm: []}',
    )
    expect(problemsOf(text, false)).toEqual([])
    expect(readModulemd(text).documents).toHaveLength(1)
  })

  test('but no aliases in them', () => {
    expect(problemsOf(streamText('nmae: *x'), false)).toEqual([
      '8:9 | data.nmae | the alias *x is not read | write the value out',
    ])
  })

  test('takes api, filter and demodularized without their map', () => {
    expect(problemsOf(streamText('api:', 'filter: x', 'demodularized: ""'), false)).toEqual([])
  })

  test('is what is done unless told otherwise', () => {
    expect(readModulemd(streamText('nmae: x')).problems).toEqual([])
  })
})

describe('the root of a document', () => {
  const good = defaultsText()
  test.for([
    ['', []],
    ['# nothing\n', []],
    ['---\n', [`1:4 | ${NO_MAP} nothing | ${WRITE_MAP}`]],
    ['- a\n', [`1:1 | ${NO_MAP} a list | ${WRITE_MAP}`]],
    ['a\n', [`1:1 | ${NO_MAP} a text | ${WRITE_MAP}`]],
    [
      '{}\n',
      [
        '1:1 | document | the key document is missing | add document',
        '1:1 | version | the key version is missing | add version',
        '1:1 | data | the key data is missing | add data',
      ],
    ],
    [
      good.replace('document: modulemd-defaults\n', ''),
      ['2:1 | document | the key document is missing | add document'],
    ],
    [
      good.replace('version: 1', 'version: one'),
      ['3:10 | version | "one" is not a number | write a whole number from 0 to 18446744073709551615'],
    ],
    [
      good.replace('document:', 'document: modulemd\ndocument:'),
      ['3:11 | document | the key document is given twice | keep one of them'],
    ],
    [
      good.replace('version: 1', 'version: 1\nversion: 1'),
      ['4:10 | version | the key version is given twice | keep one of them'],
    ],
    [`${good.replace('...\n', '')}data: {}\n`, []],
    [
      good.replace('modulemd-defaults', 'modulemd-default'),
      ['2:11 | document | there is no document of kind "modulemd-default" | did you mean modulemd-defaults?'],
    ],
    [
      good.replace('modulemd-defaults', 'x'),
      [
        '2:11 | document | there is no document of kind "x" | known are modulemd, modulemd-packager, modulemd-defaults, modulemd-obsoletes, modulemd-translations',
      ],
    ],
    [
      good.replace('version: 1', 'version: 2'),
      ['2:11 | document | there is no version 2 of modulemd-defaults | known versions are 1'],
    ],
    [
      good.replace('modulemd-defaults', 'modulemd').replace('version: 1', 'version: 0'),
      ['2:11 | document | there is no version 0 of modulemd | known versions are 1 and 2'],
    ],
    [
      good.replace('data:', 'extra: a\ndata:'),
      ['4:1 | extra | the key "extra" is unknown | known are document, version, data'],
    ],
    [good.replace('...', 'extra: a\n...'), []],
    [good.replace(/data:\n.*\n/, 'data: a\n'), [`4:7 | data | ${NO_MAP} a text | ${WRITE_MAP}`]],
  ] as [string, string[]][])('%j', ([text, problems]) => {
    expect(problemsOf(text)).toEqual(problems)
  })

  test('data may come first, and the kind has another name', () => {
    const text =
      'data: {summary: s, description: d, license: {module: MIT}}\nversion: 2\ndocument: modulemd-stream\n'
    expect(readModulemd(text, { strict: true })).toEqual({ documents: [leastStream], problems: [] })
  })
})

describe('good documents beside bad ones', () => {
  const named = (name: string) => defaultsText().replace('module: m', `module: ${name}`)
  const namesOf = (text: string) =>
    (readModulemd(text).documents as ModuleDefaults[]).map(({ module }) => module)
  test.for([
    ['a bad body costs its document', named('[]'), ['a', 'b']],
    ['so does a version that nobody knows', named('x').replace('version: 1', 'version: 7'), ['a', 'b']],
    ['and a missing header', named('x').replace('version: 1\n', ''), ['a', 'b']],
    ['an unknown kind costs all that follow', named('x').replace('defaults', 'x'), ['a']],
    ['so does a repeated header', `---\nversion: 1\n${named('x').slice(4)}`, ['a']],
    ['and a document that is no map', '---\n- a\n', ['a']],
    ['and bad YAML', '---\na: "b\n', ['a']],
  ] as const)('%s', ([, bad, names]) => {
    expect(namesOf(named('a') + bad + named('b'))).toEqual(names)
  })

  test('where documents are lost, their problems are not', () => {
    const text = `--- {}\n--- []\n${named('[]')}`
    expect(problemsOf(text)).toHaveLength(5)
  })
})

describe('no text is too bad', () => {
  const returns = (text: string) => {
    for (const strict of [true, false]) {
      for (const problem of readModulemd(text, { strict }).problems) {
        expect(problem.line).toBeGreaterThan(0)
        expect(problem.column).toBeGreaterThan(0)
        expect(problem.message).not.toBe('')
      }
    }
  }

  test('any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), returns))
  })

  test('marks of YAML in any order', () => {
    const mark = fc.constantFrom(
      ...[
        'a',
        ' ',
        '  ',
        '\n',
        '\n  ',
        '- ',
        '? ',
        ': ',
        ':',
        ',',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '|',
        '>',
        '&a ',
        '*a',
      ],
      ...[
        '!t ',
        '#',
        ' #',
        '---\n',
        '...\n',
        '%YAML 1.2\n',
        '<<: ',
        '\t',
        '\r\n',
        '\\',
        '~',
        'document: modulemd\n',
        'data:\n',
      ],
    )
    fc.assert(
      fc.property(
        fc.array(mark, { maxLength: 60 }).map((marks) => marks.join('')),
        returns,
      ),
      { numRuns: 2000 },
    )
  })

  test('a good document with pieces moved, lost and added', () => {
    const position = fc.nat(example.length)
    const edit = fc.tuple(position, fc.nat(30), fc.oneof(fc.constant(''), fc.string({ maxLength: 5 })))
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = example
        for (const [at, length, added] of edits) text = text.slice(0, at) + added + text.slice(at + length)
        returns(text)
      }),
      { numRuns: 500 },
    )
  })
})
