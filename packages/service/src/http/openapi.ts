import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { isChanging } from './gate.ts'

/** Who answers at a path, for the groups of the page. */
const groups: readonly (readonly [prefix: string, tag: string])[] = [
  ['/module-build-service/', 'modules'],
  ['/hub/', 'hub'],
  ['/composes/', 'composes'],
  ['', 'service'],
]

/** What stands at the top of the page. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40">
  <text x="0" y="29" font-family="sans-serif" font-size="28" font-weight="bold" fill="white">mbs</text>
</svg>`

/** The page is made of its own files and of what the service answers; it styles parts of itself as it runs. */
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
 * Describes every route by its schemas: as an OpenAPI document at `/openapi.json` and as a page at `/api/`. To be called
 * before any route is added.
 *
 * @param version of the service
 */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Module Build Service',
        description:
          'Builds modules, ships them. Paths below /module-build-service/ are those of the MBS of Fedora.',
        version,
        license: { name: 'MIT' },
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    transform: ({ schema, url, route }) => {
      const [, tag = 'service'] = groups.find(([prefix]) => url.startsWith(prefix)) ?? []
      const security = isChanging(route.method) ? { security: [{ bearer: [] }] } : {}
      // Files and the page itself are no part of it.
      const hide = url.startsWith('/repos/') || url.startsWith('/api')
      return { schema: { tags: [tag], ...security, ...(hide ? { hide } : {}), ...schema }, url }
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/api',
    theme: { title: 'Module Build Service' },
    staticCSP: pagePolicy,
    logo: { type: 'image/svg+xml', content: Buffer.from(logo) },
  })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
}
