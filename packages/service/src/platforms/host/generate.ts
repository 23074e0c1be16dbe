import { lstat } from 'node:fs/promises'
import { aliases } from './names.ts'
import { hostArch, writePlatform } from './repository.ts'
import { buildGroup, srpmBuildGroup } from './seeds.ts'
import { surveyDigest, surveyHost } from './survey.ts'
import type { RunConfined } from './types.ts'

/** A generated platform: a repository of RPMs, and the groups to install from it. */
export interface HostPlatform {
  dir: string
  digest: string
  packages: number
  /** Names to install into a root that builds packages. */
  buildGroup: string[]
  /** Names to install into a root that makes source packages. */
  srpmBuildGroup: string[]
  arch: string
}

/**
 * Returns the digest of the generated repository's inputs: names, versions and settings of its packages, and the
 * generator's version. Equal digests mean equal repositories.
 */
export function hostPlatformDigest(): Promise<string> {
  return surveyDigest()
}

/** Returns the members of a group that the repository has, by package name or by another name of a package. */
function present(group: string[], packages: ReadonlySet<string>): string[] {
  const names = new Set([...packages].flatMap((name) => [name, ...(aliases[name] ?? [])]))
  return group.filter((name) => names.has(name))
}

/**
 * Generates a platform from the packages of this host: real RPMs with the names of Fedora, in a repository at `dir`,
 * which must not exist yet. It omits documentation, manual pages, translations, and files that the build user cannot
 * read.
 */
export async function generateHostPlatform(options: {
  dir: string
  run: RunConfined
  progress?: (line: string) => void
}): Promise<HostPlatform> {
  const { dir, run, progress = () => undefined } = options
  if ((await lstat(dir).catch(() => undefined)) !== undefined)
    throw new Error(
      `${dir} exists already; name a new folder for the platform repository, or remove this one`,
    )
  const survey = await surveyHost()
  if (survey.missing.length > 0)
    progress(`The host lacks ${survey.missing.join(', ')}: the platform will not offer them.`)
  const files = await writePlatform(survey, dir, run, progress)
  const names = new Set(files.map((file) => file.replace(/-[^-]*-[^-]*$/, '')))
  return {
    dir,
    digest: survey.digest,
    packages: names.size,
    buildGroup: present(buildGroup, names),
    srpmBuildGroup: present(srpmBuildGroup, names),
    arch: hostArch(),
  }
}
