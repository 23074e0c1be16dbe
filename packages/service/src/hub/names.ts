/** The permission to take names and change tags of module builds. The service, administrators and importers have it. */
export const moduleBuildPermission = 'module-build'

/** The tag of a platform's ready modules. Composes are made from it (the name is upstream's template). */
export function candidateTag(platform: string): string {
  return `${platform}-modular-updates-candidate`
}

/** The tag for packages that modules do not ship. No compose is made from it. */
export function develCandidateTag(platform: string): string {
  return `${platform}-modular-devel-candidate`
}

/** Returns the `name-version-release.arch` of a package, which is the hub's key: its NEVRA without the epoch. */
export function nvraOf({ nevra }: { nevra: string }): string {
  return nevra.replace(/^(.+)-\d+:([^:]+)$/, '$1-$2')
}

/** Returns the file name of a package. */
export function rpmFileName(rpm: { nevra: string }): string {
  return `${nvraOf(rpm)}.rpm`
}
