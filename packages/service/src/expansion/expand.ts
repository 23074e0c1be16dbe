import { computeContexts } from '@mbs/modulemd'
import type { ModuleStream } from '@mbs/modulemd'
import { UserError } from '../errors.ts'

/** A module that can be built against. */
export interface AvailableModule {
  name: string
  stream: string
  version: string
  context: string
  platform: string
  kojiTag: string
  ref: string
}

export interface Expansion {
  platform: string
  /** Every build requirement but the platform, resolved. */
  modules: AvailableModule[]
  /** The document's one block of dependencies, as it is built. */
  buildrequires: Map<string, string[]>
  requires: Map<string, string[]>
  buildContext: string
  runtimeContext: string
  context: string
}

const baseModule = 'platform'

/**
 * Which platform and which modules a document is built against, and its context. Each requirement must leave one
 * choice: a document that stands for several builds is refused with what to write instead.
 *
 * @throws UserError (422) that names the requirement
 */
export function expand(
  document: ModuleStream,
  platforms: readonly string[],
  available: readonly AvailableModule[],
): Expansion {
  const [block, ...others] = document.dependencies
  if (block === undefined)
    throw new UserError(
      422,
      `there are no dependencies; the module must buildrequire a platform (${platforms.join(', ')})`,
      'data.dependencies',
    )
  if (others.length > 0)
    throw new UserError(422, 'several dependency blocks make several builds; keep one', 'data.dependencies')
  const platform = choose(baseModule, block.buildrequires.get(baseModule), platforms)
  const modules = [...block.buildrequires].flatMap(([name, streams]) => {
    if (name === baseModule) return []
    const candidates = available.filter((module) => module.name === name && module.platform === platform)
    const stream = choose(name, streams, [...new Set(candidates.map((module) => module.stream))])
    const newest = candidates
      .filter((module) => module.stream === stream)
      .sort(byVersion)
      .at(-1)
    return newest === undefined ? [] : [newest]
  })
  const resolved = new Map([
    [baseModule, platform],
    ...modules.map(({ name, stream }) => [name, stream] as const),
  ])
  const buildrequires = new Map([...resolved].map(([name, stream]) => [name, [stream]]))
  // A runtime requirement that reads like the build requirement means the same choice; others stay as written.
  const requires = new Map(
    [...block.requires].map(([name, streams]) => {
      const stream = resolved.get(name)
      const same = stream !== undefined && sameSet(streams, block.buildrequires.get(name) ?? [])
      return [name, same ? [stream] : streams]
    }),
  )
  return {
    platform,
    modules,
    buildrequires,
    requires,
    ...computeContexts({ buildrequires: resolved, requires: [requires] }),
  }
}

/** The one stream that a list of streams leaves: all of them when empty, all but these when negative. */
function choose(name: string, streams: readonly string[] | undefined, known: readonly string[]): string {
  const where = `data.dependencies[0].buildrequires.${name}`
  const have =
    known.length === 0
      ? 'there is none yet'
      : `there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`
  if (streams === undefined)
    throw new UserError(422, `the module does not buildrequire any ${name}; ${have}`, where)
  const positive = streams.filter((stream) => !stream.startsWith('-'))
  const wanted = positive.length > 0 ? positive : known.filter((stream) => !streams.includes(`-${stream}`))
  const found = wanted.filter((stream) => known.includes(stream))
  const [only] = found
  if (only === undefined)
    throw new UserError(422, `nothing provides ${name}:${streams.join(',') || '(any)'}; ${have}`, where)
  if (wanted.length > 1)
    throw new UserError(
      422,
      `${name} has several streams to build against (${wanted.join(', ')}); name one`,
      where,
    )
  return only
}

function byVersion(a: AvailableModule, b: AvailableModule): number {
  const [left, right] = [BigInt(a.version), BigInt(b.version)]
  return left < right ? -1 : left > right ? 1 : a.context < b.context ? -1 : 1
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((entry) => b.includes(entry))
}
