/**
 * Whose move is it? Errors are classed by who must act, because that decides the status code, the retry, the
 * log level and the words. Anything that is neither of these two is a bug.
 */

/** The request or the document is wrong; asking again changes nothing. */
export class UserError extends Error {
  override readonly name = 'UserError'
  /** HTTP status (4xx) under which the API tells it. */
  readonly status: number
  /** The place: a file, a line, a key, a parameter. */
  readonly where: string | undefined

  constructor(status: 400 | 403 | 404 | 409 | 422, message: string, where?: string) {
    super(message)
    this.status = status
    this.where = where
  }
}

/** Something we lean on is away, slow or full; later may work. */
export class InfraError extends Error {
  override readonly name = 'InfraError'
  /** What we lean on, as people call it: `dist-git`, `lookaside`, `sandbox`. */
  readonly service: string

  constructor(service: string, message: string, options?: { cause: unknown }) {
    super(`${service}: ${message}`, options)
    this.service = service
  }
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
