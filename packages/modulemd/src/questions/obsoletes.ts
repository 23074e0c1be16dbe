import type { ModuleObsoletes } from '../module-obsoletes.ts'
import type { StreamContent } from '../module-stream.ts'

/**
 * Returns whether an obsoletes document is in force at a minute (`YYYY-MM-DDTHH:MMZ`). A document without a
 * date is always in force.
 */
export function isInForce({ eolDate }: ModuleObsoletes, now: string): boolean {
  return eolDate === undefined || eolDate <= now
}

/**
 * Returns the document that obsoletes a stream at a minute, if any
 * (`modulemd_module_stream_v2_get_obsoletes_resolved`). It chooses the newest of the documents that are in
 * force for the stream's context or for all contexts. Of equally new documents, one for the stream's own
 * context takes precedence, and then the last one. If the newest is a reset, no document applies. In
 * libmodulemd the result depends on the order in which streams and obsoletes were read; this function gives the
 * result of streams first.
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
