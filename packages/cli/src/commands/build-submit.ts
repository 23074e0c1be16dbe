import { Api } from '../api.ts'
import { CommandError, exitCodes } from '../exit.ts'
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
  options: { watch: boolean; buildrequires?: string[]; requires?: string[] },
): Promise<void> {
  const api = new Api(global.server, global.token)
  const builds = await api.submit(scmurl, branch, userName(), {
    ...overrides('buildrequire_overrides', options.buildrequires),
    ...overrides('require_overrides', options.requires),
  })
  if (!options.watch) {
    report(global.json, builds, () =>
      builds.map((build) => `build ${build.id}: ${titleOf(build)} is ${build.state_name}`),
    )
    return
  }
  for (const { id } of builds) await finish(global, api, id)
}

/** `gtk:3 gtk:4` as what the API takes. */
function overrides(key: string, pairs: readonly string[] | undefined): Record<string, unknown> {
  if (pairs === undefined) return {}
  const streams = Map.groupBy(
    pairs.map((pair) => {
      const [, name, stream] = /^([^:]+):([^:]+)$/.exec(pair) ?? []
      if (name === undefined || stream === undefined)
        throw new CommandError(exitCodes.usage, `"${pair}" is no NAME:STREAM`)
      return { name, stream }
    }),
    ({ name }) => name,
  )
  return {
    [key]: Object.fromEntries([...streams].map(([name, all]) => [name, all.map(({ stream }) => stream)])),
  }
}
