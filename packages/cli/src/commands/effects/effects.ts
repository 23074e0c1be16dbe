import type { Schemas } from '@mbs/client'
import { answerOf, Api, wholeList } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'

/** `mbs effects list`. */
export async function effectsList(
  global: GlobalOptions,
  options: { state?: Schemas['Effect']['state']; subject?: string },
): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const list = await wholeList((page) =>
    service.GET('/effects/', { params: { query: { ...options, ...page } } }),
  )
  report(global.json, list, () => (list.items.length === 0 ? ['none'] : list.items.map(describeEffect)))
}

/** `mbs effects retry`. */
export async function effectsRetry(global: GlobalOptions, id: number): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const effect = await answerOf(service.POST('/effects/{id}/retry', { params: { path: { id } } }))
  report(global.json, effect, () => [`the service retries effect ${id} of ${effect.subject}`])
}

/** `mbs effects fail`. */
export async function effectsFail(
  global: GlobalOptions,
  id: number,
  reason: string | undefined,
): Promise<void> {
  const api = new Api(global.server, global.token)
  const effect = await answerOf(
    api.service.POST('/effects/{id}/fail', {
      params: { path: { id } },
      body: { ...api.owner(), ...(reason === undefined ? {} : { reason }) },
    }),
  )
  report(global.json, effect, () => [`the service has given up effect ${id} of ${effect.subject}`])
}

function describeEffect({ id, subject, kind, state, attempt, error }: Schemas['Effect']): string {
  const columns = [String(id).padStart(6), state.padEnd(8), subject.padEnd(18), kind.padEnd(18)]
  return `${columns.join('  ')} attempt ${attempt}${error === null ? '' : `  ${error}`}`
}
