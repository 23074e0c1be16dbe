import { providerIndex, resolvedDepends } from './closure.ts'
import { shortPath } from './files.ts'
import type { HostFile } from './files.ts'
import { aliases, handRequires } from './names.ts'
import type { HostPackage, PlannedRpm } from './types.ts'
import { rpmRelease, rpmVersion } from './versions.ts'

/** Maps a host's package and file names to RPM names. On a host of RPMs the names are already right. */
export interface Naming {
  rpmName(source: string): string
  rpmNameOfFile(source: string, path: string): string
}

/**
 * Returns names that rpm's own generators cannot find: the loader's hash style, and the versions that perl provides.
 */
function builtIn(name: string, version: string): string[] {
  if (name === 'glibc') return ['rtld(GNU_HASH)']
  if (name === 'perl-interpreter') return [`perl(:VERSION) = ${version}`, `perl(:MODULE_COMPAT_${version})`]
  // rpm's generator turns `use v5.x` into a requirement with this epoch, also in packages that are built later.
  if (name === 'perl') return [`perl = 1:${version}`]
  return []
}

interface Draft {
  sources: Map<string, HostFile[]>
  requires: Set<string>
}

/**
 * Plans the RPMs to write: host packages merged and split by name. Each RPM has the version of the host package that
 * brings most of its files. `generated` are the names of packages without files of the host.
 */
export function planRpms(
  packages: HostPackage[],
  files: ReadonlyMap<string, HostFile[]>,
  naming: Naming,
  generated: ReadonlySet<string>,
): PlannedRpm[] {
  const drafts = new Map<string, Draft>()
  const draft = (name: string) => {
    const known = drafts.get(name) ?? { sources: new Map<string, HostFile[]>(), requires: new Set<string>() }
    drafts.set(name, known)
    return known
  }
  const provider = providerIndex(packages)
  const byName = new Map(packages.map((one) => [one.name, one]))
  for (const one of packages) {
    const name = naming.rpmName(one.name)
    draft(name).sources.set(one.name, [])
    for (const needed of resolvedDepends(one, provider)) draft(name).requires.add(naming.rpmName(needed))
    for (const file of files.get(one.name) ?? []) {
      const { sources } = draft(naming.rpmNameOfFile(one.name, file.path))
      sources.set(one.name, [...(sources.get(one.name) ?? []), file])
    }
  }
  const provided = new Set([
    ...drafts.keys(),
    ...generated,
    ...[...drafts.keys()].flatMap((name) => aliases[name] ?? []),
  ])
  return [...drafts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { sources, requires }]) => {
      const bySize = [...sources].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
      const main = byName.get(bySize[0]?.[0] ?? '')
      if (main === undefined)
        throw new Error(`the RPM ${name} has no host package; check its entry in names.ts`)
      const version = rpmVersion(main.upstream)
      const own = new Map([...sources.values()].flat().map((file) => [file.path, file]))
      const needs = [...requires, ...(handRequires[name] ?? [])]
      return {
        name,
        sources: [...sources.keys()].sort(),
        version,
        release: rpmRelease(main.revision),
        requires: [...new Set(needs)].filter((need) => need !== name && provided.has(need)).sort(),
        provides: [
          ...(aliases[name] ?? []).map((alias) => `${alias} = ${version}`),
          ...[...own.values()].flatMap(shortPath).sort(),
          ...builtIn(name, version),
        ],
        files: [...own.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
      }
    })
}

/**
 * Divides RPMs into shares of about equally many files. rpmbuild reads the files of a spec one after the other and
 * writes the packages in parallel only afterwards, so one spec per processor halves the time.
 */
export function shared(rpms: PlannedRpm[], count: number): PlannedRpm[][] {
  const shares = Array.from({ length: Math.max(1, Math.min(count, rpms.length)) }, () => ({
    files: 0,
    rpms: [] as PlannedRpm[],
  }))
  for (const rpm of [...rpms].sort((a, b) => b.files.length - a.files.length || (a.name < b.name ? -1 : 1))) {
    const least = shares.reduce((a, b) => (b.files < a.files ? b : a))
    least.files += rpm.files.length
    least.rpms.push(rpm)
  }
  return shares.map((share) => share.rpms)
}
