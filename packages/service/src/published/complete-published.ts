import type { ModuleStream, Xmd } from '@mbs/modulemd'

/** A known base module on which a document can be used. */
export interface BaseModule {
  name: string
  stream: string
  version: string
  context: string
  /** Other names for its stream. */
  virtualStreams: readonly string[]
}

/** Upstream's value for an unknown commit (`build_module_locally --offline`). */
const unknownCommit = 'unknown'

/** Placeholders: for the build requirements of a published document only the stream is known. */
const unknownBuild = { version: '0', context: '00000000' }

/** The version and context of a base module, unless its document has others. */
const plainBase = { version: '1', context: '00000000' }

const baseName = 'platform'

/** Whether the module can be used on this base module, according to its runtime requirements. */
export function runsOn({ dependencies }: Pick<ModuleStream, 'dependencies'>, base: BaseModule): boolean {
  if (dependencies.length === 0) return true
  const names = [base.stream, ...base.virtualStreams]
  return dependencies.some(({ requires }) => {
    const streams = requires.get(base.name) ?? []
    const wanted = streams.filter((stream) => !stream.startsWith('-'))
    if (wanted.length > 0) return wanted.some((stream) => names.includes(stream))
    return !streams.some((stream) => names.includes(stream.slice(1)))
  })
}

/**
 * Restores the fields of `xmd.mbs` that composing removes from a document, as far as its other fields allow, so that
 * the document can be imported and built against. Existing values stay, with one exception: if the base module of the
 * document is not known here, a known one on which the module runs replaces it.
 *
 * @param bases known base modules, the preferred one first
 * @param kojiTag names the place of its packages, and replaces the document's tag
 */
export function completePublished(
  document: ModuleStream,
  bases: readonly BaseModule[],
  kojiTag?: string,
): ModuleStream {
  const xmd = mapOf(document.xmd)
  const mbs = mapOf(xmd.get('mbs'))
  const told = mapOf(mbs.get('buildrequires'))
  const buildrequires = new Map<string, Xmd>(
    document.dependencies.flatMap((block) =>
      [...block.buildrequires].flatMap(([name, streams]) => {
        const [stream, ...others] = streams
        // A build uses exactly one stream of each module. With any other list the build's stream is unknown.
        if (stream === undefined || others.length > 0 || stream.startsWith('-')) return []
        return [[name, entryOf({ stream, ...(name === baseName ? plainBase : unknownBuild) })] as const]
      }),
    ),
  )
  for (const [name, entry] of told) buildrequires.set(name, entry)
  const base = baseOf(document, buildrequires, bases)
  if (base !== undefined) buildrequires.set(base.name, entryOf(base))
  return {
    ...document,
    xmd: new Map<string, Xmd>([
      ...xmd,
      [
        'mbs',
        new Map<string, Xmd>([
          ['commit', unknownCommit],
          ['mse', true],
          ['requires', new Map()],
          ...mbs,
          ['buildrequires', buildrequires],
          ...(kojiTag === undefined ? [] : [['koji_tag', kojiTag] as const]),
        ]),
      ],
    ]),
  }
}

/** Returns the base module that replaces the one in the document; undefined keeps that one. */
function baseOf(
  document: ModuleStream,
  buildrequires: ReadonlyMap<string, Xmd>,
  bases: readonly BaseModule[],
): Omit<BaseModule, 'virtualStreams'> | undefined {
  const told = mapOf(buildrequires.get(baseName))
  const known = bases.filter(({ name }) => name === baseName)
  const same = known.filter((base) => base.stream === told.get('stream'))
  if (same.some((base) => base.version === told.get('version') && base.context === told.get('context')))
    return undefined
  const instead = same[0] ?? known.find((base) => runsOn(document, base))
  if (instead !== undefined || told.size > 0) return instead
  const [stream] = document.dependencies
    .flatMap(({ requires }) => requires.get(baseName) ?? [])
    .filter((one) => !one.startsWith('-'))
  return stream === undefined ? undefined : { name: baseName, stream, ...plainBase }
}

function entryOf({ stream, version, context }: Record<'stream' | 'version' | 'context', string>): Xmd {
  return new Map([
    ['stream', stream],
    ['version', version],
    ['context', context],
    ['ref', unknownCommit],
    ['koji_tag', ''],
  ])
}

function mapOf(value: Xmd | undefined): ReadonlyMap<string, Xmd> {
  return value instanceof Map ? value : new Map<string, Xmd>()
}
