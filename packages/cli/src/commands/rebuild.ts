import { Api, type SubmissionPlan } from '../api.ts'
import { exitCodes } from '../exit.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'
import { linesOfSubmission } from './plan.ts'

interface Shipped {
  id: number
  name: string
  stream: string
  version: string
  context: string
  platform: string
  nvr: string | null
  composes: number[]
}

interface Rebuilt {
  name: string
  stream: string
  from: number
  plan?: SubmissionPlan
  builds?: number[]
  error?: string
}

/** `mbs where`: the streams, contexts and releases that have a component. */
export async function whereCommand(global: GlobalOptions, component: string): Promise<void> {
  const list = await new Api(global.server, global.token).call<{ items: Shipped[] }>(
    'GET',
    `/module-build-service/2/where/${encodeURIComponent(component)}`,
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

/** `mbs rebuild`: all streams that have a component, built again with another ref of it. */
export async function rebuildCommand(
  global: GlobalOptions,
  options: { component: string; ref?: string; stream?: string[]; plan: boolean },
): Promise<void> {
  const { component, ref, stream, plan } = options
  const { items } = await new Api(global.server, global.token).call<{ items: Rebuilt[] }>(
    'POST',
    '/module-build-service/2/rebuilds/',
    {
      component,
      plan,
      ...(ref === undefined ? {} : { ref }),
      ...(stream === undefined ? {} : { streams: stream }),
    },
  )
  report(global.json, { items }, () =>
    items.flatMap(({ name, stream: of, plan: planned, builds, error }) => {
      if (error !== undefined) return [`${name}:${of}: ${error}`]
      if (builds !== undefined) return [`${name}:${of}: build ${builds.join(', ')}`]
      return planned === undefined ? [] : linesOfSubmission(planned)
    }),
  )
  const isRefused = ({ error, plan: planned }: Rebuilt) =>
    error !== undefined || (planned?.refused.length ?? 0) > 0
  if (items.some(isRefused)) process.exitCode = exitCodes.failed
}
