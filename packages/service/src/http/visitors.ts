import type { IncomingMessage } from 'node:http'
import { UserError } from '../errors.ts'
import { networksOf, type Networks } from '../networks.ts'

/** The parts of the configuration that describe how clients reach the service. */
export interface VisitorRules {
  /** Names by which clients call the service, in addition to those of loopback. */
  names: readonly string[]
  /** Addresses and networks of web servers in front. */
  proxies: readonly string[]
  /**
   * Whether every client that reaches the service may change everything. Pages of other sites in a browser must not.
   */
  isOpen: boolean
}

/** Length of a client's text in a message. */
const shownMax = 100

/**
 * Determines the address that a client used, and refuses requests that a page of another site makes a browser send.
 *
 * An open service accepts every request from its machine, and a browser on that machine runs pages of other sites. Such
 * a page may send forms to the service. If the page's own name leads to this machine (DNS rebinding), it may even read
 * the responses. The browser's headers `Host`, `Origin` and `Sec-Fetch-Site` (Fetch Metadata) reveal such a page. A
 * client that is no browser sends neither of the last two.
 */
export class Visitors {
  private readonly rules: VisitorRules
  private readonly isProxy: Networks

  constructor(rules: VisitorRules) {
    this.rules = rules
    this.isProxy = networksOf(rules.proxies)
  }

  /**
   * Returns a header by which a web server in front passes on the original request (`X-Scheme`, `X-Forwarded-Host`,
   * `X-Script-Name`, which upstream reads as well). The service ignores the header from any other address, because any
   * client can write it.
   */
  saidByProxy({ headers, socket }: IncomingMessage, name: string): string | undefined {
    const value = headers[name]
    if (typeof value !== 'string' || value === '') return undefined
    return this.isProxy(socket.remoteAddress ?? '') ? value : undefined
  }

  /** @throws UserError (403) where every client may do everything and the host is not the service's */
  requireOwnHost(request: IncomingMessage): void {
    if (!this.rules.isOpen) return
    for (const host of this.hostsOf(request))
      if (!this.isOwn(host))
        throw new UserError(
          403,
          `"${shorten(host)}" is not a name of this service. Without authentication the service accepts loopback names (127.0.0.1, localhost) and http.names only.`,
          'Host',
        )
  }

  /** @throws UserError (403) for a request from a page of another site */
  requireOwnPage(request: IncomingMessage): void {
    const { origin, 'sec-fetch-site': site } = request.headers
    const isForeign =
      site === 'cross-site' ||
      site === 'same-site' ||
      (origin !== undefined && !this.isOwnOrigin(origin, request))
    if (isForeign)
      throw new UserError(
        403,
        `Pages of other sites (${shorten(origin ?? String(site))}) may not change anything. If this is a page of the service, add its host to http.names.`,
        'Origin',
      )
  }

  private isOwnOrigin(origin: string, request: IncomingMessage): boolean {
    // A page without an origin of its own sends `null`, which is no URL.
    if (!URL.canParse(origin)) return false
    const { host, hostname } = new URL(origin)
    return this.hostsOf(request).includes(host) || this.isNamed(hostname)
  }

  /** Returns the hosts of a request: the host that arrives here, and the host that the web server in front received. */
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
