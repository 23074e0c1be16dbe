import { Api, type ComponentBuild } from '../api.ts'
import { CommandError, exitCodes } from '../exit.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'

/** `mbs build retry`: a failed build goes on with another attempt at a component. */
export async function buildRetry(global: GlobalOptions, id: number, name: string): Promise<void> {
  const api = new Api(global.server, global.token)
  const { components } = await api.build(id)
  const component = components.find((one) => one.package === name)
  if (component === undefined)
    throw new CommandError(
      exitCodes.failed,
      `build ${id} has no component ${name}; it has ${components.map((one) => one.package).join(', ')}`,
    )
  const retried = await api.call<ComponentBuild>(
    'POST',
    `/module-build-service/2/component-builds/${component.id}/retry`,
  )
  report(global.json, retried, () => [`build ${id} goes on with ${name}`])
}
