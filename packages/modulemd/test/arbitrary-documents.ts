import fc from 'fast-check'
import type {
  BuildOptions,
  ModuleComponent,
  ModuleDefaults,
  ModuleDependencies,
  ModuleStream,
  ModulemdDocument,
  Profile,
  RpmComponent,
  Xmd,
} from '../src/index.ts'
import { sortedMap, sortedSet } from '../src/byte-order.ts'

/** A record that compares equal to what readers make. */
const plainRecord = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true })

/**
 * Texts that YAML finds hard: its marks, blanks and breaks in all places, numbers, long lines, far
 * characters.
 */
const piece = fc.constantFrom(
  ...[
    'a',
    'word',
    'é',
    '☃',
    '😀',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '\t',
    '\r',
    ':',
    ': ',
    ' #',
    '#',
    '-',
    '- ',
    '---',
    '...',
  ],
  ...[
    '"',
    "'",
    '\\',
    '[',
    ']',
    '{',
    '}',
    ',',
    '?',
    '!',
    '*',
    '&',
    '%',
    '@',
    '`',
    '|',
    '>',
    '<<',
    '=',
    '~',
    'null',
  ],
  ...[
    'true',
    'TRUE',
    'yes',
    '1',
    '1.10',
    '0x1F',
    '.5',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\u0007',
    '\ufffd',
  ],
  ...['x'.repeat(30), 'long '.repeat(12)],
)
const hardText = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
const word = fc.constantFrom('word', 'a', 'longer', '-', '#', ':', '  ', '\n', '\n\n', '\n ')
const longText = fc.array(word, { maxLength: 60 })

/** Any text that a document can hold. */
export const anyText = fc.oneof(
  { weight: 3, arbitrary: hardText },
  { weight: 1, arbitrary: longText.map((words) => words.join(' ')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')) },
)

const name = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9+._-]{0,8}$/), anyText)
const set = fc.array(name, { maxLength: 4 }).map(sortedSet)
const mapOf = <V>(value: fc.Arbitrary<V>) =>
  fc.array(fc.tuple(name, value), { maxLength: 3 }).map((entries) => sortedMap(new Map(entries)))

/** Streams of one module must all be wanted or all be unwanted. */
const streams = fc.oneof(
  fc.array(fc.stringMatching(/^[a-z0-9.]{1,4}$/), { maxLength: 3 }).map(sortedSet),
  fc.array(fc.stringMatching(/^-[a-z0-9.]{1,4}$/), { maxLength: 3 }).map(sortedSet),
)
const dependencies: fc.Arbitrary<ModuleDependencies> = plainRecord({
  buildrequires: mapOf(streams),
  requires: mapOf(streams),
})

const xmd: fc.Arbitrary<Xmd> = fc.letrec<{ xmd: Xmd }>((tie) => ({
  xmd: fc.oneof(
    { maxDepth: 4 },
    // The words of the booleans cannot be texts here.
    anyText.filter((text) => text !== 'TRUE' && text !== 'FALSE'),
    fc.boolean(),
    mapOf(tie('xmd')),
    fc.array(tie('xmd'), { maxLength: 3 }),
  ),
})).xmd

const profile: fc.Arbitrary<Profile> = fc.record(
  { description: anyText, rpms: set, isDefault: fc.constant(true as const) },
  { noNullPrototype: true, requiredKeys: ['rpms'] },
)

const rpmComponent: fc.Arbitrary<RpmComponent> = fc.record(
  {
    rationale: anyText,
    repository: anyText,
    cache: anyText,
    ref: anyText,
    buildorder: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    buildafter: fc.constant([]),
    buildonly: fc.boolean(),
    buildroot: fc.boolean(),
    srpmBuildroot: fc.boolean(),
    arches: fc.constant([]),
    multilib: set,
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      'buildorder',
      'buildafter',
      'buildonly',
      'buildroot',
      'srpmBuildroot',
      'arches',
      'multilib',
    ],
  },
)

const moduleComponent: fc.Arbitrary<ModuleComponent> = fc.record(
  {
    rationale: anyText,
    repository: anyText,
    ref: anyText,
    buildorder: fc.integer({ min: -5, max: 5 }),
    buildonly: fc.boolean(),
  },
  { noNullPrototype: true, requiredKeys: ['buildorder', 'buildonly'] },
)

const buildopts: fc.Arbitrary<BuildOptions> = fc.record(
  { macros: anyText, whitelist: set, arches: set },
  { noNullPrototype: true, requiredKeys: ['whitelist', 'arches'] },
)

const uint64 = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })
const day = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))
const nevra = fc.stringMatching(/^[a-z]{1,4}-\d:[0-9.]{1,3}-[0-9a-z]{1,3}\.(noarch|src)$/)

/** A stream that keeps the rules. */
export const anyStream: fc.Arbitrary<ModuleStream> = fc.record(
  {
    kind: fc.constant('modulemd' as const),
    name,
    stream: name,
    version: uint64,
    context: name,
    staticContext: fc.constant(false),
    arch: name,
    summary: anyText,
    description: anyText,
    license: plainRecord({ module: set.filter(({ length }) => length > 0), content: set }),
    xmd: xmd.filter((value) => !Array.isArray(value)),
    dependencies: fc.array(dependencies, { maxLength: 2 }),
    references: plainRecord({ community: anyText, tracker: anyText }),
    profiles: mapOf(profile),
    api: set,
    filter: set,
    demodularized: set,
    serviceLevels: mapOf(fc.option(day, { nil: undefined })),
    buildopts,
    components: plainRecord({ rpms: mapOf(rpmComponent), modules: mapOf(moduleComponent) }),
    artifacts: fc.array(nevra, { maxLength: 3 }).map(sortedSet),
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      ...([
        'kind',
        'staticContext',
        'summary',
        'description',
        'license',
        'dependencies',
        'profiles',
        'api',
      ] as const),
      ...(['filter', 'demodularized', 'serviceLevels', 'components', 'artifacts'] as const),
    ],
  },
)

/** A defaults document. */
export const anyDefaults: fc.Arbitrary<ModuleDefaults> = fc.record(
  {
    kind: fc.constant('modulemd-defaults' as const),
    module: name,
    modified: uint64,
    stream: name,
    profiles: mapOf(set),
  },
  { noNullPrototype: true, requiredKeys: ['kind', 'module', 'profiles'] },
)

/** Any documents in any order. */
export const anyDocuments: fc.Arbitrary<ModulemdDocument[]> = fc.array(fc.oneof(anyStream, anyDefaults), {
  maxLength: 3,
})
