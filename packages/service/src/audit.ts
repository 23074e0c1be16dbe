import { AsyncLocalStorage } from 'node:async_hooks'

/** A request that changes something, in the form of the audit log. */
export interface AuditedRequest {
  at: Date
  caller: string
  /** Method and path. */
  request: string
  body: unknown
}

/** The request that the current code serves; undefined for work that the service does on its own account. */
export const auditing = new AsyncLocalStorage<AuditedRequest>()

/** Longest body that the audit log keeps. */
const bodyLengthMax = 4000

/** Returns the body for the audit log. A document or file is replaced by its size. */
export function auditedBody(body: unknown): string | null {
  if (body === undefined || body === null) return null
  if (typeof body !== 'object' || Buffer.isBuffer(body) || Symbol.asyncIterator in body) return null
  const text = JSON.stringify(body)
  return text.length <= bodyLengthMax ? text : JSON.stringify({ bytes: Buffer.byteLength(text) })
}
