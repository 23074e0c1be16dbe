import { Api, type Effect } from '../api.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'

/** `mbs effects list`. */
export async function effectsList(
  global: GlobalOptions,
  options: { state?: string; subject?: string },
): Promise<void> {
  const list = await new Api(global.server, global.token).effects({ ...options })
  report(global.json, list, () =>
    list.items.length === 0 ? ['there are none'] : list.items.map(describeEffect),
  )
}

/** `mbs effects retry`. */
export async function effectsRetry(global: GlobalOptions, id: number): Promise<void> {
  const effect = await new Api(global.server, global.token).retryEffect(id)
  report(global.json, effect, () => [`effect ${id} of ${effect.subject} is tried again`])
}

/** `mbs effects fail`. */
export async function effectsFail(
  global: GlobalOptions,
  id: number,
  reason: string | undefined,
): Promise<void> {
  const effect = await new Api(global.server, global.token).failEffect(id, reason)
  report(global.json, effect, () => [`effect ${id} of ${effect.subject} is given up`])
}

function describeEffect({ id, subject, kind, state, attempt, error }: Effect): string {
  const columns = [String(id).padStart(6), state.padEnd(8), subject.padEnd(18), kind.padEnd(18)]
  return `${columns.join('  ')} attempt ${attempt}${error === null ? '' : `  ${error}`}`
}
