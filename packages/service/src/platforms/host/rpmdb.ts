import { hostRun } from './host-run.ts'
import type { HostPackage, HostPackages } from './types.ts'

const format = [
  'P\\t%{NAME}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\n',
  '[R\\t%{REQUIRENAME}\\n]',
  '[V\\t%{PROVIDENAME}\\n]',
].join('')

/** Parses the output of `rpm -qa` with the query format of this file. */
export function parseRpmDatabase(text: string): HostPackage[] {
  const packages: HostPackage[] = []
  for (const line of text.split('\n')) {
    const [kind, name = '', upstream = '', revision = '', arch = ''] = line.split('\t')
    const last = packages.at(-1)
    if (kind === 'P') packages.push({ name, upstream, revision, arch, depends: [], provides: [] })
    else if (kind === 'R' && !name.startsWith('rpmlib(')) last?.depends.push([name])
    else if (kind === 'V') last?.provides.push(name)
  }
  return packages.filter((one) => one.name !== 'gpg-pubkey')
}

/**
 * The packages of a Fedora-family host, whose names and versions are already right. Required file paths resolve only if
 * a package provides them by name, and links made by `alternatives` are not read. This code follows the documentation
 * of rpm's query formats; it has not run on such a host.
 */
export const rpmdb: HostPackages = {
  kind: 'rpm',
  async installed() {
    return parseRpmDatabase(await hostRun('rpm', ['-qa', '--qf', format]))
  },
  async files(names) {
    const lists = new Map<string, string[]>(names.map((name) => [name, []]))
    const text = await hostRun('rpm', ['-q', '--qf', '[%{=NAME}\\t%{FILENAMES}\\n]', ...names])
    for (const line of text.split('\n')) {
      const tab = line.indexOf('\t')
      if (tab > 0) lists.get(line.slice(0, tab))?.push(line.slice(tab + 1))
    }
    return lists
  },
  links: () => Promise.resolve([]),
}
