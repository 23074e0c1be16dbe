import { answerOf, Api, thisMoment, wholeList } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'
import { userName } from '../../user-name.ts'

/** `mbs hub package add`, `block`, `unblock` and `remove`. */
export async function hubPackage(
  global: GlobalOptions,
  verb: 'add' | 'block' | 'unblock' | 'remove',
  tag: string,
  packages: readonly string[],
  owner: string | undefined,
): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const place = '/hub/tags/{tag}/packages/{package}'
  for (const name of packages) {
    const params = { path: { tag, package: name } }
    const body = verb === 'add' ? { owner: owner ?? userName() } : { blocked: verb === 'block' }
    await answerOf(
      verb === 'remove' ? service.DELETE(place, { params }) : service.PUT(place, { params, body }),
    )
  }
  const done = {
    add: 'may be in',
    block: 'is blocked in',
    unblock: 'is not blocked in',
    remove: 'is no longer listed in',
  }
  report(global.json, { tag, packages }, () => packages.map((name) => `${name} ${done[verb]} ${tag}`))
}

/** `mbs hub package list`. */
export async function hubPackageList(global: GlobalOptions, tag: string): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const moment = await thisMoment(service)
  const list = await wholeList((page) =>
    service.GET('/hub/tags/{tag}/packages', { params: { path: { tag }, query: { ...moment, ...page } } }),
  )
  report(global.json, list, () =>
    list.items.length === 0
      ? ['none']
      : list.items.map(
          (entry) =>
            `${entry.package}  ${entry.owner}${entry.blocked ? ', blocked' : ''}${entry.tag === tag ? '' : `  (${entry.tag})`}`,
        ),
  )
}
