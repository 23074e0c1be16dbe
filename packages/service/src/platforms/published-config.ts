import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PlatformConfig } from '../config/index.ts'
import { InfraError, messageOf, UserError } from '../errors.ts'
import { hostRepositories, readDnfHost } from './dnf-host.ts'
import { readRepoFile, type DnfRepository, type DnfVariables } from './dnf-repositories.ts'

/**
 * Upstream's default packages of a build root (DEFAULT_BUILDROOT_PACKAGES). `system-release`, which every
 * distribution's release package provides, stands for upstream's `fedora-release`.
 */
const buildGroup = [
  ...[
    'bash',
    'bzip2',
    'coreutils',
    'cpio',
    'diffutils',
    'findutils',
    'gawk',
    'gcc',
    'gcc-c++',
    'grep',
    'gzip',
  ],
  ...[
    'info',
    'make',
    'patch',
    'redhat-rpm-config',
    'rpm-build',
    'sed',
    'shadow-utils',
    'system-release',
    'tar',
  ],
  ...['unzip', 'util-linux', 'which', 'xz'],
]
const srpmBuildGroup = ['bash', 'gnupg2', 'redhat-rpm-config', 'rpm-build', 'shadow-utils', 'system-release']

/** Time limit for reading a list of mirrors. */
const answerMsMax = 60_000

/** The repositories of a platform. */
export interface PublishedSource {
  /** The platform's stream; default: that of this machine. */
  stream?: string | undefined
  /** `.repo` files, and repositories as folders or URLs. */
  places: readonly string[]
  /** Whether to include the repositories that this machine has enabled. */
  host: boolean
}

/**
 * Returns the configuration of a platform made of repositories that others publish, with their modules to build
 * against. Groups, arches and markings of `configured` stay.
 *
 * @throws UserError when there is no repository, or no name; InfraError when a list of mirrors cannot be read
 */
export async function publishedPlatform(
  { stream: given, places, host }: PublishedSource,
  configured: (stream: string) => PlatformConfig | undefined,
): Promise<{ stream: string; config: PlatformConfig }> {
  const { platform, variables } = await readDnfHost()
  const stream = given?.replace(/^platform:/, '') ?? platform
  if (stream === undefined)
    throw new UserError(
      422,
      'this machine has no PLATFORM_ID in /etc/os-release; name the platform with --platform',
    )
  const found = [
    ...(host ? await hostRepositories(variables) : []),
    ...(await Promise.all(places.map((place) => repositoriesOf(place, variables)))).flat(),
  ]
  if (found.length === 0)
    throw new UserError(
      422,
      places.length === 0
        ? 'no repository is enabled on this machine (/etc/yum.repos.d); name repositories for the platform with --platform-repo'
        : `no repository is enabled in ${places.join(', ')}`,
    )
  const { generated: _, ...rest } = configured(stream) ?? {}
  const repositories = await Promise.all(
    found.map(async (repository, index) => ({
      // dnf allows characters in names that this service does not.
      name: `r${index + 1}-${repository.id.replaceAll(/[^A-Za-z0-9._-]/g, '-')}`,
      url: await addressOf(repository),
    })),
  )
  return {
    stream,
    config: {
      buildGroup,
      srpmBuildGroup,
      arches: [os.machine()],
      ...rest,
      repositories,
      publishedModules: true,
    },
  }
}

async function repositoriesOf(place: string, variables: DnfVariables): Promise<DnfRepository[]> {
  if (/^[a-z]+:\/\//.test(place)) return [{ id: 'repository', place: { kind: 'baseurl', url: place } }]
  const file = path.resolve(place)
  if (!existsSync(file))
    throw new UserError(422, `there is no ${place}; give a .repo file, or a repository's folder or URL`)
  if (statSync(file).isDirectory())
    return [{ id: 'repository', place: { kind: 'baseurl', url: pathToFileURL(file).href } }]
  return readRepoFile(await readFile(file, 'utf8'), place, variables)
}

async function addressOf({ id, place: { kind, url } }: DnfRepository): Promise<string> {
  const address = kind === 'baseurl' ? url : await firstMirror(id, url)
  if (!/^(?:https?:\/\/\S+|file:\/\/\/[^\s%]+)$/.test(address))
    throw new UserError(
      422,
      `the repository ${id} is at ${address}; its address must be http(s)://, or file:/// without % and blanks`,
    )
  return address.replace(/\/+$/, '')
}

/** Returns the first address in a list of mirrors, or in a metalink, which names the mirrors' `repomd.xml`. */
async function firstMirror(id: string, url: string): Promise<string> {
  const text = await fetch(url, { signal: AbortSignal.timeout(answerMsMax) })
    .then(async (response) => {
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      return response.text()
    })
    .catch((error: unknown) => {
      throw new InfraError('repository', `${url}: ${messageOf(error)}`, { cause: error })
    })
  const [first] = /https?:\/\/[^\s<>"]+(?=\/repodata\/repomd\.xml\s*<)|^https?:\/\/\S+$/m.exec(text) ?? []
  if (first === undefined)
    throw new UserError(422, `the repository ${id} has no mirror with http(s) in ${url}`)
  return first
}
