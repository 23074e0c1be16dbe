import { Api } from '../api.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'
import { userName } from '../user-name.ts'

interface Entry {
  package: string
  owner: string
  blocked: boolean
  tag: string
}

/** `mbs hub package add`, `block`, `unblock` and `remove`. */
export async function hubPackage(
  global: GlobalOptions,
  verb: 'add' | 'block' | 'unblock' | 'remove',
  tag: string,
  packages: readonly string[],
  owner: string | undefined,
): Promise<void> {
  const api = new Api(global.server, global.token)
  for (const name of packages) {
    const path = `/tags/${encodeURIComponent(tag)}/packages/${encodeURIComponent(name)}`
    if (verb === 'remove') await api.hub('DELETE', path)
    else if (verb === 'add') await api.hub('PUT', path, { owner: owner ?? userName() })
    else await api.hub('PUT', path, { blocked: verb === 'block' })
  }
  const done = {
    add: 'may be in',
    block: 'is blocked in',
    unblock: 'is not blocked in',
    remove: 'is no more listed in',
  }
  report(global.json, { tag, packages }, () => packages.map((name) => `${name} ${done[verb]} ${tag}`))
}

/** `mbs hub package list`. */
export async function hubPackageList(global: GlobalOptions, tag: string): Promise<void> {
  const list = await new Api(global.server, global.token).hub<{ items: Entry[] }>(
    'GET',
    `/tags/${encodeURIComponent(tag)}/packages`,
  )
  report(global.json, list, () =>
    list.items.length === 0
      ? ['there are none']
      : list.items.map(
          (entry) =>
            `${entry.package}  ${entry.owner}${entry.blocked ? ', blocked' : ''}${entry.tag === tag ? '' : `  (${entry.tag})`}`,
        ),
  )
}
