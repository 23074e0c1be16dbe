import { existsSync } from 'node:fs'
import type { Config } from '@mbs/service'
import { answerOf, Api, componentOf, version } from '../../api.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { localOverrides } from './local.ts'
import { load } from '../service/serve.ts'

export interface ShellFlags {
  root: boolean
  local: boolean
}

/**
 * `mbs build shell`: recreates the build root of a component's last attempt. The command ends with the exit
 * code of the shell.
 */
export async function buildShell(
  global: GlobalOptions,
  id: number,
  name: string,
  command: readonly string[],
  { root, local }: ShellFlags,
): Promise<void> {
  const { loadConfig, openShell } = await import('@mbs/service')
  const progress = (sentence: string) => console.error(`mbs: ${sentence}`)
  const given = load(() => loadConfig(global.config)).config
  const attempt = local
    ? await lastLocalAttempt(given, global, id, name, progress)
    : { dataDir: given.dataDir, ...(await lastAttempt(new Api(global.server, global.token), id, name)) }
  process.exitCode = await openShell({ ...attempt, package: name }, { asRoot: root, command, progress })
}

/**
 * Returns the last attempt in a build of `mbs build local`. To read the database, it starts a service with the
 * role `api` only, which begins no work.
 */
async function lastLocalAttempt(
  given: Config,
  global: GlobalOptions,
  id: number,
  name: string,
  progress: (sentence: string) => void,
): Promise<Attempt & { dataDir: string }> {
  const { loadConfig, serve } = await import('@mbs/service')
  const { config } = load(() => loadConfig(global.config, { ...localOverrides(given), roles: ['api'] }))
  const { dataDir } = config
  if (!existsSync(dataDir))
    throw new CommandError(
      exitCodes.failed,
      `"mbs build local" has not built anything on this machine: there is no ${dataDir}`,
    )
  const service = await serve(config, { progress })
  try {
    return { dataDir, ...(await lastAttempt(new Api(service.url), id, name)) }
  } finally {
    await service.stop()
  }
}

interface Attempt {
  instance: string
  task: number
}

async function lastAttempt(api: Api, id: number, name: string): Promise<Attempt> {
  const { task_id: task } = componentOf(await api.build(id), name)
  if (task === null)
    throw new CommandError(
      exitCodes.failed,
      `${name} of build ${id} has not been started, so it has no build root`,
    )
  const { instance } = await answerOf(
    api.service.GET('/module-build-service/{version}/about/', { params: { path: { version } } }),
  )
  // Both values become part of a path.
  if (!/^[0-9a-f]{8}$/.test(instance) || !Number.isSafeInteger(task))
    throw new CommandError(
      exitCodes.failed,
      'the service does not report the folder of its builds; it may be an earlier version',
    )
  return { instance, task }
}
