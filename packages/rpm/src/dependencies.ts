import type { HeaderBlob } from './header-blob.ts'
import { numbersOf, stringsOf } from './header-values.ts'
import { RpmReadError } from './rpm-read-error.ts'

/** One requires, provides, conflicts or obsoletes entry. */
export interface Dependency {
  name: string
  /** rpm's sense bits (`rpmsenseFlags`): 2 less, 4 greater, 8 equal, and the origin of the dependency. */
  flags: number
  /** `[epoch:]version[-release]`; empty when any version matches. */
  version: string
}

/** The three parallel lists in which a header keeps one kind of dependency. */
export interface DependencyTags {
  name: number
  flags: number
  version: number
}

/** Reads one kind of dependency, in the order of the header. */
export function dependenciesOf(header: HeaderBlob, tags: DependencyTags): Dependency[] {
  const names = stringsOf(header, tags.name)
  const flags = numbersOf(header, tags.flags)
  const versions = stringsOf(header, tags.version)
  if (flags.length !== names.length || versions.length !== names.length) {
    throw new RpmReadError(`the dependencies of tag ${tags.name} lack a flag or a version`)
  }
  return names.map((name, i) => ({ name, flags: flags[i] ?? 0, version: versions[i] ?? '' }))
}
