import fc from 'fast-check'
import type {
  BuildOptions,
  ModuleComponent,
  ModuleDefaults,
  ModuleDependencies,
  ModuleObsoletes,
  ModulePackager,
  ModuleStream,
  ModuleStreamV1,
  ModuleTranslations,
  ModulemdDocument,
  Profile,
  RpmComponent,
  Xmd,
} from '../src/index.ts'
import { sortedMap, sortedSet } from '../src/byte-order.ts'

/** Returns a record that compares equal to the reader's result. */
const plainRecord = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true })

/**
 * Texts that are hard for YAML: its marks, blanks and breaks in all places, numbers, long lines, characters
 * above U+FFFF.
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

/** Any text that a document can contain. */
export const anyText = fc.oneof(
  { weight: 3, arbitrary: hardText },
  { weight: 1, arbitrary: longText.map((words) => words.join(' ')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')) },
)

const name = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9+._-]{0,8}$/), anyText)
const set = fc.array(name, { maxLength: 4 }).map(sortedSet)
const mapOf = <V>(value: fc.Arbitrary<V>) =>
  fc.array(fc.tuple(name, value), { maxLength: 3 }).map((entries) => sortedMap(new Map(entries)))

/** The streams of one module are either all included or all excluded. */
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
    // In xmd, the words of the booleans cannot be texts.
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

/** The content of streams of both versions. */
const content = {
  name,
  stream: name,
  version: uint64,
  context: name,
  arch: name,
  summary: anyText,
  description: anyText,
  license: plainRecord({ module: set.filter(({ length }) => length > 0), content: set }),
  xmd: xmd.filter((value) => !Array.isArray(value)),
  references: plainRecord({ community: anyText, tracker: anyText }),
  profiles: mapOf(profile),
  api: set,
  filter: set,
  serviceLevels: mapOf(fc.option(day, { nil: undefined })),
  buildopts,
  components: plainRecord({ rpms: mapOf(rpmComponent), modules: mapOf(moduleComponent) }),
  artifacts: fc.array(nevra, { maxLength: 3 }).map(sortedSet),
}

const requiredContent = [
  'kind',
  'summary',
  'description',
  'license',
  'dependencies',
  'profiles',
  'api',
  'filter',
  'serviceLevels',
  'components',
  'artifacts',
] as const

/** A stream that follows the rules. */
export const anyStream: fc.Arbitrary<ModuleStream> = fc.record(
  {
    ...content,
    kind: fc.constant('modulemd' as const),
    staticContext: fc.constant(false),
    dependencies: fc.array(dependencies, { maxLength: 2 }),
    demodularized: set,
  },
  { noNullPrototype: true, requiredKeys: [...requiredContent, 'staticContext', 'demodularized'] },
)

/** A stream of version 1 that follows the rules. */
export const anyStreamV1: fc.Arbitrary<ModuleStreamV1> = fc.record(
  {
    ...content,
    kind: fc.constant('modulemd-v1' as const),
    dependencies: plainRecord({ buildrequires: mapOf(anyText), requires: mapOf(anyText) }),
  },
  { noNullPrototype: true, requiredKeys: [...requiredContent] },
)

const contextName = fc.stringMatching(/^[A-Za-z0-9]{1,10}$/)

const configuration = fc.record(
  {
    context: contextName,
    platform: name,
    buildrequires: mapOf(name),
    requires: mapOf(name),
    buildopts,
  },
  { noNullPrototype: true, requiredKeys: ['context', 'platform', 'buildrequires', 'requires'] },
)

/** A packager document of version 3. */
export const anyPackager: fc.Arbitrary<ModulePackager> = fc.record(
  {
    kind: fc.constant('modulemd-packager' as const),
    name,
    stream: name,
    summary: anyText,
    description: anyText,
    license: set,
    xmd: xmd.filter((value) => !Array.isArray(value)),
    configurations: fc
      .array(configuration, { maxLength: 3 })
      .map((list) => [...sortedMap(new Map(list.map((one) => [one.context, one]))).values()]),
    profiles: mapOf(profile),
    api: set,
    filter: set,
    demodularized: set,
    components: plainRecord({ rpms: mapOf(rpmComponent), modules: mapOf(moduleComponent) }),
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      'kind',
      'license',
      'configurations',
      'profiles',
      'api',
      'filter',
      'demodularized',
      'components',
    ],
  },
)

const minute = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 16)}Z`)
const something = anyText.filter((text) => text !== '')

/** A document that obsoletes a stream, or a reset. */
export const anyObsoletes: fc.Arbitrary<ModuleObsoletes> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('modulemd-obsoletes' as const),
      modified: minute,
      isReset: fc.constant(false),
      module: something,
      stream: something,
      context: name,
      eolDate: minute,
      message: something,
      obsoletedBy: plainRecord({ module: name, stream: name }),
    },
    { noNullPrototype: true, requiredKeys: ['kind', 'modified', 'isReset', 'module', 'stream', 'message'] },
  ),
  plainRecord({
    kind: fc.constant('modulemd-obsoletes' as const),
    modified: minute,
    isReset: fc.constant(true),
    module: something,
    stream: something,
    message: something,
  }),
)

const translation = fc.record(
  { summary: anyText, description: anyText, profiles: mapOf(anyText) },
  { noNullPrototype: true, requiredKeys: ['profiles'] },
)

/** A translations document. */
export const anyTranslations: fc.Arbitrary<ModuleTranslations> = plainRecord({
  kind: fc.constant('modulemd-translations' as const),
  documentVersion: uint64,
  module: something,
  stream: something,
  modified: uint64,
  translations: mapOf(translation),
})

/** A defaults document. */
export const anyDefaults: fc.Arbitrary<ModuleDefaults> = fc.record(
  {
    kind: fc.constant('modulemd-defaults' as const),
    module: name,
    modified: uint64,
    stream: name,
    profiles: mapOf(set),
    intents: mapOf(
      fc.record({ stream: name, profiles: mapOf(set) }, { noNullPrototype: true, requiredKeys: [] }),
    )
      .map((intents) => new Map([...intents].filter(([, intent]) => Object.keys(intent).length > 0)))
      .filter(({ size }) => size > 0),
  },
  { noNullPrototype: true, requiredKeys: ['kind', 'module', 'profiles'] },
)

/** Any documents in any order. */
export const anyDocuments: fc.Arbitrary<ModulemdDocument[]> = fc.array(fc.oneof(anyStream, anyDefaults), {
  maxLength: 3,
})

/** Any document of any kind. */
export const anyDocument: fc.Arbitrary<ModulemdDocument> = fc.oneof(
  anyStream,
  anyStreamV1,
  anyPackager,
  anyDefaults,
  anyObsoletes,
  anyTranslations,
)
