import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino, type Logger } from 'pino'
import { InProcessBus, type Subscriber } from './bus/index.ts'
import { openBuilder, type BuilderParts, type GenericBuilder } from './builders/index.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config/index.ts'
import { connect, instanceOf, joinEmbeddedCluster, migrate } from './database/index.ts'
import { DistGit } from './distgit/index.ts'
import { InfraError, messageOf } from './errors.ts'
import { createApp } from './http/index.ts'
import { ownChecks } from './gating/index.ts'
import { PgBossQueue } from './jobs/index.ts'
import { openPlatforms } from './platforms/index.ts'
import { openComposes, openRooms } from './rooms.ts'
import { buildUser, requireSandbox } from './sandbox/index.ts'

/** Looks are cheap, and what is over should go on at once. */
const lookIntervalMs = 200

/** A running service. */
export interface Service {
  /** Where its API answers, for example `http://127.0.0.1:8600`. */
  url: string
  /** Where composes are as files. */
  composesDir: string
  /** Hands out no more work, waits for what runs in this process, closes. Builds go on in their runners. */
  stop(): Promise<void>
}

export interface ServeOptions {
  log?: Logger
  /** Sentences about a long start, for people. */
  progress?: (sentence: string) => void
  subscriber?: Subscriber
  /** A backend made by the caller, in place of the one that configuration names. */
  builder?: (parts: BuilderParts) => GenericBuilder
}

/**
 * Starts the service: opens the world, hands every room's parts to the foundations, listens.
 *
 * @throws InfraError when the database, the sandbox or the platform cannot be had
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Service> {
  const log = options.log ?? pino({ level: config.log.level })
  const progress = options.progress ?? ((sentence: string) => log.info(sentence))
  const closing: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  try {
    for (const folder of [config.dataDir, config.cacheDir])
      await mkdir(folder, { recursive: true, mode: 0o755 })
    const user = buildUser(config.builder.user)
    if (config.builder.name === 'local') await requireSandbox(user)
    const url = config.database.url ?? (await embedded(config, log, progress, closing))
    await migrate(url)
    const database = connect(url)
    closing.push(() => database.destroy())
    // Another database on the same folder has other builds under the same numbers: each has a folder of its own.
    const dataDir = path.join(config.dataDir, await instanceOf(database))
    const platforms = await openPlatforms(config.platforms, { cacheDir: config.cacheDir, user, progress })
    const queue = await PgBossQueue.open(url, (error) => log.warn({ err: error }, 'the job queue'))
    const bus = new InProcessBus()
    if (options.subscriber !== undefined) bus.subscribe(options.subscriber)
    bus.subscribe(({ topic, body }) =>
      log.info({ topic, module_build: body['id'], state: body['state_name'] }, 'announced'),
    )
    const clock = systemClock
    const { scm } = config
    const parts: BuilderParts = {
      database,
      clock,
      platforms,
      user,
      dataDir,
      cacheDir: config.cacheDir,
      lookaside: scm.lookaside,
      gitTimeoutSeconds: scm.timeoutSeconds,
      concurrentBuildsMax: config.builder.concurrentBuildsMax,
      diskFreeMegabytesMin: config.builder.diskFreeMegabytesMin,
      componentMinutesMax: config.builder.componentMinutesMax,
    }
    const builder = options.builder?.(parts) ?? (await openBuilder(config.builder.name, parts))
    const distGit = new DistGit({
      cacheDir: path.join(config.cacheDir, 'dist-git'),
      timeoutSeconds: scm.timeoutSeconds,
    })
    const composesDir = path.join(dataDir, 'composes')
    await mkdir(composesDir, { recursive: true })
    const rooms = openRooms({
      database,
      queue,
      clock,
      log,
      bus,
      builder,
      distGit,
      checks: ownChecks(path.join(dataDir, 'scratch'), user),
      platforms,
      scm,
      retries: config.retries,
      lookIntervalMs,
      submissionBudgetMs: config.submission.budgetSeconds * 1000,
    })
    const { engine } = rooms
    closing.push(() => engine.stop())
    const composes = openComposes(
      { database, clock, distGit, platforms, user, composesDir, moduleDefaults: scm.moduleDefaults },
      rooms,
    )
    const app = await createApp({
      log,
      routes: [...rooms.routes, ...composes.routes],
      files: [{ folder: composesDir, prefix: '/repos/' }],
    })
    engine.use({
      ...rooms.handlers,
      lifeCycles: [...rooms.handlers.lifeCycles, ...composes.handlers.lifeCycles],
      effects: [...rooms.handlers.effects, ...composes.handlers.effects],
    })
    await engine.start()
    closing.push(() => app.close())
    return { url: await listen(app, config.http), composesDir, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function listen(app: FastifyInstance, { host, port }: Config['http']): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    throw new InfraError(
      'http',
      `cannot listen on ${host}:${port} (${messageOf(error)}); choose another with http.port`,
      {
        cause: error,
      },
    )
  }
}

async function embedded(
  config: Config,
  log: Logger,
  progress: (sentence: string) => void,
  closing: (() => Promise<void>)[],
): Promise<string> {
  progress('starting the embedded PostgreSQL')
  const cluster = await joinEmbeddedCluster(config.dataDir, config.cacheDir, (error) =>
    log.error({ err: error }, 'the embedded PostgreSQL cannot be started again'),
  )
  closing.push(() => cluster.leave())
  return cluster.url
}
