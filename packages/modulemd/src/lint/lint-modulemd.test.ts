import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Finding } from './finding.ts'
import { LINT_RULES, lintModulemd } from './lint-modulemd.ts'
import { readPolicy } from './policy.ts'
import { readSpecFacts } from './spec-facts.ts'

const clean = readFileSync(new URL('../../fixtures/clean.yaml', import.meta.url), 'utf8')
const packager = readFileSync(new URL('../../fixtures/packager-v3.yaml', import.meta.url), 'utf8')
const today = '2026-06-01'
const names = LINT_RULES.map(({ name }) => name)

const policyOf = (...lines: string[]) => {
  const { policy, problems } = readPolicy(lines.join('\n'), names)
  expect(problems).toEqual([])
  return policy
}

/** Returns a text with one replacement. The replaced part must be in the text. */
function changed(from: string, to: string, text = clean): string {
  expect(text).toContain(from)
  return text.replace(from, to)
}

const short = ({ rule, severity, line, path }: Finding) => [rule, severity, line, path].join(' ')
const find = (text: string, options: Partial<Parameters<typeof lintModulemd>[1]> = {}) =>
  lintModulemd(text, { today, ...options })

test('a good document has no findings', () => {
  expect(find(clean)).toEqual([])
})

describe('what is found, and where', () => {
  test.for([
    ['  summary: E', '  sumary: E', 'valid error 10 data.sumary'],
    ['version: 2', 'version: 3', 'valid error 2 document'],
    ['    - seeds-devel', '    - flowers', 'filter-matches-nothing warning 44 data.filter.rpms'],
    ['    - seeds-devel', '    - spade', 'filtered-but-wanted warning 37 data.profiles.minimal.rpms'],
    [
      '      rpms:\n      - rake\n      - spade\n',
      '      description: x\n',
      'profile-empty warning 31 data.profiles.common',
    ],
    ['      - rake\n      - spade\n', '      - spade\n', 'profiles-overlap warning 34 data.profiles.minimal'],
    ['      - rake\n', '      - rakes\n', 'profile-not-built warning 32 data.profiles.common.rpms'],
    ['    minimal:', '    buildroot:', 'profile-unused warning 35 data.profiles.buildroot'],
    [
      '  filter:',
      '  demodularized: {rpms: [rake]}\n  filter:',
      'demodularized-but-shipped warning 42 data.demodularized.rpms',
    ],
    [
      'ref: 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
      'ref: main',
      'ref-moves warning 49 data.components.rpms.rake.ref',
    ],
    [
      'ref: 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
      'ref: stream-2',
      'ref-moves warning 49 data.components.rpms.rake.ref',
    ],
    [
      '        ref: 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567\n',
      '',
      'ref-missing warning 48 data.components.rpms.rake',
    ],
    ['https://garden.example/bugs', 'garden.example', 'reference-address warning 28 data.references.tracker'],
    [
      'https://garden.example/bugs',
      'htts://garden.example',
      'reference-address warning 28 data.references.tracker',
    ],
    ['name: garden', 'name: "my garden"', 'name-characters warning 5 data.name'],
    ['summary: Everything for a garden', 'summary: ""', 'text-empty warning 10 data.summary'],
    ['    Tools for a garden, and what grows there.\n', '', 'text-empty warning 11 data.description'],
    ['rationale: Leaves fall', 'rationale: " "', 'text-empty warning 48 data.components.rpms.rake.rationale'],
    ['    - MIT', '    - MITT', 'license-unknown warning 15 data.license.module'],
    ['GPLv2+ or', 'GPLv8 or', 'license-unknown warning 17 data.license.content'],
    ['arches: [x86_64]', 'arches: [x86-64]', 'arch-unknown warning 51 data.components.rpms.rake.arches'],
    [
      'arches: [x86_64]',
      'arches: ["x86_64 s390x"]',
      'arch-unknown warning 51 data.components.rpms.rake.arches',
    ],
    ['ref: 0a', 'name: spade\n        ref: 0a', 'component-twice warning 49 data.components.rpms.rake.name'],
    [
      'platform: [el8]',
      'platform: [el8]\n      soil: [3-rc]',
      'stream-with-dash warning 25 data.dependencies.0.requires.soil',
    ],
    [
      '  license:',
      '  servicelevels: {bugs: {eol: 2026-05-31}}\n  license:',
      'end-of-life warning 13 data.servicelevels.bugs',
    ],
    ['    - seeds-devel', '    - seeds', 'artifact-filtered warning 63 data.artifacts.rpms'],
    [
      'seeds-0:1-1.module+el8.x86_64',
      'seeds-0:1-1.module+el8.s390x',
      'artifact-arch warning 63 data.artifacts.rpms',
    ],
    [
      'seeds-0:1-1.module+el8.x86_64',
      'seeds-0:1-1.module+el8.x86_64.rpm',
      'artifact-file-name warning 63 data.artifacts.rpms',
    ],
    ['  version: 8100020260102030405\n', '', 'published-incomplete warning 5 data.version'],
    ['  context: 489197e6\n', '', 'published-incomplete warning 5 data.context'],
    ['  arch: x86_64\n', '', 'published-incomplete warning 5 data.arch'],
    ['  filter:', '  filter: {}\n  filter:', 'repeated-key warning 43 data.filter'],
    [
      'buildorder: 1\n      spade',
      'buildorder: 1\n        buildorder: 3\n      spade',
      'repeated-key warning 56 data.components.rpms.seeds.buildorder',
    ],
  ] as const)('%j: %j', ([from, to, expected]) => {
    expect(find(changed(from, to)).map(short)).toContain(expected)
  })

  test('two streams of one name, version, context and arch with other content', () => {
    const other = clean.replace('summary: Everything', 'summary: Nothing')
    expect(find(clean + other)).toMatchObject([
      {
        rule: 'valid',
        severity: 'error',
        message: '"garden:2:8100020260102030405:489197e6:x86_64" came before with other content',
        line: clean.split('\n').length + 1,
      },
    ])
    expect(find(clean + clean)).toEqual([])
    const open = other.replace(/  (?:context|arch): .*\n/g, '')
    const third = clean.replace('context: 489197e6', 'context: 589197e6')
    expect(find(clean + third + open).map(({ message }) => message)).toContain(
      '"garden:2:8100020260102030405" may be any of several streams that came before',
    )
  })

  test('the same alternative twice', () => {
    const alternative = /  - buildrequires:\n(?: {4}.*\n)+/.exec(clean)?.[0] ?? ''
    expect(find(changed(alternative, alternative + alternative)).map(short)).toEqual([
      'alternative-twice warning 25 data.dependencies.1',
    ])
  })

  test('a component that waits for itself', () => {
    const text = clean.replaceAll(/ {8}buildorder: \d\n/g, '')
    const waiting = (name: string, other: string) => (before: string) =>
      changed(`      ${name}:\n`, `      ${name}:\n        buildafter: [${other}]\n`, before)
    const circular = waiting('rake', 'spade')(waiting('spade', 'seeds')(waiting('seeds', 'rake')(text)))
    expect(find(circular).map(({ rule }) => rule)).toEqual(Array(3).fill('order-circular'))
  })

  test('`common` may repeat the one of client and server that is usual', () => {
    const doubled = changed('      - rake\n      - spade\n', '      - spade\n')
    expect(find(doubled).map(({ rule }) => rule)).toEqual(['profiles-overlap'])
    expect(find(changed('    minimal:', '    server:', doubled))).toEqual([])
  })

  test('artifacts may be sources, of no arch, and what runs on the arch too', () => {
    const seeds = '- seeds-0:1-1.module+el8.x86_64'
    const others = ['src', 'nosrc', 'noarch', 'i686'].map((arch) => `    - rake-0:1.2-4.module+el8.${arch}`)
    expect(find(changed(seeds, [seeds, ...others].join('\n')))).toEqual([])
    const source = changed(seeds, '- seeds-0:1-1.module+el8.src').replace('- seeds-devel', '- seeds')
    expect(find(source)).toEqual([])
    const ofSystemZ = changed('arch: x86_64', 'arch: s390x').replaceAll('.x86_64', '.i686')
    expect(find(ofSystemZ).map(({ rule }) => rule)).toEqual(['artifact-arch', 'artifact-arch'])
  })

  test("a module's companion for developers lists what the module filters", () => {
    const devel = changed('name: garden', 'name: garden-devel').replace('- seeds-devel', '- seeds')
    expect(find(devel)).toEqual([])
  })

  test('what a packager writes has no version, context and arch yet', () => {
    const draft = clean
      .replaceAll(/^  (?:version|context|arch):.*\n/gm, '')
      .replace(/  artifacts:[^]*\.\.\./, '...')
    expect(find(draft)).toEqual([])
  })

  test('branches of distributions are only noted', () => {
    const text = clean.replaceAll(/ref: .*/g, 'ref: stream-garden-2-rhel-8.10.0')
    expect(find(text).map(({ severity }) => severity)).toEqual(['note', 'note', 'note'])
  })

  test("in packagers' documents of version 3, too", () => {
    expect(find(packager).map(short)).toEqual([
      'profiles-overlap warning 38 data.profiles.minimal',
      'ref-missing warning 52 data.components.rpms.rake',
      'ref-moves warning 57 data.components.rpms.spade.ref',
    ])
  })
})

describe('specs', () => {
  const spec = (name: string, ...lines: string[]) =>
    [name, readSpecFacts([`Name: ${name}`, ...lines].join('\n'))] as const
  const specs = new Map([
    spec('rake', 'BuildRequires: spade-devel >= 2, gcc'),
    spec('seeds', '%package devel', '%package -n flowers', 'BuildRequires: %{name}-devel'),
    spec('spade', '%package devel'),
  ])

  test('an order that they contradict', () => {
    expect(find(clean, { specs })).toEqual([])
    const same = changed('buildorder: 2', 'buildorder: 1')
    expect(find(same, { specs })).toMatchObject([
      {
        rule: 'order-contradicts-specs',
        path: 'data.components.rpms.rake',
        remedy: 'give it a buildorder above 1',
      },
    ])
  })

  test('know better what is built', () => {
    expect(find(changed('- seeds-devel', '- flowers'), { specs })).toEqual([])
    expect(find(changed('- seeds-devel', '- seeds-doc'), { specs }).map(({ rule }) => rule)).toEqual([
      'filter-matches-nothing',
    ])
  })
})

describe('what can be fixed', () => {
  /** Returns the text after the fix of its only finding. */
  function fixed(text: string): string {
    const [finding] = find(text)
    const { fix } = finding ?? {}
    if (fix === undefined) throw new Error('there is no fix')
    const lines = text.split('\n')
    const offset = ({ line, column }: { line: number; column: number }) =>
      lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1
    return text.slice(0, offset(fix.start)) + fix.text + text.slice(offset(fix.end))
  }

  test.for([
    ['    - seeds-devel\n', '    - seeds-devel\n    - flowers\n', 'the line goes'],
    ['    - MIT\n', '    - MITT\n', 'the word is replaced'],
    ['arches: [x86_64, s390x]', 'arches: ["x86_64 s390x"]', 'one becomes two'],
    ['seeds-0:1-1.module+el8.x86_64', 'seeds-0:1-1.module+el8.x86_64.rpm', 'the ending goes'],
  ] as const)('%s', ([good, bad]) => {
    const right = clean.replace('arches: [x86_64]', 'arches: [x86_64, s390x]')
    expect(fixed(changed(good, bad, right))).toBe(right)
  })
})

describe('a policy', () => {
  test('sets how bad a rule is, or that nobody asks', () => {
    const text = changed('name: garden', 'name: "my garden"')
    const severities = (setting: string) =>
      find(text, { policy: policyOf(`rules: {name-characters: ${setting}}`) }).map(({ severity }) => severity)
    expect([severities('error'), severities('off')]).toEqual([['error'], []])
  })

  test('adds what a distribution has', () => {
    const text = changed('arches: [x86_64]', 'arches: [vax]').replace('- MIT', '- Romio')
    expect(find(text, { policy: policyOf('licenses: [Romio]', 'arches: [vax]') })).toEqual([])
  })

  test('says which refs are allowed', () => {
    const policy = policyOf('refs: ["stream-*", "[0-9a-f]*"]')
    expect(find(clean, { policy })).toEqual([])
    const text = clean.replaceAll(/ref: .*/g, 'ref: private')
    expect(find(text, { policy }).filter(({ severity }) => severity === 'error')).toHaveLength(3)
  })

  test('knows which streams came to their end', () => {
    const policy = policyOf('end-of-life: {soil: {"3": 2026-01-31, "4": 2027-01-31}}')
    expect(find(clean, { policy }).map(short)).toEqual([
      'end-of-life warning 22 data.dependencies.0.buildrequires.soil',
    ])
  })

  test('has rules of its own on values', () => {
    const policy = policyOf(
      'values:',
      '- name: our-bugs',
      '  path: data.references.tracker',
      '  matches: "^https://bugs\\\\.example/"',
      '  message: bugs are reported elsewhere',
      '  remedy: write https://bugs.example/garden',
      '- name: no-cache',
      '  path: data.components.rpms.*.cache',
      '  forbids: .',
      '  message: the cache is ours',
      '- name: says-why',
      '  path: data.components.rpms.*.rationale',
      '  required: true',
      '  severity: warning',
      '  message: a rationale is missing',
    )
    const text = changed('rationale: Leaves fall', 'cache: https://elsewhere.example/')
    expect(
      find(text, { policy })
        .filter(({ rule }) => rule !== 'text-empty')
        .map(short),
    ).toEqual([
      'our-bugs error 28 data.references.tracker',
      'says-why warning 48 data.components.rpms.rake.rationale',
      'no-cache error 48 data.components.rpms.rake.cache',
    ])
  })

  test.for([
    ['rules: {no-such-rule: off}', 'there is no rule no-such-rule'],
    ['rules: {name-characters: bad}', 'bad is not a severity'],
    ['values: [{name: a, path: b, message: c, matches: "("}]', '( is not a pattern'],
    ['values: [{name: a}]', 'the key path is missing'],
    ['values: [{name: a, path: b, message: c, required: yes}]', '"yes" is not a boolean'],
    ['refs: [a]\n---\nrefs: [b]\n', 'there is more than one policy'],
    ['licences: []', 'the key "licences" is unknown'],
    ['end-of-life: {a: {b: never}}', '"never" is not a day'],
  ] as const)('%s is refused', ([text, message]) => {
    expect(
      readPolicy(text, names)
        .problems.map((problem) => problem.message)
        .join(),
    ).toContain(message)
  })
})
