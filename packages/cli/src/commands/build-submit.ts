import { Api } from '../api.ts'
import type { GlobalOptions } from '../global-options.ts'
import { titleOf } from '../progress.ts'
import { report } from '../report.ts'
import { userName } from '../user-name.ts'
import { finish } from './build-watch.ts'

/** `mbs build submit`. */
export async function buildSubmit(
  global: GlobalOptions,
  scmurl: string,
  branch: string,
  follow: boolean,
): Promise<void> {
  const api = new Api(global.server, global.token)
  const builds = await api.submit(scmurl, branch, userName())
  if (!follow) {
    report(global.json, builds, () =>
      builds.map((build) => `build ${build.id}: ${titleOf(build)} is ${build.state_name}`),
    )
    return
  }
  for (const { id } of builds) await finish(global, api, id)
}
