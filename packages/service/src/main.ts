import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino, type Logger } from 'pino'
import { Outbox, type Subscriber } from './bus/index.ts'
import { openBuilder, type BuilderParts, type GenericBuilder } from './builders/index.ts'
import { systemClock } from './clock.ts'
import { composeEffects, composeLifeCycle, composeRoutes } from './composes/index.ts'
import type { Config } from './config/index.ts'
import { connect, instanceOf, joinEmbeddedCluster, migrate } from './database/index.ts'
import { DistGit } from './distgit/index.ts'
import { InfraError, messageOf } from './errors.ts'
import { createApp } from './http/index.ts'
import { Engine, PgBossQueue } from './jobs/index.ts'
import {
  moduleBuildEffects,
  moduleBuildLifeCycle,
  moduleBuildLookouts,
  moduleBuildRoutes,
} from './modulebuilds/index.ts'
import { openPlatforms } from './platforms/index.ts'
import { buildUser, requireSandbox } from './sandbox/index.ts'
import { submissionEffects, submissionRoutes } from './submission/index.ts'

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
    const database = connect(url)
    closing.push(() => database.destroy())
    await migrate(database)
    // Another database on the same folder has other builds under the same numbers: each has a folder of its own.
    const dataDir = path.join(config.dataDir, await instanceOf(database))
    const platforms = await openPlatforms(config.platforms, { cacheDir: config.cacheDir, user, progress })
    const queue = await PgBossQueue.open(url, (error) => log.warn({ err: error }, 'the job queue'))
    const clock = systemClock
    const engine = new Engine({ database, queue, clock, log })
    closing.push(() => engine.stop())
    const outbox = new Outbox({ database, queue, clock })
    if (options.subscriber !== undefined) outbox.subscribe(options.subscriber)
    outbox.subscribe(({ topic, body }) =>
      log.info({ topic, id: body['id'], state: body['state_name'] }, 'announced'),
    )
    const { scm } = config
    const distGit = new DistGit({
      cacheDir: path.join(config.cacheDir, 'dist-git'),
      timeoutSeconds: scm.timeoutSeconds,
    })
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
      componentMinutesMax: config.builder.componentMinutesMax,
    }
    const builder = options.builder?.(parts) ?? (await openBuilder(config.builder.name, parts))
    const composesDir = path.join(dataDir, 'composes')
    await mkdir(composesDir, { recursive: true })
    const base = { database, clock, platforms, user, engine, outbox, distGit }
    const builds = { ...base, builder, scratchDir: path.join(dataDir, 'scratch') }
    const submissions = {
      ...base,
      allowed: scm.allowed,
      rpms: scm.rpms,
      budgetMs: config.submission.budgetSeconds * 1000,
    }
    const composes = { ...base, composesDir, moduleDefaults: scm.moduleDefaults }
    const app = await createApp({
      log,
      routes: [submissionRoutes(submissions), moduleBuildRoutes(builds), composeRoutes(base)],
      files: [{ folder: composesDir, prefix: '/repos/' }],
    })
    await engine.start(
      {
        lifeCycles: [moduleBuildLifeCycle(base), composeLifeCycle(base)],
        effects: [
          ...submissionEffects(submissions),
          ...moduleBuildEffects(builds),
          ...composeEffects(composes),
        ],
        lookouts: moduleBuildLookouts(builds),
      },
      () => outbox.relay(),
    )
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
