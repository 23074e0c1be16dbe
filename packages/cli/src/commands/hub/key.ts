import type { Schemas } from '@mbs/client'
import { answerOf, Api } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'

/** `mbs hub key list`. */
export async function hubKeyList(global: GlobalOptions): Promise<void> {
  const list = await answerOf(new Api(global.server, global.token).service.GET('/hub/keys/'))
  report(global.json, list, () => (list.items.length === 0 ? ['none'] : list.items.map(describeKey)))
}

/** `mbs hub key rotate`. */
export async function hubKeyRotate(global: GlobalOptions): Promise<void> {
  const key = await answerOf(new Api(global.server, global.token).service.POST('/hub/keys/'))
  report(global.json, key, () => [describeKey(key)])
}

function describeKey({ id, fingerprint, created_at, retired_at }: Schemas['SigningKey']): string {
  return `${id}  ${fingerprint}  since ${created_at}${retired_at === null ? ', active' : `, retired ${retired_at}`}`
}
