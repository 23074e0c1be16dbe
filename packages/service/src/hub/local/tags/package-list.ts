import type { InheritanceEntry } from './inheritance.ts'
import { matchesFilters } from './package-filter.ts'

/** A package's entry in the list of a tag: the package may be tagged, or is blocked (Koji: a row of tag_packages). */
export interface PackageEntry {
  tagId: number
  packageId: number
  name: string
  blocked: boolean
  extraArches: string
  owner: string
}

/**
 * Returns the effective package list of a tag, by package id: the tag's own entries, then inherited ones. The first
 * entry of a package counts, even if it blocks (Koji: readPackageList).
 *
 * @param own each tag's own entries
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
