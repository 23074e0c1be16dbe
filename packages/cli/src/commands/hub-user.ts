import { Api } from '../api.ts'
import { CommandError, exitCodes } from '../exit.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'

/** `mbs hub user add`. */
export async function hubUserAdd(global: GlobalOptions, name: string): Promise<void> {
  await new Api(global.server, global.token).hub('PUT', `/users/${encodeURIComponent(name)}`)
  report(global.json, { name }, () => [`${name} is known`])
}

/** `mbs hub user grant` and `mbs hub user revoke`. */
export async function hubUserRight(
  global: GlobalOptions,
  verb: 'grant' | 'revoke',
  name: string,
  { permission, generator }: { permission?: string; generator?: string },
): Promise<void> {
  if ((permission === undefined) === (generator === undefined))
    throw new CommandError(exitCodes.usage, 'name one of --permission and --generator')
  const user = encodeURIComponent(name)
  const path =
    permission === undefined
      ? `/content-generators/${encodeURIComponent(generator ?? '')}/users/${user}`
      : `/users/${user}/permissions/${encodeURIComponent(permission)}`
  await new Api(global.server, global.token).hub(verb === 'grant' ? 'PUT' : 'DELETE', path)
  const what = permission ?? `importing for ${generator ?? ''}`
  report(global.json, { name, permission, generator }, () => [
    `${name} ${verb === 'grant' ? 'has' : 'has no more'} ${what}`,
  ])
}
