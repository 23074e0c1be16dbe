import type { IncomingMessage } from 'node:http'
import { UserError } from '../errors.ts'
import { networksOf, type Networks } from '../networks.ts'

/** What of the configuration tells how clients come to us. */
export interface VisitorRules {
  /** Names by which clients call the service, beside those of loopback. */
  names: readonly string[]
  /** Addresses and networks of web servers in front. */
  proxies: readonly string[]
  /** Whether everybody who reaches the service may change everything: then other pages of a browser must not. */
  isOpen: boolean
}

/** So much of what somebody sent is shown. */
const shownMax = 100

/**
 * Tells under which address somebody asks, and refuses what a page of another site makes a browser ask.
 *
 * A browser on the machine of a service that is open to its machine runs pages of others. They may send forms here, and
 * where such a page's own name leads to this machine (DNS rebinding) it may even read the answers. What gives them away
 * is what the browser says of them: `Host`, `Origin` and `Sec-Fetch-Site` (Fetch Metadata). Who is no browser sends
 * none of the last two.
 */
export class Visitors {
  private readonly rules: VisitorRules
  private readonly isProxy: Networks

  constructor(rules: VisitorRules) {
    this.rules = rules
    this.isProxy = networksOf(rules.proxies)
  }

  /**
   * A header in which a web server in front says what it was asked (`X-Scheme`, `X-Forwarded-Host`, `X-Script-Name`, as
   * upstream reads them). From others it says nothing: whoever asks could write it.
   */
  saidByProxy({ headers, socket }: IncomingMessage, name: string): string | undefined {
    const value = headers[name]
    if (typeof value !== 'string' || value === '') return undefined
    return this.isProxy(socket.remoteAddress ?? '') ? value : undefined
  }

  /** @throws UserError (403) where everybody may do everything and the host is not ours */
  requireOwnHost(request: IncomingMessage): void {
    if (!this.rules.isOpen) return
    for (const host of this.hostsOf(request))
      if (!this.isOwn(host))
        throw new UserError(
          403,
          `"${shorten(host)}" is no name of this service. Where nobody has to say who they are it answers to those of loopback (127.0.0.1, localhost) and of http.names.`,
          'Host',
        )
  }

  /** @throws UserError (403) for what a page of another site has sent */
  requireOwnPage(request: IncomingMessage): void {
    const { origin, 'sec-fetch-site': site } = request.headers
    const isForeign =
      site === 'cross-site' ||
      site === 'same-site' ||
      (origin !== undefined && !this.isOwnOrigin(origin, request))
    if (isForeign)
      throw new UserError(
        403,
        `A page of another site (${shorten(origin ?? String(site))}) may change nothing here. If it is a page of this service, name its host in http.names.`,
        'Origin',
      )
  }

  private isOwnOrigin(origin: string, request: IncomingMessage): boolean {
    // A page without an origin of its own says `null`, which is no URL.
    if (!URL.canParse(origin)) return false
    const { host, hostname } = new URL(origin)
    return this.hostsOf(request).includes(host) || this.isNamed(hostname)
  }

  /** The hosts that a request is for: as it arrives here, and as the web server in front was asked. */
  private hostsOf(request: IncomingMessage): string[] {
    return [request.headers.host, this.saidByProxy(request, 'x-forwarded-host')].flatMap((host) =>
      host === undefined ? [] : [host.toLowerCase()],
    )
  }

  private isOwn(host: string): boolean {
    const [, name] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/.exec(host) ?? []
    return name !== undefined && (isLoopback(name) || this.isNamed(name))
  }

  private isNamed(name: string): boolean {
    return this.rules.names.some((own) => own.toLowerCase() === name)
  }
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
}

function shorten(text: string): string {
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text
}
