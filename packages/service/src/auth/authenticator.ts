import { createHash, timingSafeEqual } from 'node:crypto'
import { systemClock } from '../clock.ts'
import { excerpt, printable, UserError } from '../errors.ts'
import { networksOf, type Networks } from '../networks.ts'
import { anonymous, type Caller } from './caller.ts'
import { requireLeave, type Leaves, type May } from './may.ts'
import { OidcTokens, type OidcConfig } from './oidc.ts'

/** The part of a request that identifies its sender. */
interface Asking {
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** The address of the client. */
  ip: string
}

/** The users, their groups and their permissions. */
export interface AuthConfig extends Leaves {
  /** User → the SHA-256 of their token, in hexadecimal. */
  tokens: Readonly<Record<string, string>>
  /** Group → its users, in addition to the groups from other sources. */
  groups: Readonly<Record<string, readonly string[]>>
  /** Users with every permission, and groups of such users. */
  admins: readonly string[]
  adminGroups: readonly string[]
  oidc?: OidcConfig | undefined
  /**
   * A web server in front of the service that names the caller (after Kerberos, for example). The service trusts its
   * header only from its addresses and networks.
   */
  proxy?: { header: string; groupsHeader?: string | undefined; addresses: readonly string[] } | undefined
}

/**
 * Identifies callers: by a bearer token of the service or of an OpenID provider, or by the header of a trusted web
 * server in front. Where none of these is configured, no caller has to authenticate, and every caller may do
 * everything; the service then listens only on this machine.
 */
export class Authenticator {
  private readonly users: ReadonlyMap<string, Buffer>
  private readonly config: AuthConfig
  private readonly oidc: OidcTokens | undefined
  private readonly isProxy: Networks

  constructor(config: AuthConfig) {
    this.config = config
    this.isProxy = networksOf(config.proxy?.addresses ?? [])
    this.users = new Map(
      Object.entries(config.tokens).map(([name, digest]) => [name, Buffer.from(digest, 'hex')]),
    )
    this.oidc =
      config.oidc === undefined ? undefined : new OidcTokens(config.oidc, () => systemClock.now().getTime())
  }

  /** Whether callers need no authentication. */
  get isOpen(): boolean {
    return this.users.size === 0 && this.oidc === undefined && this.config.proxy === undefined
  }

  /** Upstream's name of the authentication method. */
  get method(): 'oidc' | 'kerberos' {
    return this.config.proxy !== undefined && this.oidc === undefined ? 'kerberos' : 'oidc'
  }

  /**
   * Returns the caller of a request that changes something, after checking the caller's permission.
   *
   * @throws UserError 401 when the caller must authenticate and does not, 403 without permission; InfraError when the
   * OpenID provider does not answer
   */
  async admit(request: Asking, may: May): Promise<Caller> {
    const caller = await this.identify(request)
    requireLeave(caller, may, this.config)
    return caller
  }

  private async identify(request: Asking): Promise<Caller> {
    const { proxy } = this.config
    if (this.isOpen) return anonymous
    const said = proxy === undefined ? undefined : this.saidByProxy(request, proxy)
    if (said !== undefined) return this.caller(requireOutsider(said.name), said.groups)
    const header = request.headers['authorization']
    const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(typeof header === 'string' ? header : '') ?? []
    if (token === undefined)
      throw new UserError(401, 'Authentication is required: send the header "Authorization: Bearer TOKEN".')
    const own = this.ownerOf(token)
    if (own !== undefined) return this.caller(own, [])
    if (this.oidc === undefined) throw new UserError(401, 'The token is unknown.')
    const { name, groups } = await this.oidc.identify(token)
    return this.caller(requireOutsider(name), groups)
  }

  private caller(name: string, groups: readonly string[]): Caller {
    const { admins, adminGroups } = this.config
    const own = Object.entries(this.config.groups).flatMap(([group, users]) =>
      users.includes(name) ? [group] : [],
    )
    const all = new Set([...groups, ...own])
    const isAdmin = admins.includes(name) || adminGroups.some((group) => all.has(group))
    return { name, groups: all, isTrusted: false, isAdmin }
  }

  private ownerOf(token: string): string | undefined {
    const digest = createHash('sha256').update(token).digest()
    // The comparison covers every digest, so that its duration reveals nothing.
    return [...this.users].filter(([, known]) => timingSafeEqual(known, digest)).map(([name]) => name)[0]
  }

  /**
   * Returns the caller that the web server's headers name. `ada@REALM` is ada. Headers from any other client count for
   * nothing.
   */
  private saidByProxy(
    { headers, ip }: Asking,
    { header, groupsHeader }: NonNullable<AuthConfig['proxy']>,
  ): { name: string; groups: string[] } | undefined {
    if (!this.isProxy(ip)) return undefined
    const value = headers[header.toLowerCase()]
    const name = typeof value === 'string' ? value.replace(/@.*$/, '').trim() : ''
    if (name === '') return undefined
    const groups = groupsHeader === undefined ? undefined : headers[groupsHeader.toLowerCase()]
    return {
      name,
      groups: typeof groups === 'string' ? groups.split(/[\s,;]+/).filter((one) => one !== '') : [],
    }
  }
}

/** Names under which the service itself writes. No other user may have them. */
const ownNames: ReadonlySet<string> = new Set(['mbs', 'mbs_import', 'anonymous'])

const nameLengthMax = 200

/**
 * Checks a name from a provider or a web server in front, so that it fits rows, messages and logs.
 *
 * @throws UserError (401)
 */
function requireOutsider(name: string): string {
  if (name.length > nameLengthMax || printable(name) !== name || /\s/.test(name))
    throw new UserError(401, `"${excerpt(name, 40)}" cannot be the name of a user`)
  if (ownNames.has(name)) throw new UserError(401, `the name ${name} is reserved for the service`)
  return name
}
