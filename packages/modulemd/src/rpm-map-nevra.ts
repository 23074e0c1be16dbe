import type { RpmMapEntry } from './module-stream.ts'

/** Returns the NEVRA of a package in the map of packages: `name-epoch:version-release.arch`. */
export function formatRpmMapNevra({ name, epoch, version, release, arch }: RpmMapEntry): string {
  return `${name}-${epoch}:${version}-${release}.${arch}`
}
