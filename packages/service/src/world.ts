import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino, type Logger } from 'pino'
import { Artifacts, FolderStore, HttpStore, sweepArtifacts } from './artifacts/index.ts'
import { Authenticator, type AuthConfig } from './auth/index.ts'
import { AmqpBus, InProcessBus, type Bus } from './bus/index.ts'
import { openBuilder, type BuilderParts, type GenericBuilder } from './builders/index.ts'
import { systemClock, type Clock } from './clock.ts'
import type { Config } from './config/index.ts'
import { connect, instanceOf, joinEmbeddedCluster, migrate, type Database } from './database/index.ts'
import { DistGit } from './distgit/index.ts'
import { whoseMove } from './errors.ts'
import { ownChecks } from './gating/index.ts'
import { PgBossQueue, type Beat } from './jobs/index.ts'
import { callFolder } from './places.ts'
import { openPlatforms } from './platforms/index.ts'
import type { ComposeParts, World } from './rooms.ts'
import { moveEarlierFiles } from './hub/index.ts'
import { buildUser, closeFolder, limitsOf, requireSandbox } from './sandbox/index.ts'
import { currentKey, openSigner, type signingRoutes } from './signing/index.ts'
import { Metrics } from './telemetry/index.ts'

const startTries = 20
const startPauseMs = 500

/** Looks are cheap, and what is over should go on at once. */
const lookIntervalMs = 200

export interface OpenOptions {
  log?: Logger
  /** Sentences about a long start, for people. */
  progress?: (sentence: string) => void
  /** A backend made by the caller, in place of the one that configuration names. */
  builder?: (parts: BuilderParts) => GenericBuilder
}

/** The real parts of the world, as configuration asks for them. */
export interface OpenWorld extends World {
  auth: Authenticator
  queue: PgBossQueue
  beats: Beat[]
  composes: ComposeParts
  keys: Parameters<typeof signingRoutes>[0]
}

/**
 * Opens what the rooms stand on.
 *
 * @param closing gets what closes each part, in the order in which they were opened
 * @throws InfraError when the database, the sandbox or a platform cannot be had
 */
export async function openWorld(
  config: Config,
  options: OpenOptions,
  closing: (() => Promise<void>)[],
): Promise<OpenWorld> {
  const log = options.log ?? pino({ level: config.log.level })
  const progress = options.progress ?? ((sentence: string) => log.info(sentence))
  for (const folder of [config.dataDir, config.cacheDir])
    await mkdir(folder, { recursive: true, mode: 0o755 })
  callFolder(config.dataDir, 'dataDir')
  callFolder(config.cacheDir, 'cacheDir')
  callFolder(config.signing.gnupgHome ?? '', 'signing.gnupgHome')
  callFolder(path.join(import.meta.dirname, '../../..'), 'mbs')
  const { scm, cacheDir } = config
  const user = buildUser(config.builder.user, limitsOf(config.builder))
  if (config.builder.name === 'local' && config.roles.includes('scheduler')) await requireSandbox(user)
  const isEmbedded = config.database.url === undefined
  const url = config.database.url ?? (await embedded(config, log, progress, closing))
  const { database, instance, queue } = await openDatabase(url, log, isEmbedded ? startTries : 1)
  closing.push(() => database.destroy())
  // Another database on the same folder has other builds under the same numbers: each has a folder of its own.
  const dataDir = path.join(config.dataDir, instance)
  const platforms = await openPlatforms(config.platforms, { cacheDir, user, progress })
  const bus = openBus(config.bus, instance, log)
  closing.push(() => bus.close())
  const clock = systemClock
  const collection = {
    store: openStore(config.artifacts.url, dataDir),
    graceMs: config.artifacts.graceHours * 3_600_000,
    intervalMs: 60_000,
  }
  const diskFreeBytesMin = config.artifacts.diskFreeMegabytesMin * 1024 * 1024
  const artifacts = new Artifacts({ database, clock, ...collection, diskFreeBytesMin })
  await moveEarlierFiles(database, artifacts)
  const parts: BuilderParts = {
    database,
    artifacts,
    clock,
    platforms,
    user,
    dataDir,
    cacheDir,
    lookaside: scm.lookaside,
    gitTimeoutSeconds: scm.timeoutSeconds,
    concurrentBuildsMax: config.builder.concurrentBuildsMax,
    diskFreeMegabytesMin: config.builder.diskFreeMegabytesMin,
    componentMinutesMax: config.builder.componentMinutesMax,
    distTagRequired: config.builder.distTagRequired,
  }
  // What builds have written there may be setuid.
  for (const folder of ['attempts', 'layers', 'scratch'].map((name) => path.join(dataDir, name)))
    await closeFolder(folder, user)
  await closeFolder(path.join(cacheDir, 'roots'), user)
  const builder = options.builder?.(parts) ?? (await openBuilder(config.builder.name, parts))
  const distGit = new DistGit({
    cacheDir: path.join(cacheDir, 'dist-git'),
    timeoutSeconds: scm.timeoutSeconds,
  })
  const composesDir = path.join(dataDir, 'composes')
  const scratch = path.join(dataDir, 'scratch')
  const signingScratch = path.join(dataDir, 'signing')
  await mkdir(composesDir, { recursive: true })
  await mkdir(signingScratch, { recursive: true, mode: 0o700 })
  const signing = openSigning(config, database, clock, closing)
  // A first key takes a second to make: it is there before anybody asks for it.
  signing?.currentKey().catch((error: unknown) => log.warn({ err: error }, 'there is no key to sign with'))
  const auth = new Authenticator(await authConfig(config.auth))
  const metrics = new Metrics()
  metrics.watchProcess()
  return {
    database,
    queue,
    clock,
    log,
    metrics,
    bus,
    builder,
    distGit,
    artifacts,
    collection,
    auth,
    keys: { database, clock, signer: signing?.signer, wanted: config.signing.key },
    checks: ownChecks(scratch, user),
    platforms,
    scm,
    expansion: config.expansion,
    hub: config.hub,
    retries: config.retries,
    about: { version: await packageVersion(), authMethod: auth.method, instance },
    lookIntervalMs,
    submission: config.submission,
    cleanUp: config.cleanUp,
    beats: [
      {
        name: 'mend times',
        intervalMs: 5000,
        run: () => queue.mendTimes(config.retries.pauseSecondsMax),
      },
      {
        name: 'sweep artifacts',
        intervalMs: 3_600_000,
        run: async () => {
          await sweepArtifacts({ database, clock, ...collection })
        },
      },
    ],
    composes: {
      database,
      artifacts,
      clock,
      signing,
      scratch: signingScratch,
      distGit,
      platforms,
      user,
      composesDir,
      moduleDefaults: scm.moduleDefaults,
    },
  }
}

async function packageVersion(): Promise<string> {
  const text = await readFile(path.join(import.meta.dirname, '../package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** The client's secret is in a file of its own, so that configuration can be shown. */
async function authConfig({ oidc, ...auth }: Config['auth']): Promise<AuthConfig> {
  if (oidc === undefined) return auth
  const { clientSecretFile, ...rest } = oidc
  if (clientSecretFile === undefined) return { ...auth, oidc: rest }
  return { ...auth, oidc: { ...rest, clientSecret: (await readFile(clientSecretFile, 'utf8')).trim() } }
}

function openStore(url: string | undefined, dataDir: string): FolderStore | HttpStore {
  if (url === undefined) return new FolderStore(path.join(dataDir, 'artifacts'))
  return new HttpStore({ url, cacheFolder: path.join(dataDir, 'artifact-cache') })
}

function openSigning(
  config: Config,
  database: Database,
  clock: Clock,
  closing: (() => Promise<void>)[],
): ComposeParts['signing'] {
  const signer = openSigner(config.signing, config.dataDir)
  if (signer === undefined) return undefined
  closing.push(() => signer.close())
  return {
    signer,
    currentKey: () => currentKey(database, signer, config.signing.key, 'mbs', clock.now()),
  }
}

/** @param tries a cluster that is killed just now is there again within a second or two */
async function openDatabase(
  url: string,
  log: Logger,
  tries: number,
): Promise<{ database: Database; instance: string; queue: PgBossQueue }> {
  const database = connect(url)
  try {
    await migrate(url)
    const instance = await instanceOf(database)
    const queue = await PgBossQueue.open(url, (error) => log.warn({ err: error }, 'the job queue'))
    return { database, instance, queue }
  } catch (error) {
    await database.destroy()
    if (tries <= 1 || whoseMove(error) !== 'infra') throw error
    log.warn({ err: error }, 'the embedded PostgreSQL is asked again')
    await sleep(startPauseMs)
    return openDatabase(url, log, tries - 1)
  }
}

function openBus(config: Config['bus'], instance: string, log: Logger): Bus {
  if (config.url === undefined) return new InProcessBus()
  return new AmqpBus({
    url: config.url,
    exchange: config.exchange,
    topicPrefix: config.topicPrefix,
    queue: config.queue ?? `mbs-${instance}`,
    // The outbox warns when it cannot be had; this tells each try.
    onTrouble: (error) => log.info({ err: error }, 'the broker'),
  })
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
