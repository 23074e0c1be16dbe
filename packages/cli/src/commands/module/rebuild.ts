import type { Schemas } from '@mbs/client'
import { answerOf, Api, version } from '../../api.ts'
import { exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'
import { linesOfSubmission } from '../plan/plan.ts'

/** `mbs where`: prints the streams, contexts and releases that have a component. */
export async function whereCommand(global: GlobalOptions, component: string): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const list = await answerOf(
    service.GET('/module-build-service/{version}/where/{component}', {
      params: { path: { version, component } },
    }),
  )
  report(global.json, list, () =>
    list.items.length === 0
      ? [`no ready module has the component ${component}`]
      : list.items.map(({ id, name, stream, version, context, platform, nvr, composes }) => {
          const shipped = composes.length === 0 ? 'in no compose' : `in compose ${composes.join(', ')}`
          return `${name}:${stream}:${version}:${context} on ${platform} (build ${id}): ${nvr ?? ''}, ${shipped}`
        }),
  )
}

/** `mbs rebuild`: rebuilds all streams that have a component, with another ref of it. */
export async function rebuildCommand(
  global: GlobalOptions,
  options: { component: string; ref?: string; stream?: string[]; plan: boolean },
): Promise<void> {
  const { component, ref, stream, plan } = options
  const { service } = new Api(global.server, global.token)
  const { items } = await answerOf(
    service.POST('/module-build-service/{version}/rebuilds/', {
      params: { path: { version } },
      body: {
        component,
        plan,
        ...(ref === undefined ? {} : { ref }),
        ...(stream === undefined ? {} : { streams: stream }),
      },
    }),
  )
  report(global.json, { items }, () =>
    items.flatMap(({ name, stream: of, plan: planned, builds, error }) => {
      if (error !== undefined) return [`${name}:${of}: ${error}`]
      if (builds !== undefined) return [`${name}:${of}: build ${builds.join(', ')}`]
      return planned === undefined ? [] : linesOfSubmission(planned)
    }),
  )
  const isRefused = ({ error, plan: planned }: Schemas['Rebuilt']) =>
    error !== undefined || (planned?.refused.length ?? 0) > 0
  if (items.some(isRefused)) process.exitCode = exitCodes.failed
}
