import { AsyncLocalStorage } from 'node:async_hooks'

/** A request that changes something, as the audit log tells it. */
export interface AuditedRequest {
  at: Date
  caller: string
  /** Method and path. */
  request: string
  body: unknown
}

/** The request on whose behalf we work; none for what the service does by itself. */
export const auditing = new AsyncLocalStorage<AuditedRequest>()

/** A longer body is not kept. */
const bodyLengthMax = 4000

/** The body as the log has it: documents and files are told by their size. */
export function auditedBody(body: unknown): string | null {
  if (body === undefined || body === null) return null
  if (typeof body !== 'object' || Buffer.isBuffer(body) || Symbol.asyncIterator in body) return null
  const text = JSON.stringify(body)
  return text.length <= bodyLengthMax ? text : JSON.stringify({ bytes: Buffer.byteLength(text) })
}
