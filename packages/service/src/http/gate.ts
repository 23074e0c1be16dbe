import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authenticator, Caller, May } from '../auth/index.ts'
import { auditing } from '../audit.ts'
import { systemClock } from '../clock.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What whoever asks needs leave for. Every route that changes something says it. */
    may?: May
  }
  interface FastifyRequest {
    /** Who asks; only of routes that need leave. */
    knownCaller: Caller | undefined
  }
}

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Methods that change something. */
export function isChanging(method: string | readonly string[]): boolean {
  return [method].flat().some((one) => changing.has(one))
}

/**
 * Lets nobody through to what changes something but those who may and pages of ours, before their request is read; and
 * what they do is written to the audit log, in the transactions in which they do it. A changing route that does not say who may use it
 * cannot be added.
 *
 * @param onRoute told of each route that is added
 */
export function guard(
  app: FastifyInstance,
  auth: Authenticator,
  onRoute: (method: string, url: string) => void = () => undefined,
): void {
  app.decorateRequest('knownCaller', undefined)
  app.addHook('onRoute', ({ method, url, config }) => {
    if (isChanging(method) && config?.may === undefined)
      throw new Error(`the route ${[method].flat().join(', ')} ${url} does not say who may use it`)
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

/** Who sent a request to a route that needs leave. */
export function callerOf(request: FastifyRequest): Caller {
  const { knownCaller } = request
  if (knownCaller === undefined) throw new Error(`${request.url} needs no leave, so nobody asked who it is`)
  return knownCaller
}
