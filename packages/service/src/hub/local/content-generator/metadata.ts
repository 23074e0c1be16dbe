import Type from 'typebox'
import { Value } from 'typebox/value'
import { UserError } from '../../../errors.ts'
import { requireStorable } from '../../../storable.ts'
import { isArchiveName } from './archive-types.ts'

/** An epoch of RPM has 32 bits. */
export const epochMax = 4_294_967_295

const any = Type.Unknown()
const anyObject = Type.Record(Type.String(), any)
/** Seconds since 1970, until the year 9999. */
const moment = Type.Union([
  Type.Number({ minimum: 0, maximum: 253_402_300_799 }),
  Type.String({ pattern: '^[0-9]{1,11}(\\.[0-9]+)?$' }),
])

const component = Type.Object({ type: Type.String() })

/** Content-generator metadata, version 0. Other fields are allowed and kept. */
const schema = Type.Object({
  build: Type.Object({
    name: Type.String(),
    version: Type.String(),
    release: Type.String(),
    source: Type.Union([Type.String(), Type.Null()]),
    extra: anyObject,
    start_time: moment,
    end_time: moment,
    owner: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    build_id: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 2_147_483_647 }), Type.Null()])),
    epoch: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: epochMax }), Type.Null()])),
    draft: Type.Optional(Type.Boolean()),
  }),
  buildroots: Type.Array(
    Type.Object({
      id: any,
      host: Type.Object({ os: Type.String(), arch: Type.String() }),
      content_generator: Type.Object({ name: Type.String({ maxLength: 256 }), version: Type.String() }),
      container: Type.Object({ type: Type.String(), arch: Type.String() }),
      tools: Type.Array(Type.Object({ name: Type.String(), version: Type.String() })),
      components: Type.Array(component),
      extra: Type.Optional(any),
    }),
    { minItems: 1 },
  ),
  output: Type.Array(
    Type.Object({
      buildroot_id: any,
      filename: Type.String({ minLength: 1, maxLength: 1024 }),
      filesize: Type.Integer({ minimum: 0 }),
      checksum: Type.String(),
      checksum_type: Type.String(),
      type: Type.String(),
      arch: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      relpath: Type.Optional(Type.String()),
      subdir: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      metadata_only: Type.Optional(Type.Boolean()),
      components: Type.Optional(Type.Array(component)),
      extra: Type.Optional(Type.Union([anyObject, Type.Null()])),
    }),
  ),
})

export type GeneratorMetadata = Type.Static<typeof schema>
export type GeneratorOutput = GeneratorMetadata['output'][number]

/** A component as it was given. Its other fields are checked when it is matched. */
export type GeneratorComponent = Readonly<Record<string, unknown>> & { type: string }

/** Types that may stand directly in `extra`. */
const legacyTypes = ['maven', 'win', 'image'] as const

/**
 * Checks that a value is content-generator metadata.
 *
 * @throws UserError (400) that names the place
 */
export function readMetadata(value: unknown): GeneratorMetadata {
  if (typeof value !== 'object' || value === null)
    throw new UserError(400, 'the metadata must be one JSON object', 'metadata')
  const { metadata_version: version } = value as { metadata_version?: unknown }
  if (version !== 0)
    throw new UserError(400, `No such metadata version: ${JSON.stringify(version)}`, 'metadata_version')
  requireStorable(value, 'metadata')
  const [fault] = Value.Errors(schema, value)
  if (fault !== undefined) {
    const place = fault.instancePath.split('/').slice(1).join('.')
    throw new UserError(400, `${place === '' ? 'metadata' : place} ${fault.message}`, place)
  }
  const metadata = value as GeneratorMetadata
  if (metadata.build.draft === true) throw new UserError(400, 'draft builds are not supported', 'build.draft')
  return metadata
}

/** Returns the one content generator that all buildroots name. */
export function generatorOf({ buildroots }: GeneratorMetadata): string {
  const names = new Set(buildroots.map(({ content_generator }) => content_generator.name))
  const [name = ''] = names
  if (names.size > 1)
    throw new UserError(400, 'Koji now support only one content-generator per import', 'buildroots')
  return name
}

/** Returns the types of a build with the information about each. */
export function typesOf({ build, output }: GeneratorMetadata): Map<string, unknown> {
  const types = new Map(Object.entries(asObject(build.extra['typeinfo'])))
  for (const type of legacyTypes) {
    if (!(type in build.extra)) continue
    if (types.has(type)) throw new UserError(400, `Duplicate typeinfo for '${type}'`, 'build.extra')
    types.set(type, build.extra[type])
  }
  // The metadata of a build of packages may omit this type.
  if (output.some(({ type }) => type === 'rpm') && !types.has('rpm')) types.set('rpm', null)
  return types
}

/** Makes sure that an output uses each buildroot, and that the ids of buildroots are unique. */
export function checkBuildroots({ buildroots, output }: GeneratorMetadata): void {
  const ids = new Set<string>()
  const used = new Set(output.map(({ buildroot_id }) => JSON.stringify(buildroot_id)))
  for (const [index, buildroot] of buildroots.entries()) {
    const id = JSON.stringify(buildroot.id)
    if (!used.has(id))
      throw new UserError(400, `Buildroot id not used in output: ${id}`, `buildroots.${index}`)
    if (ids.has(id))
      throw new UserError(400, `Duplicate buildroot id in metadata: ${id}`, `buildroots.${index}`)
    ids.add(id)
  }
}

/** Returns the function that finds the index of an output's buildroot. */
export function buildrootIndexes({ buildroots }: GeneratorMetadata): (output: GeneratorOutput) => number {
  const indexes = new Map(buildroots.map(({ id }, index) => [JSON.stringify(id), index]))
  return (output) => {
    const wanted = JSON.stringify(output.buildroot_id)
    const index = indexes.get(wanted)
    if (index === undefined) throw new UserError(400, `Missing buildroot metadata for id ${wanted}`, 'output')
    return index
  }
}

/** Returns the path under which an output was uploaded. Both parts come from outside and are checked. */
export function uploadPathOf(output: GeneratorOutput): string {
  return [...segments(output.relpath ?? '', 'relpath'), plainName(output.filename)].join('/')
}

/** Returns the folder of an output below the build. */
export function subdirOf(output: GeneratorOutput): string {
  return segments(output.subdir ?? '', 'subdir').join('/')
}

function segments(value: string, key: string): string[] {
  const parts = value.split('/').filter((part) => part !== '' && part !== '.')
  if (Buffer.byteLength(value) > placeBytesMax) throw new UserError(400, `a ${key} is too long`, key)
  if (value.startsWith('/') || parts.includes('..'))
    throw new UserError(400, `${key} ${JSON.stringify(value)} leads out of the build`, key)
  return parts.map(plainName)
}

/** Longer values fit neither into an index nor into a file system. */
const placeBytesMax = 1000
const nameBytesMax = 255

function plainName(name: string): string {
  if (Buffer.byteLength(name) > nameBytesMax)
    throw new UserError(
      400,
      `${JSON.stringify(name.slice(0, 40))}… is too long for the name of a file`,
      'filename',
    )
  if (/[/\u0000-\u001f\u007f]/.test(name) || name === '.' || name === '..' || name === '')
    throw new UserError(400, `${JSON.stringify(name)} cannot be the name of a file`, 'filename')
  return name
}

/**
 * Returns the type of an archive. The output must have information about exactly one type, and the build must have that
 * type too.
 *
 * @throws UserError (400) with Koji's message
 */
export function archiveTypeOf(output: GeneratorOutput, types: ReadonlyMap<string, unknown>): string {
  const extra = output.extra ?? {}
  const legacy = legacyTypes.filter((type) => type in extra)
  const named = [...legacy, ...Object.keys(asObject(extra['typeinfo']))]
  const [type] = named
  if (type === undefined) throw new UserError(400, `No typeinfo for: ${output.filename}`, 'output')
  if (named.length > 1)
    throw new UserError(400, `Output file has multiple types: ${output.filename}`, 'output')
  if (!types.has(type)) throw new UserError(400, `Output type ${type} not listed in build types`, 'output')
  if (legacy.length > 0 && subdirOf(output) !== '')
    throw new UserError(400, 'subdir field not allowed for legacy btypes', 'output')
  if (!isArchiveName(output.filename))
    throw new UserError(400, `unsupported file extension: ${output.filename}`, 'output')
  if (type === 'image' && typeof output.arch !== 'string')
    throw new UserError(400, `${output.filename}: images need an arch`, 'output')
  return type
}

/** Reads a time of the metadata: seconds since 1970, as a number or as text. */
export function momentOf(value: number | string): Date {
  return new Date(Number(value) * 1000)
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}
