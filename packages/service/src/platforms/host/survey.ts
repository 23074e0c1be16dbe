import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basePaths, shellPath } from './base.ts'
import { closure } from './closure.ts'
import { HostTree, wanted } from './files.ts'
import type { HostFile } from './files.ts'
import { hostPackages } from './host.ts'
import { omitted, seeds } from './seeds.ts'
import type { HostLink, HostPackage, HostPackages } from './types.ts'

/** Increased with every change that makes another repository from the same host. */
export const GENERATOR_VERSION = 1

/** The parts of the host that form a platform. */
export interface Survey {
  kind: HostPackages['kind']
  packages: HostPackage[]
  missing: string[]
  /** Files per host package, with the links that were made when it was installed. */
  files: Map<string, HostFile[]>
  /** Number of wanted paths in the host's lists that do not exist. */
  absent: number
  digest: string
}

/** Adds the links of alternatives to the packages that contain the chosen files. */
export function assignLinks(files: Map<string, string[]>, links: HostLink[]): void {
  const owners = new Map<string, string>()
  for (const [name, paths] of files) {
    for (const path of paths) {
      owners.set(path, name)
      // The alternative names /usr/bin/x, but an older package may still list /bin/x.
      if (/^\/(?:bin|sbin|lib)\//.test(path)) owners.set(`/usr${path}`, name)
    }
  }
  for (const { path, via, target } of links) {
    const owner = owners.get(target)
    if (owner !== undefined && wanted(target)) files.get(owner)?.push(path, via)
  }
}

async function digestOf(
  kind: string,
  packages: HostPackage[],
  lists: ReadonlyMap<string, string[]>,
  links: HostLink[],
): Promise<string> {
  const hash = createHash('sha256')
  hash.update(`generator ${GENERATOR_VERSION} ${kind}\n`)
  for (const one of packages) hash.update(`${one.name} ${one.upstream}-${one.revision} ${one.arch}\n`)
  for (const link of links) hash.update(`${link.path} ${link.via} ${link.target}\n`)
  // The administrator may have changed configuration files, and the packages contain them as they are.
  const settings = new Set(
    [...lists.values()].flat().filter((path) => path.startsWith('/etc/') && wanted(path)),
  )
  for (const path of [...settings].sort()) {
    const text = await readFile(path).catch(() => undefined)
    if (text !== undefined) hash.update(`${path} ${createHash('sha256').update(text).digest('hex')}\n`)
  }
  hash.update(await readFile('/etc/os-release').catch(() => ''))
  return hash.digest('hex')
}

async function chosen() {
  const host = await hostPackages()
  const wantedSeeds = host.kind === 'dpkg' ? [...seeds.build, ...seeds.extra] : seeds.rpm
  const { packages, missing } = closure(await host.installed(), wantedSeeds, omitted)
  const [lists, links] = await Promise.all([host.files(packages.map((one) => one.name)), host.links()])
  const digest = await digestOf(host.kind, packages, lists, links)
  return { kind: host.kind, packages, missing, lists, links, digest }
}

/** Returns the digest alone, without looking at every file. */
export async function surveyDigest(): Promise<string> {
  return (await chosen()).digest
}

/** Reads from the host the packages and files of its platform. */
export async function surveyHost(): Promise<Survey> {
  const { lists, links, ...rest } = await chosen()
  assignLinks(lists, links)
  const own = new Set([...basePaths, ...(rest.kind === 'dpkg' ? [shellPath] : [])])
  const tree = new HostTree()
  const files = new Map<string, HostFile[]>()
  let absent = 0
  for (const [name, paths] of lists) {
    const asked = paths.filter(wanted)
    const found = (await Promise.all(asked.map((path) => tree.file(path)))).filter(
      (file) => file !== undefined,
    )
    absent += asked.length - found.length
    files.set(
      name,
      found.filter((file) => wanted(file.path) && !own.has(file.path)),
    )
  }
  return { ...rest, files, absent }
}
