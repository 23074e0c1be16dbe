import { Api, componentOf, type ComponentBuild } from '../api.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'

/** `mbs build retry`: a failed build goes on with another attempt at a component. */
export async function buildRetry(global: GlobalOptions, id: number, name: string): Promise<void> {
  const api = new Api(global.server, global.token)
  const component = componentOf(await api.build(id), name)
  const retried = await api.call<ComponentBuild>(
    'POST',
    `/module-build-service/2/component-builds/${component.id}/retry`,
  )
  report(global.json, retried, () => [`build ${id} goes on with ${name}`])
}
