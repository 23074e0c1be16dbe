import { setTimeout as sleep } from 'node:timers/promises'
import type { Schemas } from '@mbs/client'
import { answerOf, Api } from '../../api.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'

/** `mbs compose create`: requests a compose and waits for it. */
export async function composeCreate(global: GlobalOptions, platform: string): Promise<void> {
  const api = new Api(global.server, global.token)
  const compose = await createCompose(api, platform)
  report(global.json, compose, () => [
    `compose ${compose.id}: ${compose.modules.length} modules${compose.modules.map((module) => `\n  ${module}`).join('')}`,
    ...Object.values(compose.repositories).map((path) => api.address(path)),
  ])
}

/** Requests a compose and returns it when it is finished. */
export async function createCompose(api: Api, platform: string): Promise<Schemas['Compose']> {
  const { id } = await answerOf(api.service.POST('/composes/', { body: { platform } }))
  for (;;) {
    const compose = await answerOf(api.service.GET('/composes/{id}', { params: { path: { id } } }))
    if (compose.state_name === 'finished') return compose
    if (compose.state_name === 'failed')
      throw new CommandError(exitCodes.failed, `compose ${id} failed: ${compose.state_reason ?? ''}`)
    await sleep(100)
  }
}
