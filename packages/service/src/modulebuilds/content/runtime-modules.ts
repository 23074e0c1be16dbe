import type { ModuleStream } from '@mbs/modulemd'

/** The data of a ready module that matters to modules that require it. */
export interface RequiredModule {
  name: string
  stream: string
  version: string
  document: ModuleStream
}

/** Returns the names of the modules that documents require at run time, without the platform. */
export function requiredNames(documents: readonly ModuleStream[]): string[] {
  const names = documents.flatMap(({ dependencies }) =>
    dependencies.flatMap(({ requires }) => [...requires.keys()]),
  )
  return [...new Set(names)].filter((name) => name !== 'platform')
}

/**
 * Returns the modules that a document requires at run time, and the modules that these require in turn. Of each module,
 * it chooses the newest version of an allowed stream. It leaves out requirements that no module meets, because dnf
 * reports them better.
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

/** Listed streams are allowed. If the list has only streams with a leading `-`, all other streams are allowed. */
function isAllowed(streams: readonly string[], stream: string): boolean {
  const positive = streams.filter((one) => !one.startsWith('-'))
  return positive.length > 0 ? positive.includes(stream) : !streams.includes(`-${stream}`)
}
