import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino, type Logger } from 'pino'
import { Artifacts, FolderStore, HttpStore } from './artifacts/index.ts'
import { Authenticator, type AuthConfig } from './auth/index.ts'
import { AmqpBus, InProcessBus, type Bus } from './bus/index.ts'
import { openBuilder, type GenericBuilder, type LocalBuilderParts } from './builders/index.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config/index.ts'
import { crossed } from './crash-points.ts'
import { connect, instanceOf, joinEmbeddedCluster, migrate, type Database } from './database/index.ts'
import { DistGit } from './distgit/index.ts'
import { whoseMove } from './errors.ts'
import { ownChecks } from './gating/index.ts'
import { PgBossQueue, Readers } from './jobs/index.ts'
import { callFolder } from './places.ts'
import { openPlatforms } from './platforms/index.ts'
import type { ServiceWorld } from './rooms.ts'
import { hubChanges, type Hub } from './hub/index.ts'
import { LocalHub, moveEarlierFiles } from './hub/local/index.ts'
import { buildUser, closeFolder, limitsOf, requireSandbox, type BuildUser } from './sandbox/index.ts'
import { openSigner } from './signing/index.ts'
import { Metrics } from './telemetry/index.ts'

const startTries = 20
const startPauseMs = 500

/** A look is cheap, it happens only while changes are pending, and a subject should go on as soon as they are done. */
const lookIntervalMs = 200

export interface OpenOptions {
  log?: Logger
  /** Receives sentences for people about a long start. */
  progress?: (sentence: string) => void
  /** Makes a builder that replaces the configured one. */
  builder?: (parts: LocalBuilderParts) => GenericBuilder
  /** A hub that replaces the service's own. */
  hub?: Hub
}

/** The real parts of the world, as the configuration describes them. */
export interface OpenWorld extends ServiceWorld {
  auth: Authenticator
  distGit: DistGit
  user: BuildUser
  /** The folder of published composes, and the folder in which copies are signed. Builds see neither. */
  folders: { composes: string; signing: string }
}

/**
 * Opens the parts of the world that the rooms need.
 *
 * @param closing receives the functions that close each part, in the order in which the parts were opened
 * @throws InfraError when the database, the sandbox or a platform is unavailable
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
  const { preparedStatements: prepares } = config.database
  const open = { prepares, tries: isEmbedded ? startTries : 1 }
  const { database, instance, queue } = await openDatabase(url, log, open)
  closing.push(() => database.destroy())
  // Another database on the same folder has other builds under the same numbers: each database has its own folder.
  const dataDir = path.join(config.dataDir, instance)
  const platforms = await openPlatforms(config.platforms, { cacheDir, user, progress })
  const bus = openBus(config.bus, instance, log)
  closing.push(() => bus.close())
  const wakes = new Readers()
  await queue.announceTo(wakes)
  const clock = systemClock
  const collection = {
    store: openStore(config.artifacts.url, dataDir),
    graceMs: config.artifacts.graceHours * 3_600_000,
    intervalMs: 60_000,
  }
  const diskFreeBytesMin = config.artifacts.diskFreeMegabytesMin * 1024 * 1024
  const artifacts = new Artifacts({ database, clock, ...collection, diskFreeBytesMin })
  await moveEarlierFiles(database, artifacts)
  const own = crossed('hub', new LocalHub({ database, artifacts, clock }), hubChanges)
  const hub = options.hub ?? own
  const distGit = new DistGit({
    cacheDir: path.join(cacheDir, 'dist-git'),
    timeoutSeconds: scm.timeoutSeconds,
  })
  const parts: LocalBuilderParts = {
    distGit,
    hub: own,
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
  // Files that builds have written there may be setuid.
  for (const folder of ['attempts', 'layers', 'scratch'].map((name) => path.join(dataDir, name)))
    await closeFolder(folder, user)
  await closeFolder(path.join(cacheDir, 'roots'), user)
  const builder = options.builder?.(parts) ?? (await openBuilder(config.builder.name, parts))
  if (config.roles.includes('scheduler'))
    closing.push(await builder.watchEnds(() => wakes.wake('ends of attempts')))
  const signer = openSigner(config.signing, config.dataDir)
  if (signer !== undefined) closing.push(() => signer.close())
  const signing = { signer, wanted: config.signing.key }
  const auth = new Authenticator(await authConfig(config.auth))
  const metrics = new Metrics()
  metrics.watchProcess()
  return {
    database,
    queue,
    wakes,
    clock,
    log,
    metrics,
    bus,
    builder,
    hub,
    distGit,
    artifacts,
    collection,
    auth,
    user,
    signing,
    folders: { composes: path.join(dataDir, 'composes'), signing: path.join(dataDir, 'signing') },
    checks: ownChecks(path.join(dataDir, 'scratch'), user),
    platforms,
    scm,
    expansion: config.expansion,
    develModules: config.hub.develModules,
    retries: config.retries,
    about: { version: await packageVersion(), authMethod: auth.method, instance },
    lookIntervalMs,
    submission: config.submission,
    cleanUp: config.cleanUp,
  }
}

async function packageVersion(): Promise<string> {
  const text = await readFile(path.join(import.meta.dirname, '../package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Reads the client's secret from its own file. The configuration has no secret and can therefore be shown. */
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

/** @param options.tries a cluster that was killed just now is available again within a second or two */
async function openDatabase(
  url: string,
  log: Logger,
  { prepares, tries }: { prepares: boolean; tries: number },
): Promise<{ database: Database; instance: string; queue: PgBossQueue }> {
  const database = connect(url, { prepares })
  try {
    await migrate(url)
    const instance = await instanceOf(database)
    const onError = (error: Error) => log.warn({ err: error }, 'the job queue')
    const queue = await PgBossQueue.open(url, onError, { prepares })
    return { database, instance, queue }
  } catch (error) {
    await database.destroy()
    if (tries <= 1 || whoseMove(error) !== 'infra') throw error
    log.warn({ err: error }, 'the embedded PostgreSQL is asked again')
    await sleep(startPauseMs)
    return openDatabase(url, log, { prepares, tries: tries - 1 })
  }
}

function openBus(config: Config['bus'], instance: string, log: Logger): Bus {
  if (config.url === undefined) return new InProcessBus()
  return new AmqpBus({
    url: config.url,
    exchange: config.exchange,
    topicPrefix: config.topicPrefix,
    queue: config.queue ?? `mbs-${instance}`,
    // The outbox warns when the broker is unavailable; this logs each try.
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
