import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose'
import { InfraError, messageOf, UserError } from '../errors.ts'

/**
 * How the service checks bearer tokens of an OpenID Connect provider: it asks the provider, or uses the provider's
 * keys.
 */
export interface OidcConfig {
  /** RFC 7662. Each request contains the client's secret. */
  introspectionUrl?: string
  clientId?: string
  clientSecret?: string
  /** The service asks here for groups that the token lacks. */
  userinfoUrl?: string
  /** Keys of the provider: tokens are JWTs, and the service checks them itself. */
  jwksUrl?: string
  issuer?: string
  audience?: string
  /** Scopes that a token must have. */
  scopes: readonly string[]
  userClaim: string
  groupsClaim: string
}

/** Time limit for the provider's response. */
const answerMsMax = 10_000

/** Time for which the service trusts the provider's response about a token, ms. */
const keptMs = 60_000

/** Most tokens that the service remembers. */
const keptMax = 10_000

interface Known {
  name: string
  groups: readonly string[]
}

/**
 * Returns the owner of a bearer token. The service keeps the provider's response for a minute, so it refuses a revoked
 * token after a minute at the latest.
 */
export class OidcTokens {
  private readonly config: OidcConfig
  private readonly keys: ReturnType<typeof createRemoteJWKSet> | undefined
  private readonly kept = new Map<string, { until: number; known: Known }>()
  private readonly now: () => number

  constructor(config: OidcConfig, now: () => number) {
    this.config = config
    this.now = now
    if (config.jwksUrl !== undefined)
      this.keys = createRemoteJWKSet(new URL(config.jwksUrl), { timeoutDuration: answerMsMax })
  }

  /**
   * Returns the user and the groups of a token.
   *
   * @throws UserError (401) for an invalid token, InfraError when the provider does not answer
   */
  async identify(token: string): Promise<Known> {
    const kept = this.kept.get(token)
    if (kept !== undefined && kept.until > this.now()) return kept.known
    const claims = this.keys === undefined ? await this.introspect(token) : await this.verify(token)
    this.requireScopes(claims)
    const { userClaim, groupsClaim } = this.config
    const name = claims[userClaim]
    if (typeof name !== 'string' || name === '')
      throw new UserError(401, `the token has no user name (claim ${userClaim})`)
    const groups = groupsIn(claims[groupsClaim]) ?? (await this.askGroups(token))
    const known = { name, groups }
    if (this.kept.size >= keptMax) this.kept.clear()
    const expires = typeof claims.exp === 'number' ? claims.exp * 1000 : Infinity
    this.kept.set(token, { until: Math.min(this.now() + keptMs, expires), known })
    return known
  }

  private async introspect(token: string): Promise<JWTPayload> {
    const { introspectionUrl = '', clientId = '', clientSecret = '' } = this.config
    const claims = await this.ask(introspectionUrl, {
      method: 'POST',
      body: new URLSearchParams({
        token,
        token_type_hint: 'Bearer',
        client_id: clientId,
        client_secret: clientSecret,
      }),
    })
    if (claims['active'] !== true) throw new UserError(401, 'the token is invalid or has expired')
    return claims
  }

  private async verify(token: string): Promise<JWTPayload> {
    const { issuer, audience } = this.config
    try {
      const { payload } = await jwtVerify(token, this.keys ?? new Uint8Array(), {
        ...(issuer === undefined ? {} : { issuer }),
        ...(audience === undefined ? {} : { audience }),
        // The service would trust a token without an end for ever.
        requiredClaims: ['exp'],
      })
      return payload
    } catch (error) {
      const isUnreachable = error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)
      if (isUnreachable) throw new InfraError('the OpenID provider', messageOf(error), { cause: error })
      throw new UserError(401, `the token is invalid: ${messageOf(error)}`)
    }
  }

  private requireScopes({ scope, scopes }: JWTPayload): void {
    const has = typeof scope === 'string' ? scope.split(' ') : Array.isArray(scopes) ? scopes : []
    const missing = this.config.scopes.filter((one) => !has.includes(one))
    if (missing.length > 0) throw new UserError(401, `the token lacks the scopes ${missing.join(', ')}`)
  }

  private async askGroups(token: string): Promise<readonly string[]> {
    const { userinfoUrl, groupsClaim } = this.config
    if (userinfoUrl === undefined) return []
    const claims = await this.ask(userinfoUrl, { headers: { authorization: `Bearer ${token}` } })
    return groupsIn(claims[groupsClaim]) ?? []
  }

  private async ask(url: string, options: RequestInit): Promise<JWTPayload> {
    const response = await fetch(url, { ...options, signal: AbortSignal.timeout(answerMsMax) }).catch(
      (error: unknown) => {
        throw new InfraError('the OpenID provider', messageOf(error), { cause: error })
      },
    )
    if (response.status === 401 || response.status === 400)
      throw new UserError(401, 'the OpenID provider refuses the token')
    if (!response.ok) throw new InfraError('the OpenID provider', `HTTP ${response.status}`)
    const claims: unknown = await response.json().catch(() => undefined)
    if (typeof claims !== 'object' || claims === null)
      throw new InfraError('the OpenID provider', 'its answer is not a JSON object')
    return claims as JWTPayload
  }
}

function groupsIn(claim: unknown): string[] | undefined {
  return Array.isArray(claim) ? claim.filter((group) => typeof group === 'string') : undefined
}
