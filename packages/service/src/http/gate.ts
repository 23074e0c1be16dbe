import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authenticator, Caller, May } from '../auth/index.ts'
import { auditing } from '../audit.ts'
import { systemClock } from '../clock.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The permission that the caller needs. Every route that changes something must declare it. */
    may?: May
  }
  interface FastifyRequest {
    /** The caller; only on routes that need a permission. */
    knownCaller: Caller | undefined
  }
}

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Returns whether a method changes something. */
export function isChanging(method: string | readonly string[]): boolean {
  return [method].flat().some((one) => changing.has(one))
}

/**
 * Guards the routes that change something. Only callers with the permission, and only pages of the service, get
 * through; the check precedes the reading of the request. The audit log records the changes, in the transactions that
 * make them. A changing route without a declared permission cannot be added.
 *
 * @param onRoute is called for each added route
 */
export function guard(
  app: FastifyInstance,
  auth: Authenticator,
  onRoute: (method: string, url: string) => void = () => undefined,
): void {
  app.decorateRequest('knownCaller', undefined)
  app.addHook('onRoute', ({ method, url, config }) => {
    if (isChanging(method) && config?.may === undefined)
      throw new Error(`the route ${[method].flat().join(', ')} ${url} declares no permission`)
    for (const one of [method].flat()) onRoute(one, url)
  })
  app.addHook('onRequest', async (request) => {
    app.visitors.requireOwnHost(request.raw)
    if (isChanging(request.method)) app.visitors.requireOwnPage(request.raw)
    const { may } = request.routeOptions.config
    if (may !== undefined) request.knownCaller = await auth.admit(request, may)
  })
  app.addHook('preHandler', (request, _reply, done) => {
    const { knownCaller: caller } = request
    if (caller === undefined) done()
    else
      auditing.run(
        {
          at: systemClock.now(),
          caller: caller.name,
          request: `${request.method} ${request.url.split('?')[0] ?? ''}`,
          body: request.body,
        },
        done,
      )
  })
}

/** Returns the caller of a route that needs a permission. */
export function callerOf(request: FastifyRequest): Caller {
  const { knownCaller } = request
  if (knownCaller === undefined)
    throw new Error(`${request.url} needs no permission, so its caller was not authenticated`)
  return knownCaller
}
