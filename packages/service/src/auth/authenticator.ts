import { createHash, timingSafeEqual } from 'node:crypto'
import { UserError } from '../errors.ts'
import type { Caller } from './caller.ts'

/** The part of a request that says who sent it. */
interface Asking {
  headers: { authorization?: string | undefined }
}

/**
 * Tells who asks, by a bearer token. Where no tokens are configured nobody has to say who they are, and everybody may
 * do everything: the service listens on this machine alone then.
 */
export class Authenticator {
  private readonly users: ReadonlyMap<string, Buffer>
  private readonly admins: ReadonlySet<string>

  /**
   * @param tokens the SHA-256 of each user's token, in hexadecimal
   * @param admins users who have every permission
   */
  constructor({ tokens, admins }: { tokens: Readonly<Record<string, string>>; admins: readonly string[] }) {
    this.users = new Map(Object.entries(tokens).map(([name, digest]) => [name, Buffer.from(digest, 'hex')]))
    this.admins = new Set(admins)
  }

  /**
   * Who asks for a change.
   *
   * @throws UserError (401) when they have to say so, and do not
   */
  requireCaller(request: Asking): Caller {
    if (this.users.size === 0) return { name: 'anonymous', isTrusted: true, isAdmin: true }
    const [, token] = /^Bearer ([\x21-\x7e]+)$/.exec(request.headers.authorization ?? '') ?? []
    if (token === undefined)
      throw new UserError(401, 'Say who you are: send the header "Authorization: Bearer TOKEN".')
    const digest = createHash('sha256').update(token).digest()
    // Every digest is looked at, so that the time tells nothing.
    const found = [...this.users].filter(([, known]) => timingSafeEqual(known, digest)).map(([name]) => name)
    const [name] = found
    if (name === undefined) throw new UserError(401, 'This token is not known here.')
    return { name, isTrusted: false, isAdmin: this.admins.has(name) }
  }
}
