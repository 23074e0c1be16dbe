import { createHash, timingSafeEqual } from 'node:crypto'
import { systemClock } from '../clock.ts'
import { excerpt, printable, UserError } from '../errors.ts'
import { networksOf, type Networks } from '../networks.ts'
import { anonymous, type Caller } from './caller.ts'
import { requireLeave, type Leaves, type May } from './may.ts'
import { OidcTokens, type OidcConfig } from './oidc.ts'

/** The part of a request that says who sent it. */
interface Asking {
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** The address that it came from. */
  ip: string
}

/** Who is who, and who may what. */
export interface AuthConfig extends Leaves {
  /** User → the SHA-256 of their token, in hexadecimal. */
  tokens: Readonly<Record<string, string>>
  /** Group → its users; beside what others say of groups. */
  groups: Readonly<Record<string, readonly string[]>>
  /** Users who have every permission, and groups of such. */
  admins: readonly string[]
  adminGroups: readonly string[]
  oidc?: OidcConfig | undefined
  /**
   * A web server in front that says who asks (after Kerberos, for example), believed from its addresses and networks
   * alone.
   */
  proxy?: { header: string; groupsHeader?: string | undefined; addresses: readonly string[] } | undefined
}

/**
 * Tells who asks: by a bearer token of ours or of an OpenID provider, or by what a trusted web server in front says.
 * Where none of these is configured nobody has to say who they are, and everybody may do everything: the service listens
 * on this machine alone then.
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

  /** Does nobody have to say who they are? */
  get isOpen(): boolean {
    return this.users.size === 0 && this.oidc === undefined && this.config.proxy === undefined
  }

  /** Upstream's name of the way in which clients say who they are. */
  get method(): 'oidc' | 'kerberos' {
    return this.config.proxy !== undefined && this.oidc === undefined ? 'kerberos' : 'oidc'
  }

  /**
   * Who asks for a change, and that they may.
   *
   * @throws UserError 401 when they have to say who they are and do not, 403 when they may not; InfraError when the
   *   OpenID provider cannot be asked
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
      throw new UserError(401, 'Say who you are: send the header "Authorization: Bearer TOKEN".')
    const own = this.ownerOf(token)
    if (own !== undefined) return this.caller(own, [])
    if (this.oidc === undefined) throw new UserError(401, 'This token is not known here.')
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
    // Every digest is looked at, so that the time tells nothing.
    return [...this.users].filter(([, known]) => timingSafeEqual(known, digest)).map(([name]) => name)[0]
  }

  /** `ada@REALM` is ada. What others than the web server say in its headers is nothing. */
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

/** Names under which the service itself writes: nobody else may be taken for it. */
const ownNames: ReadonlySet<string> = new Set(['mbs', 'mbs_import', 'anonymous'])

const nameLengthMax = 200

/**
 * A name that a provider or a web server in front says, as it may stand in rows, messages and logs.
 *
 * @throws UserError (401)
 */
function requireOutsider(name: string): string {
  if (name.length > nameLengthMax || printable(name) !== name || /\s/.test(name))
    throw new UserError(401, `"${excerpt(name, 40)}" cannot be the name of a user here`)
  if (ownNames.has(name)) throw new UserError(401, `${name} is the service itself; nobody else is called so`)
  return name
}
