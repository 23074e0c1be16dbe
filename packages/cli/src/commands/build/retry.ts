import { answerOf, Api, componentOf, version } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'

/** `mbs build retry`: resumes a failed build with another attempt at a component. */
export async function buildRetry(global: GlobalOptions, id: number, name: string): Promise<void> {
  const api = new Api(global.server, global.token)
  const component = componentOf(await api.build(id), name)
  const retried = await answerOf(
    api.service.POST('/module-build-service/{version}/component-builds/{id}/retry', {
      params: { path: { version, id: component.id } },
    }),
  )
  report(global.json, retried, () => [`build ${id} resumes with ${name}`])
}
