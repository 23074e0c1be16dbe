import { answerOf, Api } from '../../api.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'

/** `mbs hub user add`. */
export async function hubUserAdd(global: GlobalOptions, name: string): Promise<void> {
  const { service } = new Api(global.server, global.token)
  await answerOf(service.PUT('/hub/users/{user}', { params: { path: { user: name } } }))
  report(global.json, { name }, () => [`${name} is added`])
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
  const { service } = new Api(global.server, global.token)
  const set = verb === 'grant' ? service.PUT : service.DELETE
  await answerOf(
    permission === undefined
      ? set('/hub/content-generators/{generator}/users/{user}', {
          params: { path: { generator: generator ?? '', user: name } },
        })
      : set('/hub/users/{user}/permissions/{permission}', { params: { path: { user: name, permission } } }),
  )
  const what = permission ?? `importing for ${generator ?? ''}`
  report(global.json, { name, permission, generator }, () => [
    `${name} ${verb === 'grant' ? 'has' : 'no longer has'} ${what}`,
  ])
}
