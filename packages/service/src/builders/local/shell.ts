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

/** An attempt of the local builder, as the service describes it. */
export interface AttemptPlace {
  /** `dataDir` of the configuration. Each database has a folder below it. */
  dataDir: string
  /** The database's instance. */
  instance: string
  task: number
  package: string
}

/** The program to run in a recreated build root. */
export interface ShellOptions {
  /** Runs as root of the sandbox, who may write everywhere in the build root, instead of as the builder. */
  asRoot: boolean
  /** The program and its arguments; empty: a shell. */
  command: readonly string[]
  /** Receives sentences for people about the progress and the failed steps. */
  progress: (sentence: string) => void
}

/** The builder's home, where rpm looks for the user's macros. */
const home = path.dirname(topdir)

/** bash, or the build root's other shell. */
const shell = ['sh', '-c', 'command -v bash >/dev/null && exec bash; exec sh']

/**
 * Recreates the build root of an attempt in its own folder, runs a program in it on our standard streams, and removes
 * it. It reads the attempt's files and never changes them. It must get the sources. If the source package or the
 * BuildRequires fail, it reports this and runs the program all the same.
 *
 * @returns the program's exit code
 * @throws UserError when the attempt is not on this machine, belongs to another user or cannot be recreated; InfraError
 * when the server of its sources is unavailable
 */
export async function openShell(place: AttemptPlace, options: ShellOptions): Promise<number> {
  const builds = path.join(place.dataDir, place.instance)
  const request = await requestOf(builds, place)
  // Must be below the data folder, because the resolver sees only that.
  const parent = path.join(builds, 'shells')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(path.join(parent, `${place.task}-`))
  const remove = removeWithUs(folder)
  try {
    await chmod(folder, 0o755)
    const attempt = await beginAttempt(request, attemptFiles(folder))
    // Must be written before any code of the component runs, which could replace the folder with a link.
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

/** Returns the request of the attempt. Makes sure that its files exist and that we may use them. */
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
  // A task of another builder may have the same number as one of our attempts.
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

/**
 * Installs the same packages as the attempt, but only reports a failure: a failure is the usual reason to look into a
 * build root.
 */
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
    progress(`${error.message}; the build root lacks the result of this step`)
  }
}

async function run(attempt: RunningAttempt, { asRoot, command }: ShellOptions): Promise<number> {
  const { user, confinement } = confinementOf(attempt)
  const argv = command.length === 0 ? shell : command
  if (!asRoot) return runAttached(user, confinement, argv)
  const binds = [...(confinement.binds ?? []), ...packageBinds(attempt.request.packageFolders)]
  return runAttached(user, { ...confinement, identity: 'root', writableRoot: true, binds }, argv)
}
