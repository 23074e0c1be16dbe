import type { Schemas } from '@mbs/client'
import { answerOf, Api, wholeList } from '../../api.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'

/**
 * `mbs module retire`: sets the end of life of a stream. From that day the service builds nothing of it, and
 * composes publish an obsoletes document.
 */
export async function moduleRetire(
  global: GlobalOptions,
  stream: string,
  options: { eol: string; reason: string; obsoletedBy?: string },
): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const retired = await answerOf(
    service.PUT('/retirements/{name}/{stream}', {
      params: { path: partsOf(stream) },
      body: {
        eol: options.eol,
        reason: options.reason,
        ...(options.obsoletedBy === undefined ? {} : { obsoleted_by: options.obsoletedBy }),
      },
    }),
  )
  report(global.json, retired, () => [describe(retired)])
}

/** `mbs module revive`. */
export async function moduleRevive(global: GlobalOptions, stream: string): Promise<void> {
  const { service } = new Api(global.server, global.token)
  await answerOf(service.DELETE('/retirements/{name}/{stream}', { params: { path: partsOf(stream) } }))
  report(global.json, { revived: stream }, () => [`${stream} is no longer retired`])
}

/** `mbs module retired`. */
export async function moduleRetired(global: GlobalOptions): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const list = await wholeList((query) => service.GET('/retirements/', { params: { query } }))
  report(global.json, list, () =>
    list.items.length === 0 ? ['no stream is retired'] : list.items.map(describe),
  )
}

function partsOf(text: string): { name: string; stream: string } {
  const [, name, stream] = /^([^:/]+):([^:/]+)$/.exec(text) ?? []
  if (name === undefined || stream === undefined)
    throw new CommandError(exitCodes.usage, `"${text}" is not NAME:STREAM`)
  return { name, stream }
}

function describe({ name, stream, eol, reason, obsoleted_by: other }: Schemas['Retirement']): string {
  return `${name}:${stream} ends on ${eol}: ${reason}${other === null ? '' : ` (${other} replaces it)`}`
}
