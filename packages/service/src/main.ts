import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { messageSchemaRoutes, type Message, type Subscriber } from './bus/index.ts'
import type { Config } from './config/index.ts'
import { InfraError, messageOf } from './errors.ts'
import { createApp } from './http/index.ts'
import { openComposes, openRooms } from './rooms.ts'
import { signingRoutes } from './signing/index.ts'
import { telemetryRoutes } from './telemetry/index.ts'
import { openWorld, type OpenOptions, type OpenWorld } from './world.ts'

/** A running service. */
export interface Service {
  /** Where its API answers, for example `http://127.0.0.1:8600`. */
  url: string
  /** Where composes are as files. */
  composesDir: string
  /** Hands out no more work, waits for what runs in this process, closes. Builds go on in their runners. */
  stop(): Promise<void>
}

export interface ServeOptions extends OpenOptions {
  subscriber?: Subscriber
  /** Told of each route of the API. */
  onRoute?: (method: string, url: string) => void
}

/**
 * Starts the service, or the part of it that the roles name: opens the world, hands every room's parts to the
 * foundations, listens. What keeps it running is served in every role.
 *
 * @throws InfraError when the database, the sandbox or the platform cannot be had
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Service> {
  const closing: (() => Promise<void>)[] = []
  const stop = async () => {
    const failures: unknown[] = []
    // What cannot be closed must not keep the rest open.
    for (const close of closing.splice(0).reverse())
      await close().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  const has = (role: Config['roles'][number]) => config.roles.includes(role)
  try {
    const world = await openWorld(config, options, closing)
    const rooms = openRooms(world)
    await rooms.begin()
    const composes = openComposes(world.composes, rooms)
    const messages = [...rooms.messages, ...composes.messages]
    listenToBus(world, new Set(messages.map(({ topic }) => topic)), options.subscriber)
    const { engine, handlers } = rooms
    closing.push(() => engine.stop())
    for (const gauge of [...rooms.gauges, ...composes.gauges, world.queue.gauge]) world.metrics.gauge(gauge)
    const { composesDir } = world.composes
    const app = await createApp({
      log: world.log,
      metrics: world.metrics,
      auth: world.auth,
      http: {
        ...config.http,
        // Whoever is believed when they say who asks is believed when they say what was asked for.
        proxies: [...config.http.proxies, ...(config.auth.proxy?.addresses ?? [])],
      },
      version: world.about.version,
      onRoute: options.onRoute,
      routes: [
        telemetryRoutes({ metrics: world.metrics, checks: { database: () => answers(world) } }),
        messageSchemaRoutes(messages),
        ...(has('api') ? [...rooms.routes, ...composes.routes, signingRoutes(world.keys)] : []),
      ],
      files: has('api') ? [{ folder: composesDir, prefix: '/repos/' }] : [],
    })
    engine.use({
      ...handlers,
      lifeCycles: [...handlers.lifeCycles, ...composes.handlers.lifeCycles],
      effects: [...handlers.effects, ...composes.handlers.effects],
      beats: [...handlers.beats, ...world.beats],
    })
    if (has('scheduler')) await engine.start()
    closing.push(() => app.close())
    return { url: await listen(app, config.http), composesDir, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What comes from the bus is counted, and told to the log. */
function listenToBus(
  { bus, log, metrics }: OpenWorld,
  topics: ReadonlySet<string>,
  subscriber: Subscriber | undefined,
): void {
  if (subscriber !== undefined) bus.subscribe(subscriber)
  bus.subscribe((message) => {
    // Whoever may publish makes up topics; a metric of each would have no end.
    metrics.received.inc({ topic: topics.has(message.topic) ? message.topic : 'other' })
    log.info({ topic: message.topic, ...fieldsOf(message) }, 'announced')
  })
}

function fieldsOf({ topic, body }: Message): Record<string, unknown> {
  const id = topic === 'component.state.change' ? body['module_build'] : body['id']
  const subject = topic === 'compose.state.change' ? 'compose' : 'module_build'
  return { [subject]: id, package: body['package'], state: body['state_name'] }
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
