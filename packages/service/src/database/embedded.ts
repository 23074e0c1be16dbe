import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, open, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import pg from 'pg'
import { InfraError, messageOf } from '../errors.ts'
import { withFileLock } from '../flock.ts'
import { runtimeFolder } from '../runtime-folder.ts'
import { findPostgres, type PostgresBinaries } from './binaries.ts'
import { readIfPresent, rename } from '../files.ts'
import { environmentForPrograms } from '../environment.ts'

/** A running cluster of the service, and the function to leave it. */
export interface EmbeddedCluster {
  url: string
  /** Stops the server unless another process still uses it. */
  leave(): Promise<void>
}

interface Identity {
  name: string
  uid: number
  gid: number
}

const database = 'mbs'

const watchEveryMs = 1000

/**
 * Joins the private PostgreSQL cluster of a data folder. It first creates or starts the cluster where needed.
 *
 * The cluster listens only on a unix socket. The first process starts the server (under a lock); a process that finds a
 * server which outlived its parent adopts it; the last process to leave stops it. PostgreSQL refuses uid 0, so root
 * runs it as another user.
 *
 * @param onTrouble is called each time that a killed server cannot be restarted; the process tries again and again
 * @throws InfraError that names the folder and the remedy
 */
export async function joinEmbeddedCluster(
  dataDir: string,
  cacheDir: string,
  onTrouble: (error: unknown) => void,
): Promise<EmbeddedCluster> {
  const identity = process.getuid?.() === 0 ? await serverIdentity() : undefined
  const binaries = await findPostgres(cacheDir, identity !== undefined)
  const cluster = path.join(dataDir, 'postgresql')
  // A socket's path may have 107 bytes at most; a data folder's path may be longer.
  const digest = createHash('sha256').update(cluster).digest('hex').slice(0, 12)
  const socketDir = await runtimeFolder(`pg-${digest}`)
  const lock = path.join(dataDir, 'postgresql.lock')
  const url = urlOf(socketDir, identity)

  const keepRunning = () =>
    withFileLock(lock, async () => {
      await privateFolder(socketDir, identity)
      if (!existsSync(path.join(cluster, 'PG_VERSION'))) await initialise(cluster, binaries, identity)
      await refuseOtherMajor(cluster, binaries)
      if (!(await answers(url))) {
        await stopWithoutSocket(cluster, socketDir, binaries, identity)
        await start(cluster, socketDir, binaries, identity, url)
      }
      await createDatabase(url)
    })
  await keepRunning()
  const stopWatching = watchOver(url, socketDir, keepRunning, onTrouble)
  return {
    url,
    leave: async () => {
      await stopWatching()
      await withFileLock(lock, async () => {
        if (!(await answers(url)) || (await staysUsed(url))) return
        await run(binaries, identity, 'pg_ctl', ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '60'])
      })
    },
  }
}

/**
 * Starts a temporary cluster for one process. It is as fast as possible: it does not survive a power failure, and it
 * does not resolve deadlocks. For the simulator.
 *
 * @param folder a new folder, best in memory; the end of the cluster removes it
 */
export async function temporaryCluster(folder: string, cacheDir: string): Promise<EmbeddedCluster> {
  const identity = process.getuid?.() === 0 ? await serverIdentity() : undefined
  const binaries = await findPostgres(cacheDir, identity !== undefined)
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o755)
  const cluster = path.join(folder, 'postgresql')
  const socketDir = path.join(folder, 'socket')
  await privateFolder(socketDir, identity)
  await initialise(cluster, binaries, identity)
  const url = urlOf(socketDir, identity)
  const fast = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off', 'jit=off']
  // The server ends with this process, however the process ends.
  const wrapper: [string, ...string[]] = ['setpriv', '--pdeathsig', 'QUIT', '--']
  await start(
    cluster,
    socketDir,
    binaries,
    identity,
    url,
    [...fast, 'deadlock_timeout=1h', 'dynamic_shared_memory_type=mmap'],
    wrapper,
  )
  await createDatabase(url)
  return {
    url,
    leave: async () => {
      await run(binaries, identity, 'pg_ctl', ['stop', '-D', cluster, '-m', 'immediate', '-w', '-t', '60'])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Watches the server. The first process that notices a killed server restarts it.
 *
 * The end of an idle connection tells at once that the server has ended. So a server that runs costs no statement and
 * no process; only its socket is looked at.
 */
function watchOver(
  url: string,
  socketDir: string,
  keepRunning: () => Promise<void>,
  onTrouble: (error: unknown) => void,
): () => Promise<void> {
  let looking = Promise.resolve()
  let isOver = false
  let client: pg.Client | undefined
  const attach = async () => {
    const next = new pg.Client({ connectionString: maintenance(url) })
    next.on('error', () => undefined)
    next.once('end', () => {
      if (client !== next) return
      client = undefined
      // A connection that ends at its begin must not make this a busy loop; the timer looks again.
      if (performance.now() - began > watchEveryMs) look()
    })
    await next.connect()
    const began = performance.now()
    client = next
  }
  const look = () => {
    looking = looking
      .then(async () => {
        if (isOver || (client !== undefined && existsSync(socketIn(socketDir)))) return
        if (!(await answers(url))) await keepRunning()
        if (client === undefined) await attach()
      })
      .catch(onTrouble)
  }
  look()
  const timer = setInterval(look, watchEveryMs)
  return async () => {
    isOver = true
    clearInterval(timer)
    await looking
    await client?.end().catch(() => undefined)
  }
}

function socketIn(folder: string): string {
  return path.join(folder, '.s.PGSQL.5432')
}

/** Returns the first existing account of a short list; every distribution has one of them. */
async function serverIdentity(): Promise<Identity> {
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of ['mbs', 'postgres', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name)
    if (account !== undefined) return { name, uid: Number(account[2]), gid: Number(account[3]) }
  }
  throw new InfraError('database', 'PostgreSQL cannot run as root; create a user mbs, postgres or nobody')
}

function urlOf(socketDir: string, identity: Identity | undefined): string {
  const user = identity?.name ?? os.userInfo().username
  return `postgresql://${user}@/${database}?host=${encodeURIComponent(socketDir)}`
}

async function privateFolder(folder: string, identity: Identity | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  if (identity !== undefined) await chown(folder, identity.uid, identity.gid)
}

async function initialise(
  cluster: string,
  binaries: PostgresBinaries,
  identity: Identity | undefined,
): Promise<void> {
  // The cluster is created beside its place, so that a kill never leaves an incomplete cluster there.
  const fresh = `${cluster}.new`
  await rm(fresh, { recursive: true, force: true })
  await privateFolder(fresh, identity)
  const options = [
    '--encoding=UTF8',
    '--locale=C',
    '--auth=trust',
    '--no-instructions',
    '-U',
    identity?.name ?? os.userInfo().username,
  ]
  await run(binaries, identity, 'initdb', ['-D', fresh, ...options])
  await rename(fresh, cluster)
}

async function refuseOtherMajor(cluster: string, binaries: PostgresBinaries): Promise<void> {
  const found = (await readFile(path.join(cluster, 'PG_VERSION'), 'utf8')).trim()
  if (found !== binaries.major)
    throw new InfraError(
      'database',
      `${cluster} was made by PostgreSQL ${found}, this machine has PostgreSQL ${binaries.major}: dump it with the programs of ` +
        `${found} (pg_dump), move the folder away, start again and restore the dump`,
    )
}

/**
 * Stops a server whose socket has gone. Other programs remove the folders of sockets: at the end of a login, or when
 * they clean /tmp. A server without its socket receives no connections and keeps another server from starting.
 */
async function stopWithoutSocket(
  cluster: string,
  socketDir: string,
  binaries: PostgresBinaries,
  identity: Identity | undefined,
): Promise<void> {
  if (existsSync(socketIn(socketDir))) return
  const [pid = ''] = ((await readIfPresent(path.join(cluster, 'postmaster.pid'))) ?? '').split('\n')
  // Another program may have this process id by now.
  const command = /^\d+$/.test(pid) ? await readIfPresent(`/proc/${pid}/cmdline`) : undefined
  if (command?.split('\0').includes(cluster) !== true) return
  await run(binaries, identity, 'pg_ctl', ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '30'])
}

async function start(
  cluster: string,
  socketDir: string,
  binaries: PostgresBinaries,
  identity: Identity | undefined,
  url: string,
  settings: readonly string[] = [],
  wrapper: readonly [] | readonly [string, ...string[]] = [],
): Promise<void> {
  const log = await open(`${cluster}.log`, 'a')
  const [command, ...before] = [...wrapper, path.join(binaries.bin, 'postgres')]
  const server = spawn(
    command,
    [
      ...before,
      '-D',
      cluster,
      '-k',
      socketDir,
      '-c',
      'listen_addresses=',
      '-c',
      'max_connections=200',
      '-c',
      'log_checkpoints=off',
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    {
      ...{ detached: true, stdio: ['ignore', log.fd, log.fd], cwd: '/', ...ids(identity) },
      // The server runs as another user, who can read its environment.
      env: environment(),
    },
  )
  await log.close()
  let ended: string | undefined
  server.once('error', (error) => (ended = error.message))
  server.once('exit', (code, signal) => (ended = `it ended with ${String(code ?? signal)}`))
  // The server survives the death of this process; the next process adopts it by its socket.
  server.unref()
  for (let tries = 0; tries < 600; tries++) {
    if (await answers(url)) return
    if (ended !== undefined) break
    await sleep(50)
  }
  throw new InfraError(
    'database',
    `PostgreSQL did not start (${ended ?? 'no answer in 30 s'}); see ${cluster}.log`,
  )
}

/**
 * Runs a program as the server's user. The working folder is the root, because that user may not reach another folder.
 */
async function run(
  binaries: PostgresBinaries,
  identity: Identity | undefined,
  program: string,
  args: string[],
): Promise<void> {
  try {
    await execa(path.join(binaries.bin, program), args, {
      ...{ cwd: '/', ...ids(identity) },
      ...{ env: environment(), extendEnv: false },
    })
  } catch (error) {
    throw new InfraError('database', `${program} failed: ${messageOf(error)}`, { cause: error })
  }
}

/** Returns the environment of the server. Without the libraries that the service itself needs, it may know no user. */
function environment(): Record<string, string> {
  const libraries: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && /^(?:LD_PRELOAD|LD_LIBRARY_PATH|NSS_WRAPPER_\w+|FAKETIME\w*)$/.test(name))
      libraries[name] = value
  return { ...environmentForPrograms(), ...libraries }
}

function ids(identity: Identity | undefined): { uid?: number; gid?: number } {
  return identity === undefined ? {} : { uid: identity.uid, gid: identity.gid }
}

/** Returns the URL of the cluster's own maintenance database, which exists before the service's database. */
function maintenance(url: string): string {
  return url.replace(`/${database}?`, '/postgres?')
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: maintenance(url) })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function createDatabase(url: string): Promise<void> {
  await asked(url, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [database])
    if (found.rowCount === 0) await client.query(`create database ${database}`)
  })
}

/**
 * Returns whether other processes use the server. This process's own connections take a moment to disappear from the
 * server's list.
 */
async function staysUsed(url: string): Promise<boolean> {
  for (let looks = 0; looks < 10; looks++) {
    if (!(await hasOtherUsers(url))) return false
    await sleep(50)
  }
  return true
}

async function hasOtherUsers(url: string): Promise<boolean> {
  return asked(url, async (client) => {
    const others = await client.query(
      "select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
    )
    return (others.rowCount ?? 0) > 0
  })
}

async function asked<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: maintenance(url) })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
