import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { InfraError, UserError } from '../../errors.ts'
import { readIfPresent } from '../../files.ts'
import { packageBinds, removeWithUs, runAttached } from '../../sandbox/index.ts'
import { attemptFiles, type AttemptRequest } from './attempt.ts'
import {
  beginAttempt,
  confinementOf,
  installBuildRequires,
  makeSourcePackage,
  prepareSources,
  type RunningAttempt,
} from './steps.ts'
import { topdir } from './sandbox-folders.ts'

/** An attempt of the local builder, as its service tells of it. */
export interface AttemptPlace {
  /** `dataDir` of the configuration, below which each database has a folder. */
  dataDir: string
  /** The database's instance. */
  instance: string
  task: number
  package: string
}

/** What is to run in a build root that was made again. */
export interface ShellOptions {
  /** Root of the sandbox, who may write everywhere in the build root, instead of the builder. */
  asRoot: boolean
  /** With its arguments; empty: a shell. */
  command: readonly string[]
  /** Sentences for people about what is done, and what could not be done. */
  progress: (sentence: string) => void
}

/** The builder's home, where rpm looks for macros of one's own. */
const home = path.dirname(topdir)

/** bash, or what the build root has in place of it. */
const shell = ['sh', '-c', 'command -v bash >/dev/null && exec bash; exec sh']

/**
 * Makes the build root of an attempt again, in a folder of its own, runs a program in it on our standard streams, and
 * removes it. What the attempt left is read, and never changed. Sources must be had; where the source package cannot be
 * made or BuildRequires cannot be had, that is told, and the program runs all the same.
 *
 * @returns the program's exit code
 * @throws UserError when the attempt is not here, is not ours or cannot be made again; InfraError when its sources are
 * away
 */
export async function openShell(place: AttemptPlace, options: ShellOptions): Promise<number> {
  const builds = path.join(place.dataDir, place.instance)
  const request = await requestOf(builds, place)
  // Below the data folder: the resolver sees what is there.
  const parent = path.join(builds, 'shells')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(path.join(parent, `${place.task}-`))
  const remove = removeWithUs(folder)
  try {
    await chmod(folder, 0o755)
    const attempt = await beginAttempt(request, attemptFiles(folder))
    // Before anything runs that might make the folder a link.
    await writeFile(path.join(attempt.work.upper, home, '.rpmmacros'), `%_topdir ${topdir}\n`)
    options.progress(`fetching the sources of ${place.package}`)
    const spec = await prepareSources(attempt)
    await installWhatCanBeHad(attempt, spec, options.progress)
    options.progress(
      `this is the build root of ${place.package} as attempt ${place.task} had it; its spec is ${topdir}/${spec}`,
    )
    return await run(attempt, options)
  } finally {
    await remove()
  }
}

/** The request of the attempt, whose files are there and can be used by us. */
async function requestOf(builds: string, place: AttemptPlace): Promise<AttemptRequest> {
  const found = await stat(builds).catch(() => undefined)
  if (found === undefined)
    throw new UserError(
      404,
      `the builds of this service are not in ${builds}; run the command on the service's machine and with its configuration (--config)`,
    )
  const uid = process.getuid?.()
  if (found.uid !== uid)
    throw new UserError(
      403,
      `${builds} belongs to the user ${found.uid}, and you are ${uid}; run the command as the user of the service`,
    )
  const file = attemptFiles(path.join(builds, 'attempts', String(place.task))).request
  const text = await readIfPresent(file)
  const request = text === undefined ? undefined : (JSON.parse(text) as AttemptRequest)
  const remedy = 'build it again (mbs build retry), and look into that attempt'
  // A task of another builder may have the number of an attempt of ours.
  if (request?.package !== place.package)
    throw new UserError(
      404,
      `there is no attempt ${place.task} at ${place.package} in ${path.dirname(path.dirname(file))}: it was deleted, or another builder than the local one made it; ${remedy}`,
    )
  const { source, layers } = request
  const gone = [...layers, ...(source.kind === 'srpm' ? [source.file] : [])].find((name) => !existsSync(name))
  if (gone !== undefined)
    throw new UserError(404, `${place.package} was built with ${gone}, which was deleted; ${remedy}`)
  return request
}

/** As in the attempt, but that what fails is told: people look into build roots because something fails. */
async function installWhatCanBeHad(
  attempt: RunningAttempt,
  spec: string,
  progress: ShellOptions['progress'],
): Promise<void> {
  progress(`installing the BuildRequires of ${attempt.request.package}`)
  try {
    await installBuildRequires(attempt, spec, await makeSourcePackage(attempt, spec))
  } catch (error) {
    if (!(error instanceof UserError || error instanceof InfraError)) throw error
    progress(`${error.message}; the build root is what could be had without that`)
  }
}

async function run(attempt: RunningAttempt, { asRoot, command }: ShellOptions): Promise<number> {
  const { user, confinement } = confinementOf(attempt)
  const argv = command.length === 0 ? shell : command
  if (!asRoot) return runAttached(user, confinement, argv)
  const binds = [...(confinement.binds ?? []), ...packageBinds(attempt.request.packageFolders)]
  return runAttached(user, { ...confinement, identity: 'root', writableRoot: true, binds }, argv)
}
