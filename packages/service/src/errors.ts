import { withoutFolders } from './places.ts'

/**
 * Whose move is it? Errors are classed by who must act, because that decides the status code, the retry, the
 * log level and the words. Anything that is neither of these two is a bug.
 */

/** The longest text that is shown, and the longest place. Who sent a megabyte knows what was in it. */
const shownMax = 4000
const whereMax = 200

/** So much of a longer text is its end: programs say last what made them give up. */
const endMax = 1000

type UserStatus = 400 | 401 | 403 | 404 | 409 | 422

/** The request or the document is wrong; asking again changes nothing. */
export class UserError extends Error {
  override readonly name = 'UserError'
  /** HTTP status (4xx) under which the API tells it. */
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
 * Throws several faults as one, under the status and the place of the first; nothing where there is none.
 *
 * @throws UserError
 */
export function refuseTogether(faults: readonly UserError[]): void {
  const [first] = faults
  if (first !== undefined)
    throw new UserError(first.status, faults.map(({ message }) => message).join('; '), first.where)
}

/** Something we lean on is away, slow or full; later may work. */
export class InfraError extends Error {
  override readonly name = 'InfraError'
  /** What we lean on, as people call it: `dist-git`, `lookaside`, `sandbox`. */
  readonly service: string

  constructor(service: string, message: string, options?: { cause: unknown }) {
    super(shown(`${service}: ${message}`), options)
    this.service = service
  }
}

/** Who must act on an error: whoever asked, what we lean on, or us. */
export type Move = 'user' | 'infra' | 'bug'

export function whoseMove(error: unknown): Move {
  if (error instanceof UserError) return 'user'
  return asInfraError(error) === undefined ? 'bug' : 'infra'
}

/** The text of anything thrown, fit to be stored and shown. */
export function messageOf(error: unknown): string {
  return shown(error instanceof Error ? error.message : String(error))
}

/**
 * Any text, of whatever length and from whomever, as people may see it: bounded, without control characters, and without
 * the places of this machine. What is shown already stays as it is.
 */
export function shown(text: string): string {
  const plain = withoutFolders(printable(text))
  if (plain.length <= shownMax) return plain
  const cut = ' […] '
  const begin = plain.slice(0, shownMax - endMax - cut.length)
  // A pair may have been cut in two.
  return `${begin}${cut}${plain.slice(-endMax)}`.toWellFormed()
}

/** Without control characters: what a build printed may hold any byte, and PostgreSQL takes no NUL and no half of a pair. */
export function printable(text: string): string {
  return text.replaceAll(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd').toWellFormed()
}

/** So much of what others say can be read in one of our sentences. */
const excerptLengthMax = 1000

/** What others say (a program, a package, a document) as a part of a sentence of ours: on one line, and not all of it. */
export function excerpt(text: string, lengthMax = excerptLengthMax): string {
  const line = printable(text.slice(0, 4 * lengthMax).trim()).replaceAll(/\s+/g, ' ')
  return line.length > lengthMax || text.length > 4 * lengthMax ? `${line.slice(0, lengthMax)} …` : line
}

/**
 * True of the error that PostgreSQL gives to whoever refers to an artifact that the collector has taken meanwhile:
 * who gets it puts the content again and then begins a transaction anew.
 *
 * It is told by the name of the foreign key (the text of an error is in the server's language), which therefore ends
 * in `artifact_fkey`. PostgreSQL itself calls it so where the column is called `artifact` or `…_artifact`.
 */
export function isGoneArtifact(error: unknown): boolean {
  return isForeignKeyViolation(error) && /artifact_fkey$/.test(String(error.constraint))
}

/** SQLSTATE 23503. */
export function isForeignKeyViolation(error: unknown): error is Error & { constraint: unknown } {
  return error instanceof Error && 'code' in error && error.code === '23503' && 'constraint' in error
}

/**
 * What passes by itself, told by its code: the machine is full or out of something, the database is away, busy or
 * has chosen this transaction to break a deadlock (SQLSTATE classes 08, 40, 53, 57).
 */
export function asInfraError(error: unknown): InfraError | undefined {
  if (error instanceof InfraError) return error
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error ? String(error.code) : ''
  if (/^(?:08|40|53|57)[0-9A-Z]{3}$/.test(code) || error.message.startsWith('Connection terminated'))
    return new InfraError('database', error.message, { cause: error })
  if (isGoneArtifact(error))
    return new InfraError('artifact store', 'something was collected before anybody referred to it', {
      cause: error,
    })
  if ('syscall' in error && error.syscall === 'connect')
    return new InfraError('network', error.message, { cause: error })
  if (/^(?:ENOSPC|EDQUOT|EMFILE|ENFILE|EIO|EAGAIN|ENOMEM|ECONNRESET|EPIPE)$/.test(code))
    return new InfraError('this machine', error.message, { cause: error })
  return undefined
}
