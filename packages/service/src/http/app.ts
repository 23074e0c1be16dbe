import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import fastifyStatic from '@fastify/static'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Authenticator } from '../auth/index.ts'
import { asInfraError, messageOf, shown, UserError } from '../errors.ts'
import { requireStorable } from '../storable.ts'
import type { Metrics } from '../telemetry/index.ts'
import { guard } from './gate.ts'
import { describeApi } from './openapi.ts'
import { scriptName } from './paging.ts'
import { patientServer, refuseClient, type Patience } from './server.ts'
import { Visitors, type VisitorRules } from './visitors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The rules for visitors, and the names of the service. */
    visitors: Visitors
  }
}

/** The rules by which clients reach the service. */
export type HttpRules = Patience & Omit<VisitorRules, 'isOpen'>

/** A folder that the server serves as static files. */
export interface ServedFolder {
  folder: string
  prefix: string
}

/** Creates the HTTP app: the rooms' routes, repositories as static files, every error in upstream's JSON form. */
export async function createApp(options: {
  log: FastifyBaseLogger
  metrics: Metrics
  auth: Authenticator
  http: HttpRules
  version: string
  onRoute?: ((method: string, url: string) => void) | undefined
  routes: readonly FastifyPluginAsync[]
  files: readonly ServedFolder[]
}): Promise<FastifyInstance> {
  const visitors = new Visitors({ ...options.http, isOpen: options.auth.isOpen })
  const fail = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const { status, message, where } = answerTo(error)
    if (status >= 500) options.metrics.failure(error, 'http')
    const id = status >= 500 ? randomUUID() : undefined
    if (status >= 500) request.log.error({ err: error, id, url: request.url }, 'a request failed')
    const text = id === undefined || status === 503 ? message : `An internal error was logged under ${id}.`
    // The route may have set the type of its own content.
    return reply
      .status(status)
      .type('application/json; charset=utf-8')
      .send({
        status,
        error: STATUS_CODES[status] ?? 'Error',
        message: text,
        ...(where === undefined ? {} : { where }),
      })
  }
  const app = Fastify({
    serverFactory: (listener) => patientServer(options.http, listener),
    clientErrorHandler: refuseClient,
    // Errors of paths that Fastify cannot look up.
    frameworkErrors: (error, request, reply) => void fail(error, request as never, reply as never),
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    // The longest name in a path is that of a build, percent-encoded.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2400 },
    bodyLimit: 1024 * 1024,
    rewriteUrl: (request) => {
      const own = withoutPrefix(request.url ?? '/', visitors.saidByProxy(request, 'x-script-name'))
      return options.files.some(({ prefix }) => own.startsWith(prefix)) ? unescapeReserved(own) : own
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  // A response's schema only describes it; a field that the schema lacks must stay in the response.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.decorate('visitors', visitors)
  guard(app, options.auth, options.onRoute)
  await describeApi(app, options.version)
  app.addHook('preHandler', (request, _reply, done) => {
    const { version } = request.params as { version?: number }
    // Versions 1 and 2 exist and differ only in the response to a submission.
    if (version !== undefined && version !== 1 && version !== 2)
      done(
        new UserError(
          404,
          `The requested API version "${version}" is not available; there are 1 and 2.`,
        ) as unknown as FastifyError,
      )
    else done()
  })
  // No route may receive a value that PostgreSQL cannot store.
  app.addHook('preValidation', (request, _reply, done) => {
    for (const values of [request.params, request.query, request.body]) requireStorable(values, '')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    options.metrics.requests.observe(labels, reply.elapsedTime / 1000)
    done()
  })
  // Pages of any site may read module builds; upstream allows the same for these paths.
  app.addHook('onSend', (request, reply, payload, done) => {
    const { url = '' } = request.routeOptions
    if (request.method === 'GET' && url.startsWith('/module-build-service/') && !url.endsWith('/messages'))
      reply.header('access-control-allow-origin', '*')
    done(null, payload)
  })
  app.setErrorHandler(fail)
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send({
      status: 404,
      error: STATUS_CODES[404],
      message: shown(`There is nothing at ${request.method} ${request.url}.`),
    }),
  )
  for (const [index, { folder, prefix }] of options.files.entries())
    await app.register(fastifyStatic, {
      root: folder,
      prefix,
      decorateReply: index === 0,
      list: false,
      index: false,
      // For any file name; see noPage.
      setHeaders: (reply) => void reply.header('content-type', 'application/octet-stream'),
    })
  for (const routes of options.routes) await app.register(routes)
  // The server closes idle connections when it stops, but would keep those that become idle afterwards for a next
  // request, and those whose client does not read its response.
  app.addHook('preClose', (done) => {
    app.server.keepAliveTimeout = 1
    const last = setTimeout(() => app.server.closeAllConnections(), options.http.bodySeconds * 1000)
    app.server.once('close', () => clearTimeout(last))
    done()
  })
  return app
}

/** Returns the place and the fault of an invalid parameter. */
function describeInvalid(faults: NonNullable<FastifyError['validation']>, context: string) {
  const unknown = faults.flatMap(
    ({ params }) => (params['additionalProperties'] as string[] | undefined) ?? [],
  )
  if (unknown.length > 0)
    return {
      message: `Unknown parameter: ${unknown.map((name) => `"${name}"`).join(', ')}.`,
      where: context,
    }
  const [fault] = faults
  const place = fault?.instancePath.split('/').slice(1).join('.') ?? ''
  return {
    message: `${place === '' ? context : place} ${fault?.message ?? 'is wrong'}`,
    where: place === '' ? context : place,
  }
}

/** Removes the prefix under which a proxy serves the service from a path (upstream: ReverseProxy). */
function withoutPrefix(url: string, header: string | undefined): string {
  const prefix = scriptName(header)
  return prefix !== '' && url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : url
}

/**
 * Decodes reserved characters in the path of a static file. dnf requests the `+` of a dist tag as %2b. The file server
 * decodes a path by decodeURI, which leaves such reserved characters escaped; in a path they stand for themselves.
 */
function unescapeReserved(url: string): string {
  return url.replace(/%(?:2b|3a|40|2c|24|26|3b|3d)/gi, decodeURIComponent)
}

function answerTo(error: FastifyError): { status: number; message: string; where?: string | undefined } {
  if (error instanceof UserError) return { status: error.status, message: error.message, where: error.where }
  const infra = asInfraError(error)
  if (infra !== undefined) return { status: 503, message: infra.message }
  if (error.validation !== undefined) {
    const { message, where } = describeInvalid(error.validation, error.validationContext ?? 'request')
    const fault = new UserError(400, message, where)
    return { status: fault.status, message: fault.message, where: fault.where }
  }
  const status = error.statusCode ?? 500
  return { status: status >= 400 && status < 500 ? status : 500, message: messageOf(error) }
}
