import { Api } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'

/** `mbs build cancel`. */
export async function buildCancel(
  global: GlobalOptions,
  id: number,
  reason: string | undefined,
): Promise<void> {
  const build = await new Api(global.server, global.token).cancel(id, reason)
  report(global.json, build, () => [`build ${id} is being cancelled`])
}
