import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose'
import { InfraError, messageOf, UserError } from '../errors.ts'

/** How bearer tokens of an OpenID Connect provider are checked: by asking it, or by its keys. */
export interface OidcConfig {
  /** RFC 7662. The client's secret is sent with each question. */
  introspectionUrl?: string
  clientId?: string
  clientSecret?: string
  /** Where groups are asked for, if the token does not have them. */
  userinfoUrl?: string
  /** Keys of the provider: tokens are JWTs and are checked here. */
  jwksUrl?: string
  issuer?: string
  audience?: string
  /** Scopes that a token must have. */
  scopes: readonly string[]
  userClaim: string
  groupsClaim: string
}

/** So long the provider may take. */
const answerMsMax = 10_000

/** So long what the provider said of a token is believed, ms. */
const keptMs = 60_000

/** So many tokens are remembered. */
const keptMax = 10_000

interface Known {
  name: string
  groups: readonly string[]
}

/**
 * Tells whose a bearer token is. What the provider says is kept for a minute, so that a token that it revokes is refused
 * a minute later at most.
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
   * @throws UserError (401) for a token that is not good, InfraError when the provider cannot be asked
   */
  async identify(token: string): Promise<Known> {
    const kept = this.kept.get(token)
    if (kept !== undefined && kept.until > this.now()) return kept.known
    const claims = this.keys === undefined ? await this.introspect(token) : await this.verify(token)
    this.requireScopes(claims)
    const { userClaim, groupsClaim } = this.config
    const name = claims[userClaim]
    if (typeof name !== 'string' || name === '')
      throw new UserError(401, `the token does not say whose it is (${userClaim})`)
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
    if (claims['active'] !== true) throw new UserError(401, 'the token is not valid any more, or never was')
    return claims
  }

  private async verify(token: string): Promise<JWTPayload> {
    const { issuer, audience } = this.config
    try {
      const { payload } = await jwtVerify(token, this.keys ?? new Uint8Array(), {
        ...(issuer === undefined ? {} : { issuer }),
        ...(audience === undefined ? {} : { audience }),
        // What has no end would be believed for ever.
        requiredClaims: ['exp'],
      })
      return payload
    } catch (error) {
      const isUnreachable = error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)
      if (isUnreachable) throw new InfraError('the OpenID provider', messageOf(error), { cause: error })
      throw new UserError(401, `the token is not good: ${messageOf(error)}`)
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
      throw new UserError(401, 'the OpenID provider does not take the token')
    if (!response.ok) throw new InfraError('the OpenID provider', `HTTP ${response.status}`)
    const claims: unknown = await response.json().catch(() => undefined)
    if (typeof claims !== 'object' || claims === null)
      throw new InfraError('the OpenID provider', 'its answer is no JSON object')
    return claims as JWTPayload
  }
}

function groupsIn(claim: unknown): string[] | undefined {
  return Array.isArray(claim) ? claim.filter((group) => typeof group === 'string') : undefined
}
