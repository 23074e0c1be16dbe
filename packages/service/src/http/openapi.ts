import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import { apiError } from './answers.ts'
import { isChanging } from './gate.ts'
import { nameSchemas } from './name-schemas.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The body that a route reads by itself, by its media type; or the declaration that it takes none. Only the
     * description uses it.
     */
    takes?: 'nothing' | Readonly<Record<string, TSchema>>
  }
}

/** The groups of paths on the page. */
const groups: readonly (readonly [prefix: string, tag: string])[] = [
  ['/module-build-service/', 'modules'],
  ['/hub/', 'hub'],
  ['/composes/', 'composes'],
  ['', 'service'],
]

/** The logo at the top of the page. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40">
  <text x="0" y="29" font-family="sans-serif" font-size="28" font-weight="bold" fill="white">mbs</text>
</svg>`

/** The page consists of its own files and of the service's responses; it sets styles while it runs. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * Describes every route by its schemas: as an OpenAPI document at `/openapi.json` and as a page at `/api/`. The caller
 * must call it before it adds any route. A route without schemas of its request and response cannot be added.
 *
 * @param version of the service
 */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  app.addHook('onRoute', requireDescribed)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Module Build Service',
        description:
          'Builds and ships RPM modules. Paths below /module-build-service/ are those of the Fedora MBS.',
        version,
        license: { name: 'MIT' },
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    transform: ({ schema, url, route }) => {
      const [, tag = 'service'] = groups.find(([prefix]) => url.startsWith(prefix)) ?? []
      const security = isChanging(route.method) ? { security: [{ bearer: [] }] } : {}
      const hide = isDescribed(url, schema) ? {} : { hide: true }
      const response = inWords({ ...errorsOf(route), ...responsesOf(schema) })
      return { schema: { tags: [tag], ...security, ...hide, ...schema, ...bodyOf(route), response }, url }
    },
    transformObject: (document) => nameSchemas('openapiObject' in document ? document.openapiObject : {}),
  })
  await app.register(swaggerUi, {
    routePrefix: '/api',
    theme: { title: 'Module Build Service' },
    staticCSP: pagePolicy,
    logo: { type: 'image/svg+xml', content: Buffer.from(logo) },
  })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
}

/** Returns whether a route is part of the description. Static files and the page itself are not. */
function isDescribed(url: string, schema: FastifySchema | undefined): boolean {
  return !url.startsWith('/repos/') && !url.startsWith('/api') && schema?.hide !== true
}

function responsesOf(schema: FastifySchema | undefined): Record<string, unknown> {
  return (schema?.response ?? {}) as Record<string, unknown>
}

/** @throws Error for a route without a schema of its response or its body */
function requireDescribed({ method, url, schema, config }: RouteOptions): void {
  if (!isDescribed(url, schema)) return
  const name = `the route ${[method].flat().join(', ')} ${url}`
  if (!Object.keys(responsesOf(schema)).some((status) => status.startsWith('2')))
    throw new Error(`${name} has no response schema`)
  const takesBody = [method].flat().some((one) => ['POST', 'PUT', 'PATCH'].includes(one))
  if (takesBody && schema?.body === undefined && config?.takes === undefined)
    throw new Error(`${name} has no request schema and does not declare an empty request`)
}

/** Returns the described body of a route that reads its body by itself. */
function bodyOf({ config }: RouteOptions): { body?: unknown } {
  const { takes } = config ?? {}
  if (takes === undefined || takes === 'nothing') return {}
  const content = Object.entries(takes).map(([mediaType, schema]) => [mediaType, { schema }] as const)
  return { body: { content: Object.fromEntries(content) } }
}

/** Returns the error statuses that any route of this kind may have. A route itself declares its special ones. */
function errorsOf({ method, url }: RouteOptions): Record<string, unknown> {
  const statuses = [
    // The request has the wrong form, the host is not the service's, a bug, the database is unavailable.
    ...[400, 403, 500, 503],
    // The object does not exist, or its name is too long.
    ...(url.includes(':') ? [404, 414] : []),
    // The caller is unknown; the body does not arrive in time, is too large, or has an unknown media type.
    ...(isChanging(method) ? [401, 408, 413, 415] : []),
  ]
  return Object.fromEntries(statuses.map((status) => [status, apiError]))
}

/** Gives each error response the words of its status as its description. */
function inWords(responses: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, schema]) => [
      status,
      schema === apiError ? { ...apiError, 'x-response-description': STATUS_CODES[status] } : schema,
    ]),
  )
}
