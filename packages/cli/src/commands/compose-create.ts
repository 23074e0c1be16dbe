import { setTimeout as sleep } from 'node:timers/promises'
import { Api, type Compose } from '../api.ts'
import { CommandError, exitCodes } from '../exit.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'

/** `mbs compose create`: asks for a compose and waits for it. */
export async function composeCreate(global: GlobalOptions, platform: string): Promise<void> {
  const api = new Api(global.server, global.token)
  const compose = await createCompose(api, platform)
  report(global.json, compose, () => [
    `compose ${compose.id}: ${compose.modules.length} modules${compose.modules.map((module) => `\n  ${module}`).join('')}`,
    ...Object.values(compose.repositories).map((path) => api.address(path)),
  ])
}

/** Asks for a compose and gives it once it is finished. */
export async function createCompose(api: Api, platform: string): Promise<Compose> {
  const { id } = await api.createCompose(platform)
  for (;;) {
    const compose = await api.compose(id)
    if (compose.state_name === 'finished') return compose
    if (compose.state_name === 'failed')
      throw new CommandError(exitCodes.failed, `compose ${id} failed: ${compose.state_reason ?? ''}`)
    await sleep(100)
  }
}
