import { Api, type ModuleBuild } from '../../api.ts'
import { exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { hasSucceeded } from '../../progress.ts'
import { watch } from '../../watch.ts'

/** `mbs build watch`. */
export async function buildWatch(global: GlobalOptions, id: number): Promise<void> {
  await finish(global, new Api(global.server, global.token), id)
}

/** Follows a build and sets the exit code by its result. */
export async function finish(global: GlobalOptions, api: Api, id: number): Promise<ModuleBuild> {
  const build = await watch(api, id, global.json)
  if (global.json) console.log(JSON.stringify(build))
  if (!hasSucceeded(build)) process.exitCode = exitCodes.failed
  return build
}
