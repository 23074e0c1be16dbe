import { Api, type ModuleBuild } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { describeBuild } from '../../progress.ts'
import { report } from '../../report.ts'

/** `mbs build show`. */
export async function buildShow(global: GlobalOptions, id: number): Promise<void> {
  const build = await new Api(global.server, global.token).build(id)
  report(global.json, build, () => [...describeBuild(build, new Date()), ...possibleWith(build)])
}

/** Returns the actions that a build allows, as commands of `mbs`. */
function possibleWith({ id, name, stream, scmurl, actions }: ModuleBuild): string[] {
  const commands = {
    cancel: `mbs build cancel ${id}`,
    resume: `mbs build submit ${scmurl ?? 'FILE'} ${stream}`,
    retry: `mbs build retry ${id} COMPONENT`,
    rebuild: `mbs rebuild --component COMPONENT --stream ${name}:${stream}`,
  }
  return actions
    .filter(({ allowed }) => allowed)
    .map((one) => `  possible: ${commands[one.name]} (${one.who})`)
}
