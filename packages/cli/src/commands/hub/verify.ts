import type { Schemas } from '@mbs/client'
import { answerOf, Api } from '../../api.ts'
import { exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'

/** `mbs hub verify`. */
export async function hubVerify(global: GlobalOptions): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const faults: Schemas['ArtifactFault'][] = []
  let verified = 0
  for (let after: string | null = ''; after !== null;) {
    const query: { after: string } = { after }
    const page = await answerOf(service.GET('/hub/artifacts/faults', { params: { query } }))
    verified += page.verified
    faults.push(...page.faults)
    after = page.next
  }
  report(global.json, { verified, faults }, () => [
    ...faults.map(({ sentence }) => sentence),
    `${verified} files, ${faults.length === 0 ? 'all are intact' : `${faults.length} are damaged or missing`}`,
  ])
  if (faults.length > 0) process.exitCode = exitCodes.failed
}
