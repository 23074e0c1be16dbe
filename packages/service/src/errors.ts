import { withoutFolders } from './places.ts'

/**
 * Errors are classed by who must act, because that decides the status code, the retry, the log level and the words. Any
 * error that is neither a {@link UserError} nor an {@link InfraError} is a bug.
 */

/** Longest message and longest place that the service shows. A caller who sent a megabyte knows its content. */
const shownMax = 4000
const whereMax = 200

/** Length of the end that a shortened text keeps. Programs print the reason for a failure last. */
const endMax = 1000

type UserStatus = 400 | 401 | 403 | 404 | 409 | 422

/** The request or the document is wrong; a retry changes nothing. */
export class UserError extends Error {
  override readonly name = 'UserError'
  /** HTTP status (4xx) of the API's response. */
  readonly status: UserStatus
  /** The place: a file, a line, a key, a parameter. */
  readonly where: string | undefined

  constructor(status: UserStatus, message: string, where?: string) {
    super(shown(message))
    this.status = status
    this.where = where === undefined ? undefined : printable(where).slice(0, whereMax)
  }
}

/**
 * Throws several faults as one error, with the status and the place of the first. Does nothing without faults.
 *
 * @throws UserError
 */
export function refuseTogether(faults: readonly UserError[]): void {
  const [first] = faults
  if (first !== undefined)
    throw new UserError(first.status, faults.map(({ message }) => message).join('; '), first.where)
}

/** A backend is unavailable, slow or full; a retry may succeed. */
export class InfraError extends Error {
  override readonly name = 'InfraError'
  /** The backend's usual name: `dist-git`, `lookaside`, `sandbox`. */
  readonly service: string

  constructor(service: string, message: string, options?: { cause: unknown }) {
    super(shown(`${service}: ${message}`), options)
    this.service = service
  }
}

/**
 * The backend has begun the work and answers later. The caller asks again when the work has ended, and then finds the
 * result.
 */
export class PendingError extends InfraError {
  /** The names by which the caller can ask for the work. */
  readonly handles: readonly string[]

  constructor(service: string, message: string, handles: readonly string[]) {
    super(service, message)
    this.handles = handles
  }
}

/**
 * A backend is unavailable as a whole. Every subject that needs it waits until it answers again; no such subject has
 * failed.
 */
export class AwayError extends InfraError {
  /** The place that the service asks whether the backend is available again; empty for the only backend of its kind. */
  readonly place: string

  constructor(service: string, message: string, place = '', options?: { cause: unknown }) {
    super(service, message, options)
    this.place = place
  }
}

/**
 * Returns whether a backend that was unavailable answers again. Any answer counts, even the report of a fault: the
 * waiting subjects then ask it again, and that attempt counts.
 */
export async function answers(question: Promise<unknown>): Promise<boolean> {
  try {
    await question
    return true
  } catch (error) {
    if (whoseMove(error) === 'bug') throw error
    return !(error instanceof AwayError)
  }
}

/** Returns the host that serves a place: all URLs of one host are unavailable together. */
export function hostOf(place: string): string {
  return URL.canParse(place) ? new URL(place).host : place
}

/** Who must act on an error: the caller, the operator of a backend, or the developers. */
export type Move = 'user' | 'infra' | 'bug'

export function whoseMove(error: unknown): Move {
  if (error instanceof UserError) return 'user'
  return asInfraError(error) === undefined ? 'bug' : 'infra'
}

/** Returns the text of any thrown value, fit to be stored and shown. */
export function messageOf(error: unknown): string {
  return shown(error instanceof Error ? error.message : String(error))
}

/**
 * Returns a text of any length and origin in a form that is fit to be shown: bounded, without control characters and
 * without paths of this machine. A text that was shown before stays as it is.
 */
export function shown(text: string): string {
  // A text of others may have any length; only its ends are looked at.
  const ends = text.length > 16 * shownMax ? text.slice(0, 8 * shownMax) + text.slice(-8 * shownMax) : text
  const plain = withoutFolders(printable(ends))
  if (plain.length <= shownMax) return plain
  const cut = ' […] '
  const begin = plain.slice(0, shownMax - endMax - cut.length)
  // The cut may have split a surrogate pair.
  return `${begin}${cut}${plain.slice(-endMax)}`.toWellFormed()
}

/**
 * Replaces control characters. The output of a build may hold any byte; PostgreSQL refuses NUL and unpaired surrogates.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd').toWellFormed()
}

/** Longest part of another program's text that is readable within a sentence. */
const excerptLengthMax = 1000

/** Returns a text of others (a program, a package, a document) as a part of a sentence: on one line, and shortened. */
export function excerpt(text: string, lengthMax = excerptLengthMax): string {
  const line = printable(text.slice(0, 4 * lengthMax).trim()).replaceAll(/\s+/g, ' ')
  return line.length > lengthMax || text.length > 4 * lengthMax ? `${line.slice(0, lengthMax)} …` : line
}

/**
 * Returns whether PostgreSQL refused a reference to an artifact that the collector has removed meanwhile. The caller
 * then stores the content again and begins a new transaction.
 *
 * The name of the foreign key identifies this error, because the error's text is in the server's language. The name
 * therefore ends in `artifact_fkey`. PostgreSQL chooses such a name for a column named `artifact` or `…_artifact`.
 */
export function isGoneArtifact(error: unknown): boolean {
  return isForeignKeyViolation(error) && /artifact_fkey$/.test(String(error.constraint))
}

/** Returns whether PostgreSQL refused a row because of a foreign key (SQLSTATE 23503). */
export function isForeignKeyViolation(error: unknown): error is Error & { constraint: unknown } {
  return error instanceof Error && 'code' in error && error.code === '23503' && 'constraint' in error
}

/** The messages of pg about a connection that was lost, before and while it is used; they have no code. */
const lostConnection =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed)/

/**
 * Returns an InfraError for a failure that passes by itself. The error's code identifies it: the machine is full or
 * short of a resource, or the database is unavailable, busy or has ended this transaction to break a deadlock (SQLSTATE
 * classes 08, 40, 53, 57).
 */
export function asInfraError(error: unknown): InfraError | undefined {
  if (error instanceof InfraError) return error
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error ? String(error.code) : ''
  if (/^(?:08|40|53|57)[0-9A-Z]{3}$/.test(code) || lostConnection.test(error.message))
    return new InfraError('database', error.message, { cause: error })
  if (isGoneArtifact(error))
    return new InfraError('artifact store', 'an artifact was removed before a row referred to it', {
      cause: error,
    })
  if ('syscall' in error && error.syscall === 'connect')
    return new InfraError('network', error.message, { cause: error })
  if (/^(?:ENOSPC|EDQUOT|EMFILE|ENFILE|EIO|EAGAIN|ENOMEM|ECONNRESET|EPIPE)$/.test(code))
    return new InfraError('this machine', error.message, { cause: error })
  return undefined
}
