/** A module build that may be in a compose, as the hub has it. */
export interface ComposableModule {
  buildId: number
  name: string
  stream: string
  version: string
  context: string
  contentTag: string
  modulemd: string
}

/** For each name and stream the highest version, with all its contexts (pungi's rule). */
export function selectModules(modules: readonly ComposableModule[]): ComposableModule[] {
  const key = ({ name, stream }: ComposableModule) => `${name}:${stream}`
  const highest = new Map<string, bigint>()
  for (const module of modules) {
    const version = BigInt(module.version)
    if (version > (highest.get(key(module)) ?? -1n)) highest.set(key(module), version)
  }
  return modules
    .filter((module) => BigInt(module.version) === highest.get(key(module)))
    .sort((a, b) => (nsvc(a) < nsvc(b) ? -1 : 1))
}

export function nsvc({ name, stream, version, context }: ComposableModule): string {
  return [name, stream, version, context].join(':')
}
