import type { InheritanceEntry } from './inheritance.ts'
import { matchesFilters } from './package-filter.ts'

/** That a package may be tagged, or is blocked (Koji: a row of tag_packages). */
export interface PackageEntry {
  tagId: number
  packageId: number
  name: string
  blocked: boolean
  extraArches: string
  owner: string
}

/**
 * What may be seen in a tag, by package: its own entries and, where it has none, those that it inherits; the first
 * that is found counts, also one that blocks (Koji: readPackageList).
 *
 * @param own the entries of each tag itself
 */
export function effectivePackages(
  tag: number,
  order: readonly InheritanceEntry[],
  own: ReadonlyMap<number, readonly PackageEntry[]>,
): Map<number, PackageEntry> {
  const packages = new Map((own.get(tag) ?? []).map((entry) => [entry.packageId, entry]))
  for (const { parentId, filter } of order)
    for (const entry of own.get(parentId) ?? [])
      if (!packages.has(entry.packageId) && matchesFilters(entry.name, filter))
        packages.set(entry.packageId, entry)
  return packages
}
