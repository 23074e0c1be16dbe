import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { messageSchemaRoutes, type MessageSchema, type Subscriber } from './bus/index.ts'
import type { Config } from './config/index.ts'
import { InfraError, messageOf } from './errors.ts'
import { createApp } from './http/index.ts'
import { openRooms, serviceRooms } from './rooms.ts'
import { telemetryRoutes } from './telemetry/index.ts'
import { openWorld, type OpenOptions, type OpenWorld } from './world.ts'

/** A running service. */
export interface Service {
  /** URL of its API, for example `http://127.0.0.1:8600`. */
  url: string
  /** Folder of the composes. */
  composesDir: string
  /** Hands out no more work, waits for the work of this process, closes. Builds go on in their runners. */
  stop(): Promise<void>
}

export interface ServeOptions extends OpenOptions {
  subscriber?: Subscriber
  /** Is called for each route of the API. */
  onRoute?: (method: string, url: string) => void
}

/**
 * Starts the service, or the part of it that the roles name: opens the world, hands every room's parts to the
 * foundations, listens. Every role serves the routes for health checks, metrics and message schemas.
 *
 * @throws InfraError when the database, the sandbox or the platform is unavailable
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Service> {
  const closing: (() => Promise<void>)[] = []
  const stop = async () => {
    const failures: unknown[] = []
    // A part that cannot be closed must not keep the other parts open.
    for (const close of closing.splice(0).reverse())
      await close().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  const has = (role: Config['roles'][number]) => config.roles.includes(role)
  try {
    const world = await openWorld(config, options, closing)
    const rooms = openRooms(world, serviceRooms)
    await rooms.begin()
    listenToBus(world, rooms.messages, options.subscriber)
    const { engine } = rooms.world
    closing.push(() => engine.stop())
    for (const gauge of rooms.gauges) world.metrics.gauge(gauge)
    const app = await createApp({
      log: world.log,
      metrics: world.metrics,
      auth: world.auth,
      http: {
        ...config.http,
        // A proxy that may name the caller may also name the requested host.
        proxies: [...config.http.proxies, ...(config.auth.proxy?.addresses ?? [])],
      },
      version: world.about.version,
      onRoute: options.onRoute,
      routes: [
        telemetryRoutes({ metrics: world.metrics, checks: { database: () => answers(world) } }),
        messageSchemaRoutes(rooms.messages),
        ...(has('api') ? rooms.routes : []),
      ],
      files: has('api') ? rooms.files : [],
    })
    engine.use(rooms.handlers)
    if (has('scheduler')) await engine.start()
    closing.push(() => app.close())
    return { url: await listen(app, config.http), composesDir: world.folders.composes, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Counts and logs each message from the bus. */
function listenToBus(
  { bus, log, metrics }: OpenWorld,
  schemas: readonly MessageSchema[],
  subscriber: Subscriber | undefined,
): void {
  if (subscriber !== undefined) bus.subscribe(subscriber)
  const known = new Map(schemas.map((schema) => [schema.topic, schema]))
  bus.subscribe(({ topic, body }) => {
    const schema = known.get(topic)
    // Any client that may publish can invent topics; a metric for each would grow without bound.
    metrics.received.inc({ topic: schema === undefined ? 'other' : topic })
    log.info({ topic, ...schema?.logFields(body) }, 'announced')
  })
}

async function answers({ database }: OpenWorld): Promise<void> {
  await sql`select 1`.execute(database)
}

async function listen(app: FastifyInstance, { host, port }: Config['http']): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    throw new InfraError(
      'http',
      `cannot listen on ${host}:${port} (${messageOf(error)}); choose another with http.port`,
      { cause: error },
    )
  }
}
