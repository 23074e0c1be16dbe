import type { ModuleStream } from '@mbs/modulemd'

/** A ready module, as far as it matters to those that require it. */
export interface RequiredModule {
  name: string
  stream: string
  version: string
  document: ModuleStream
}

/** The modules that documents name as required at run time; the platform is none. */
export function requiredNames(documents: readonly ModuleStream[]): string[] {
  const names = documents.flatMap(({ dependencies }) =>
    dependencies.flatMap(({ requires }) => [...requires.keys()]),
  )
  return [...new Set(names)].filter((name) => name !== 'platform')
}

/**
 * The modules that a document requires at run time, and what those require in turn: of each the newest of a stream
 * that will do. What nothing provides is left out; dnf says so better.
 */
export function runtimeModules<T extends RequiredModule>(
  document: ModuleStream,
  available: readonly T[],
): T[] {
  const chosen = new Map<string, T>()
  const open = [document]
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const { requires } of next.dependencies)
      for (const [name, streams] of requires) {
        if (name === 'platform' || chosen.has(name)) continue
        const newest = available
          .filter((module) => module.name === name && isAllowed(streams, module.stream))
          .sort((a, b) => (BigInt(a.version) < BigInt(b.version) ? -1 : 1))
          .at(-1)
        if (newest === undefined) continue
        chosen.set(name, newest)
        open.push(newest.document)
      }
  return [...chosen.values()]
}

/** Streams that are listed, or all but those with a leading `-`. */
function isAllowed(streams: readonly string[], stream: string): boolean {
  const positive = streams.filter((one) => !one.startsWith('-'))
  return positive.length > 0 ? positive.includes(stream) : !streams.includes(`-${stream}`)
}
