import type { HostPackage } from './types.ts'

/** Parses a Debian dependency field into groups of alternatives, without versions and architectures. */
export function parseDepends(field: string): string[][] {
  return field
    .split(',')
    .map((group) =>
      group
        .split('|')
        .map((name) => name.trim().replace(/[ (:[].*$/, ''))
        .filter((name) => name !== ''),
    )
    .filter((group) => group.length > 0)
}

/**
 * Returns a function that finds the installed package for a name: the package of that name, else the first that
 * provides it.
 */
export function providerIndex(packages: HostPackage[]): (name: string) => string | undefined {
  const names = new Set(packages.map((one) => one.name))
  const virtual = new Map<string, string>()
  for (const one of packages)
    for (const name of one.provides) if (!virtual.has(name)) virtual.set(name, one.name)
  return (name) => (names.has(name) ? name : virtual.get(name))
}

/** Returns the dependencies of a package, each resolved to the installed package that satisfies it. */
export function resolvedDepends(one: HostPackage, provider: (name: string) => string | undefined): string[] {
  const found = one.depends.map((group) => group.map(provider).find((name) => name !== undefined))
  return [...new Set(found.filter((name) => name !== undefined))]
}

/** Returns the installed seeds with all their dependencies, sorted. `missing` are the seeds that are not installed. */
export function closure(
  packages: HostPackage[],
  seeds: string[],
  omitted: ReadonlySet<string>,
): { packages: HostPackage[]; missing: string[] } {
  const byName = new Map(packages.map((one) => [one.name, one]))
  const provider = providerIndex(packages)
  const seen = new Map<string, HostPackage>()
  const open = seeds.filter((seed) => byName.has(seed))
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const one = byName.get(name)
    if (one === undefined || seen.has(name) || omitted.has(name)) continue
    seen.set(name, one)
    open.push(...resolvedDepends(one, provider))
  }
  return {
    packages: [...seen.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    missing: seeds.filter((seed) => !byName.has(seed)),
  }
}
