import { Api } from '../api.ts'
import { exitCodes } from '../exit.ts'
import type { GlobalOptions } from '../global-options.ts'
import { queryOf } from '../query.ts'
import { report } from '../report.ts'

interface Page {
  verified: number
  faults: { sha256: string; problem: string; sentence: string }[]
  next: string | null
}

/** `mbs hub verify`. */
export async function hubVerify(global: GlobalOptions): Promise<void> {
  const api = new Api(global.server, global.token)
  const faults: Page['faults'] = []
  let verified = 0
  for (let after: string | null = ''; after !== null;) {
    const page: Page = await api.hub<Page>('GET', `/artifacts/faults${queryOf({ after })}`)
    verified += page.verified
    faults.push(...page.faults)
    after = page.next
  }
  report(global.json, { verified, faults }, () => [
    ...faults.map(({ sentence }) => sentence),
    `${verified} files, ${faults.length === 0 ? 'all as they were' : `${faults.length} are not what they were`}`,
  ])
  if (faults.length > 0) process.exitCode = exitCodes.failed
}
