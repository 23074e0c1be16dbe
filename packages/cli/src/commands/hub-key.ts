import { Api } from '../api.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'

interface Key {
  id: string
  fingerprint: string
  created_at: string
  retired_at: string | null
}

/** `mbs hub key list`. */
export async function hubKeyList(global: GlobalOptions): Promise<void> {
  const list = await new Api(global.server, global.token).hub<{ items: Key[] }>('GET', '/keys/')
  report(global.json, list, () =>
    list.items.length === 0 ? ['there are none'] : list.items.map(describeKey),
  )
}

/** `mbs hub key rotate`. */
export async function hubKeyRotate(global: GlobalOptions): Promise<void> {
  const key = await new Api(global.server, global.token).hub<Key>('POST', '/keys/')
  report(global.json, key, () => [describeKey(key)])
}

function describeKey({ id, fingerprint, created_at, retired_at }: Key): string {
  return `${id}  ${fingerprint}  since ${created_at}${retired_at === null ? ', active' : `, retired ${retired_at}`}`
}
