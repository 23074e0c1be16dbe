import { setTimeout as sleep } from 'node:timers/promises'
import { Api, componentOf } from '../../api.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { hasEnded } from '../../progress.ts'
import { forTerminal } from '../../terminal.ts'

/** `mbs build log`: prints the log so far, or follows it until the build of the component ends. */
export async function buildLog(
  global: GlobalOptions,
  id: number,
  name: string,
  options: { root: boolean; follow: boolean },
): Promise<void> {
  const api = new Api(global.server, global.token)
  const kind = options.root ? 'root' : 'build'
  for (let offset = 0; ;) {
    const build = await api.build(id)
    const component = componentOf(build, name)
    const isOver = hasEnded(build) || !(component.state_name === null || component.state_name === 'BUILDING')
    const part = await api.log(component.id, kind, offset)
    if (part === undefined && (isOver || !options.follow))
      throw new CommandError(exitCodes.failed, `${name} has no ${kind} log`)
    if (part !== undefined && part.length > 0) {
      process.stdout.write(process.stdout.isTTY ? forTerminal(part) : part)
      offset += part.length
    } else if (isOver || !options.follow) return
    else await sleep(300)
  }
}
