import type { ModuleObsoletes } from '../module-obsoletes.ts'
import type { StreamContent } from '../module-stream.ts'

/**
 * Whether an obsoletes document is in force at a minute (`YYYY-MM-DDTHH:MMZ`): one without a date always is.
 */
export function isInForce({ eolDate }: ModuleObsoletes, now: string): boolean {
  return eolDate === undefined || eolDate <= now
}

/**
 * The document that obsoletes a stream at a minute, if any (`modulemd_module_stream_v2_get_obsoletes_resolved`):
 * of those in force for its context or for all, the newest; of equally new ones one for the very context, and
 * then the last. A reset that is the newest takes all of them back. In libmodulemd the result depends on
 * whether streams or obsoletes were read first; this is that of streams first.
 */
export function obsoletesOf(
  stream: Pick<StreamContent, 'stream' | 'context'>,
  obsoletes: readonly ModuleObsoletes[],
  now: string,
): ModuleObsoletes | undefined {
  const candidates = obsoletes.filter(
    (one) =>
      one.stream === stream.stream &&
      (one.context === undefined || one.context === stream.context) &&
      isInForce(one, now),
  )
  let newest: ModuleObsoletes | undefined
  for (const one of candidates) if (newest === undefined || replaces(one, newest)) newest = one
  return newest?.isReset === true ? undefined : newest
}

function replaces(one: ModuleObsoletes, other: ModuleObsoletes): boolean {
  if (one.modified !== other.modified) return one.modified > other.modified
  return one.context !== undefined || other.context === undefined
}
