import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDepends } from './closure.ts'
import { hostRun } from './host-run.ts'
import type { HostLink, HostPackage, HostPackages } from './types.ts'
import { splitDebianVersion } from './versions.ts'

const fields = [
  'db:Status-Abbrev',
  'Package',
  'Architecture',
  'Version',
  'Depends',
  'Pre-Depends',
  'Provides',
]
const format = `${fields.map((field) => `\${${field}}`).join('\t')}\n`
const alternativesFolder = '/var/lib/dpkg/alternatives'

/** Parses dpkg-query's output into the installed packages of the host's own architecture. */
export function parseInstalled(text: string, native: string): HostPackage[] {
  const packages: HostPackage[] = []
  for (const line of text.split('\n')) {
    const [status, name, arch, version, depends, preDepends, provides] = line.split('\t')
    if (status === undefined || name === undefined || arch === undefined || version === undefined) continue
    if (!/^.i/.test(status) || (arch !== native && arch !== 'all')) continue
    packages.push({
      name,
      arch,
      ...splitDebianVersion(version),
      depends: [...parseDepends(preDepends ?? ''), ...parseDepends(depends ?? '')],
      provides: parseDepends(provides ?? '').flat(),
    })
  }
  return packages
}

/** Parses each section of `dpkg-query -L` into paths. A diverted file has its actual path. */
export function parseFileLists(text: string): string[][] {
  return text.split('\n\n').map((section) => {
    const paths: string[] = []
    for (const line of section.split('\n')) {
      const diverted = /^(?:diverted by \S+|locally diverted) to: (.*)$/.exec(line)
      if (diverted?.[1] !== undefined) paths.splice(-1, 1, diverted[1])
      else if (line.startsWith('/')) paths.push(line)
    }
    return paths
  })
}

/**
 * Parses an alternative (its file in dpkg's folder) into its links: the name in /etc/alternatives and the link's path.
 */
export function parseAlternative(master: string, text: string): { name: string; path: string }[] {
  const lines = text.split('\n')
  const links = [{ name: master, path: lines[1] ?? '' }]
  for (let at = 2; (lines[at] ?? '') !== ''; at += 2)
    links.push({ name: lines[at] ?? '', path: lines[at + 1] ?? '' })
  return links.filter((link) => link.path.startsWith('/'))
}

async function alternatives(): Promise<HostLink[]> {
  const links: HostLink[] = []
  for (const master of (await readdir(alternativesFolder)).sort()) {
    const text = await readFile(join(alternativesFolder, master), 'utf8')
    for (const { name, path } of parseAlternative(master, text)) {
      const via = join('/etc/alternatives', name)
      // A slave link exists only if the chosen alternative has that slave.
      const target = await readlink(via).catch(() => undefined)
      const present = await readlink(path).catch(() => undefined)
      if (target !== undefined && present === via) links.push({ path, via, target })
    }
  }
  return links
}

/** The packages of a Debian-family host. */
export const dpkg: HostPackages = {
  kind: 'dpkg',
  async installed() {
    const native = (await hostRun('dpkg', ['--print-architecture'])).trim()
    return parseInstalled(await hostRun('dpkg-query', ['-W', '-f', format]), native)
  },
  async files(names) {
    const lists = parseFileLists(await hostRun('dpkg-query', ['-L', ...names]))
    if (lists.length !== names.length)
      throw new Error(
        `dpkg-query -L gave ${lists.length} file lists for ${names.length} packages; check the package database with "dpkg --audit"`,
      )
    return new Map(names.map((name, at) => [name, lists[at] ?? []]))
  },
  links: alternatives,
}
