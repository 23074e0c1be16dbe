import type { ModuleStream, Xmd } from '@mbs/modulemd'

/** A base module that is known where a document is to be used. */
export interface BaseModule {
  name: string
  stream: string
  version: string
  context: string
  /** Other names for its stream. */
  virtualStreams: readonly string[]
}

/** Upstream's word for a commit that nobody knows any more (`build_module_locally --offline`). */
const unknownCommit = 'unknown'

/** Of what a published document was built on, only the stream is told. */
const unknownBuild = { version: '0', context: '00000000' }

/** Base modules have this version and context where nobody says otherwise. */
const plainBase = { version: '1', context: '00000000' }

const baseName = 'platform'

/** Can the module be used on this base module, as far as its requirements at run time tell? */
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
 * Puts back into `xmd.mbs` what composing takes out of a document, as far as the rest of it tells, so that it can be
 * imported and built against. What is there is kept, but for a base module that nobody knows here while the module runs
 * on one that is known: then that takes its place.
 *
 * @param bases those that are known, the one that is preferred first
 * @param kojiTag marks where its packages are, in place of its tag
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
        // A build has one stream of each; a document that says otherwise does not tell what it was built on.
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

/** What to put in the place of the base module that a document says it was built on; undefined keeps that. */
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
