import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, open, readFile, rm } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InfraError } from '../errors.ts'
import { writeFileAtomically } from '../files.ts'
import { withFileLock } from '../flock.ts'
import { runtimeFolder } from '../runtime-folder.ts'
import { databaseMacro, viewsOf, type Repository } from './repository.ts'
import { spawnConfined, type BuildUser } from './run-confined.ts'

export interface Resolution {
  /** RPM files to install in addition to the packages in the root. */
  install: string[]
  /** Reasons why it cannot be resolved, one sentence each; empty on success. */
  problems: string[]
  /** The fault of the root's package database, which installed packages may have damaged; null if it is readable. */
  broken: string | null
}

/** The resolver's own folder, and the folders that it may read. */
export interface ResolverPlace {
  /** Its own folder: program, cache, log. */
  folder: string
  /** Folders with roots, source packages and `file://` repositories. */
  readable: readonly string[]
  /** Whether a repository needs the network. */
  network: boolean
}

/**
 * Resolves which packages the source package at `sourcePackage` needs in `root`, with dnf's own resolution.
 *
 * Asks the running resolver of this place, and starts one if none answers. The resolver outlives the service.
 *
 * @throws InfraError when no resolver starts, or when it fails
 */
export async function resolveBuildRequires(
  user: BuildUser,
  place: ResolverPlace,
  request: { root: string; repositories: readonly Repository[]; sourcePackage: string },
): Promise<Resolution> {
  const resolver = await prepare(user, place)
  const views = viewsOf(request.repositories)
  const line = JSON.stringify({ ...request, views, cache: resolver.cache })
  const first = await ask(resolver.socket, line).catch(() => undefined)
  const reply = first ?? (await askAfterStart(user, resolver, place, line))
  if ('error' in reply) throw new InfraError('resolver', reply.error)
  return reply
}

/** The resolver may have to fetch the metadata of a remote repository first. */
const answerMsMax = 10 * 60_000

type Reply = Resolution | { error: string }

interface Resolver {
  cache: string
  log: string
  program: string
  socket: string
}

/** The resolver's files. `resolver.py` is written last: if it exists, the others exist too. */
const programFiles = ['modular_view.py', 'resolver.py']

/** Copies the program to where the build user can read it, under its digest. So a new version is a new resolver. */
async function prepare(user: BuildUser, place: ResolverPlace): Promise<Resolver> {
  const texts = await Promise.all(
    programFiles.map((name) => readFile(path.join(import.meta.dirname, name), 'utf8')),
  )
  const digest = createHash('sha256')
    .update(JSON.stringify([texts, place]))
    .digest('hex')
    .slice(0, 16)
  const runtime = await runtimeFolder(`resolver-${digest}`)
  const resolver = {
    cache: path.join(place.folder, 'cache'),
    log: path.join(place.folder, 'log'),
    program: path.join(place.folder, `resolver-${digest}`, 'resolver.py'),
    socket: path.join(runtime, 'socket'),
  }
  if (existsSync(resolver.program) && existsSync(resolver.cache) && existsSync(runtime)) return resolver
  // A resolver whose folder was deleted would answer with errors. Removing its socket lets a new resolver replace it.
  await rm(resolver.socket, { force: true })
  for (const folder of [resolver.cache, runtime]) {
    await mkdir(folder, { recursive: true })
    if (user.uid !== undefined) await chown(folder, user.uid, user.uid)
  }
  await writeFileAtomically(path.join(resolver.cache, '.rpmmacros'), databaseMacro)
  for (const [index, text] of texts.entries())
    await writeFileAtomically(path.join(path.dirname(resolver.program), programFiles[index] ?? ''), text)
  return resolver
}

async function askAfterStart(
  user: BuildUser,
  resolver: Resolver,
  place: ResolverPlace,
  line: string,
): Promise<Reply> {
  return withFileLock(path.join(place.folder, 'start.lock'), async () => {
    const reply = await ask(resolver.socket, line).catch(() => undefined)
    if (reply !== undefined) return reply
    await start(user, resolver, place)
    return ask(resolver.socket, line)
  })
}

async function start(user: BuildUser, resolver: Resolver, place: ResolverPlace): Promise<void> {
  const log = await open(resolver.log, 'a')
  const writable = [resolver.cache, path.dirname(resolver.socket)]
  const child = spawnConfined(
    user,
    {
      root: { kind: 'host' },
      identity: 'root',
      binds: [
        ...[...place.readable, path.dirname(resolver.program)].map((name) => ({
          path: name,
          writable: false,
        })),
        ...writable.map((name) => ({ path: name, writable: true })),
      ],
      network: place.network,
      env: { HOME: resolver.cache },
      outlivesParent: true,
    },
    ['/usr/bin/python3', resolver.program, resolver.socket],
    ['ignore', log.fd, log.fd],
    true,
  )
  await log.close()
  child.unref()
  for (let tries = 0; tries < 400; tries++) {
    if (await answers(resolver.socket)) return
    if (child.exitCode !== null) break
    await sleep(25)
  }
  throw new InfraError('resolver', `it did not start; see ${resolver.log}`)
}

async function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(socket, () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', () => resolve(false))
  })
}

async function ask(socket: string, line: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const connection = net.connect(socket)
    connection.setTimeout(answerMsMax, () =>
      connection.destroy(new InfraError('resolver', 'it does not answer')),
    )
    let text = ''
    connection.setEncoding('utf8').on('data', (part: string) => (text += part))
    connection.once('error', reject)
    connection.once('end', () => {
      if (text === '') reject(new InfraError('resolver', 'it ended without an answer'))
      else resolve(JSON.parse(text) as Reply)
    })
    connection.write(`${line}\n`)
  })
}
