import { Api } from '../api.ts'
import type { GlobalOptions } from '../global-options.ts'
import { describeBuild } from '../progress.ts'
import { report } from '../report.ts'

/** `mbs build show`. */
export async function buildShow(global: GlobalOptions, id: number): Promise<void> {
  const build = await new Api(global.server, global.token).build(id)
  report(global.json, build, () => describeBuild(build, new Date()))
}
