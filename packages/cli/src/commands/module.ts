import { Api } from '../api.ts'
import { CommandError, exitCodes } from '../exit.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'

interface Retirement {
  name: string
  stream: string
  eol: string
  reason: string
  obsoleted_by: string | null
}

/** `mbs module retire`: from a day on nothing is built of a stream, and composes tell of it. */
export async function moduleRetire(
  global: GlobalOptions,
  stream: string,
  options: { eol: string; reason: string; obsoletedBy?: string },
): Promise<void> {
  const retired = await new Api(global.server, global.token).call<Retirement>('PUT', pathOf(stream), {
    eol: options.eol,
    reason: options.reason,
    ...(options.obsoletedBy === undefined ? {} : { obsoleted_by: options.obsoletedBy }),
  })
  report(global.json, retired, () => [describe(retired)])
}

/** `mbs module revive`. */
export async function moduleRevive(global: GlobalOptions, stream: string): Promise<void> {
  await new Api(global.server, global.token).call('DELETE', pathOf(stream))
  report(global.json, { revived: stream }, () => [`${stream} is not retired any more`])
}

/** `mbs module retired`. */
export async function moduleRetired(global: GlobalOptions): Promise<void> {
  const list = await new Api(global.server, global.token).call<{ items: Retirement[] }>(
    'GET',
    '/retirements/',
  )
  report(global.json, list, () =>
    list.items.length === 0 ? ['no stream is retired'] : list.items.map(describe),
  )
}

function pathOf(text: string): string {
  const [, name, stream] = /^([^:/]+):([^:/]+)$/.exec(text) ?? []
  if (name === undefined || stream === undefined)
    throw new CommandError(exitCodes.usage, `"${text}" is no NAME:STREAM`)
  return `/retirements/${encodeURIComponent(name)}/${encodeURIComponent(stream)}`
}

function describe({ name, stream, eol, reason, obsoleted_by: other }: Retirement): string {
  return `${name}:${stream} ends on ${eol}: ${reason}${other === null ? '' : ` (${other} takes its place)`}`
}
