import { copyFile, lstat, mkdir, open, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { formatNevra, RpmReadError, type RpmHeader } from '@mbs/rpm'
import { DistGit, fetchSources } from '../../distgit/index.ts'
import { excerpt, InfraError, UserError } from '../../errors.ts'
import {
  diskFault,
  exceeded,
  faultOfInstallation,
  installPackages,
  installFault,
  mountFault,
  packageBinds,
  pathInside,
  resolveBuildRequires,
  runConfined,
  type BuildUser,
  type Confinement,
  type RunResult,
} from '../../sandbox/index.ts'
import { isReservedPackage } from '../../reserved-packages.ts'
import { firstError } from '../first-error.ts'
import { layOut, layoutOf } from './layout.ts'
import { requireOwnRelease } from './own-release.ts'
import { copyPlainFile, giveTree, packagesBelow } from './safe-files.ts'
import { makeSandboxFolders, topdir, type SandboxFolders } from './sandbox-folders.ts'
import { userOf, type attemptFiles, type AttemptRequest } from './attempt.ts'
import { readHeader } from '../../package-header.ts'

/** A running attempt: its request, its files, and the folders of its sandbox (owned by the build user). */
export interface RunningAttempt {
  request: AttemptRequest
  files: ReturnType<typeof attemptFiles>
  work: SandboxFolders
  /** Time that rpmbuild has run so far, for source package and binaries together. */
  rpmbuildMs: number
  /** Size of the packages that were copied so far to where the build cannot reach them. */
  takenBytes: number
}

/** Size of the end of a log that is searched for errors. */
const logBytesRead = 8 * 1024 * 1024

/** After this number of rounds of dynamic BuildRequires, a spec will never be satisfied. */
const dynamicRoundsMax = 10

/** No repository of the build root has a package that the component needs for its build. */
export class MissingBuildRequires extends UserError {}

/** Makes the folders of a sandbox anew, for the user who builds. */
export async function beginAttempt(
  request: AttemptRequest,
  files: RunningAttempt['files'],
): Promise<RunningAttempt> {
  const work = await makeSandboxFolders(files.work, request.buildUserUid)
  return { request, files, work, rpmbuildMs: 0, takenBytes: 0 }
}

/** Puts spec and sources into rpm's top folder. Returns the spec's path below it. */
export async function prepareSources(attempt: RunningAttempt): Promise<string> {
  const { request, files, work } = attempt
  if (request.source.kind === 'srpm') return unpackSrpm(attempt, request.source.file)
  let spec = `SOURCES/${request.package}.spec`
  if (request.source.kind === 'generated') {
    const sources = path.join(work.build, 'SOURCES')
    await mkdir(sources, { recursive: true })
    for (const [name, text] of Object.entries(request.source.files))
      await writeFile(path.join(sources, name), text)
  } else {
    const { url, commit, ref, cache } = request.source
    const checkout = path.join(files.work, 'checkout')
    const distGit = distGitOf(request)
    await distGit.checkOut(url, commit, checkout)
    const layout = await layoutOf(checkout, request.package)
    await fetchSources(
      { checkout, sources: layout.sources, scratch: path.dirname(files.results) },
      {
        lookaside: request.lookaside,
        cache,
        branches: () => distGit.branchesOf(url, commit, ref),
        bytesMax: request.limits?.diskBytesMax,
      },
      request.package,
    )
    await layOut(checkout, layout, work.build)
    spec = layout.spec
  }
  if (request.buildUserUid !== null) await giveTree(work.build, request.buildUserUid)
  return spec
}

/** Returns dist-git with the cache that all attempts share. */
export function distGitOf({ distGitCache, gitTimeoutSeconds }: AttemptRequest): DistGit {
  return new DistGit({ cacheDir: distGitCache, timeoutSeconds: gitTimeoutSeconds })
}

/** Unpacks a source package in the sandbox, because it comes from outside. */
async function unpackSrpm(attempt: RunningAttempt, file: string): Promise<string> {
  const { request, work } = attempt
  const own = 'own.src.rpm'
  await copyFile(file, path.join(work.build, own))
  if (request.buildUserUid !== null) await giveTree(work.build, request.buildUserUid)
  const result = await runInBuild(attempt, ['rpm', '-i', '--define', `_topdir ${topdir}`, `${topdir}/${own}`])
  if (result.code !== 0) throw await failure(attempt, 'the source package could not be unpacked')
  const spec = `SPECS/${request.package}.spec`
  const found = await lstat(path.join(work.build, spec)).catch(() => undefined)
  if (found?.isFile() !== true)
    throw new UserError(422, `${request.package}: its source package has no ${request.package}.spec`)
  return spec
}

/**
 * Makes the source package, which parses its spec in the sandbox. Returns its path.
 *
 * @param folder for rpmbuild's output. Each call needs a new one, because the spec may give the package another name
 */
export async function makeSourcePackage(
  attempt: RunningAttempt,
  spec: string,
  folder = 'SRPMS',
): Promise<string> {
  const place = ['--define', `_srcrpmdir ${topdir}/${folder}`]
  const result = await rpmbuild(attempt, ['-bs', '--nodeps', ...place, `${topdir}/${spec}`])
  if (result.code !== 0) throw await failure(attempt, 'the source package could not be made')
  const file = await takePackage(attempt, '.src.rpm', folder)
  // Checked now, so that the build does not spend hours on a package that is refused in the end.
  requireOwnRelease((await readHeader(file)).nevra, attempt.request.release)
  return file
}

/**
 * Installs the requirements of the source package and runs rpmbuild.
 *
 * @returns the source package, as made with all of these requirements installed
 */
export async function buildBinaries(
  attempt: RunningAttempt,
  spec: string,
  sourcePackage: string,
  onBuild: () => Promise<void>,
): Promise<string> {
  return inRounds(attempt, spec, sourcePackage, async () => {
    await onBuild()
    return rpmbuild(attempt, ['-bb', `${topdir}/${spec}`])
  })
}

/**
 * Installs the requirements of the source package, and the dynamic ones that its spec generates from the unpacked
 * sources.
 */
export async function installBuildRequires(
  attempt: RunningAttempt,
  spec: string,
  sourcePackage: string,
): Promise<void> {
  await inRounds(attempt, spec, sourcePackage, async (source) => {
    const { requires } = await readHeader(source)
    const isDynamic = requires.some(({ name }) => name === 'rpmlib(DynamicBuildRequires)')
    return isDynamic ? rpmbuild(attempt, ['-br', `${topdir}/${spec}`]) : undefined
  })
}

/**
 * Installs the requirements of the source package and runs rpmbuild, again for each round of dynamic BuildRequires
 * (rpmbuild then ends with code 11 and leaves a package that requires them). Installed packages may bring macros with
 * which the spec requires more. The source package is then made again and replaces the earlier one.
 *
 * @param run runs rpmbuild, or returns undefined if there are no dynamic BuildRequires
 */
async function inRounds(
  attempt: RunningAttempt,
  spec: string,
  sourcePackage: string,
  run: (sourcePackage: string) => Promise<RunResult | undefined>,
): Promise<string> {
  let [source, wanted] = [sourcePackage, sourcePackage]
  for (let round = 1; round <= dynamicRoundsMax; round++) {
    if (await installRequires(attempt, wanted)) {
      const before = await requirementsOf(source)
      source = await makeSourcePackage(attempt, spec, `SRPMS-${round}`)
      if ((await requirementsOf(source)) !== before) {
        wanted = source
        continue
      }
    }
    const result = await run(source)
    if (result === undefined || result.code === 0) return source
    if (result.code !== 11) throw await failure(attempt, 'rpmbuild failed')
    wanted = await takePackage(attempt, '.buildreqs.nosrc.rpm')
  }
  throw new UserError(
    422,
    `${attempt.request.package} still adds BuildRequires after ${dynamicRoundsMax} rounds`,
  )
}

/** Returns the requirements and conflicts of a source package as one text, for comparison. */
async function requirementsOf(sourcePackage: string): Promise<string> {
  const { requires, conflicts } = await readHeader(sourcePackage)
  return JSON.stringify([requires, conflicts])
}

/** @returns whether any package had to be installed */
async function installRequires(attempt: RunningAttempt, sourcePackage: string): Promise<boolean> {
  const { request, files } = attempt
  const user = userOf(request)
  const { install, problems, broken } = await resolveBuildRequires(user, request.resolver, {
    root: await databaseRoot(attempt),
    repositories: request.repositories,
    sourcePackage,
  })
  if (broken !== null)
    throw new UserError(
      422,
      `${request.package}: the package database of its build root cannot be used (${broken}); a package that is installed there has damaged it`,
    )
  if (problems.length > 0)
    throw new MissingBuildRequires(
      422,
      `${request.package}: its BuildRequires cannot be resolved: ${excerpt(problems.join('; '))}`,
    )
  if (install.length === 0) return false
  const confinement: Confinement = {
    root: layers(attempt),
    identity: 'root',
    writableRoot: true,
    binds: packageBinds(request.packageFolders),
  }
  const inside = install.map((file) => pathInside(request.packageFolders, file))
  const result = await installPackages(user, confinement, inside, files.rootLog)
  if (result.code === 0) return true
  const fault = await installFault(files.work, result)
  if (fault !== undefined) throw fault
  throw new UserError(
    422,
    `${request.package}: its BuildRequires could not be installed: ${faultOfInstallation(result, user)}`,
  )
}

/** Returns the topmost folder with a package database, which lists all installed packages. */
async function databaseRoot({ request, work }: RunningAttempt): Promise<string> {
  for (const folder of [work.upper, ...request.layers])
    if ((await lstat(path.join(folder, 'var/lib/rpm')).catch(() => undefined)) !== undefined) return folder
  throw new InfraError('build root', 'no layer has a package database')
}

export function layers({ request, work }: RunningAttempt): Confinement['root'] {
  return { kind: 'layers', lower: request.layers, folder: work.folder }
}

async function rpmbuild(attempt: RunningAttempt, args: readonly string[]): Promise<RunResult> {
  return runInBuild(attempt, ['rpmbuild', '--define', `_topdir ${topdir}`, ...args])
}

/** Returns the build user and the confinement of rpmbuild. */
export function confinementOf(attempt: RunningAttempt): { user: BuildUser; confinement: Confinement } {
  return {
    user: userOf(attempt.request),
    confinement: {
      root: layers(attempt),
      identity: 'builder',
      binds: [
        { path: attempt.work.build, at: topdir, writable: true },
        { path: attempt.work.tmp, at: '/tmp', writable: true },
      ],
      cwd: topdir,
      env: { HOME: path.dirname(topdir) },
    },
  }
}

/**
 * Runs a program as the builder, within the rest of the attempt's time.
 *
 * @throws UserError (422) when it exceeds its time or another limit
 */
async function runInBuild(attempt: RunningAttempt, command: readonly string[]): Promise<RunResult> {
  const { request, files } = attempt
  const { user, confinement } = confinementOf(attempt)
  const timeoutMs = Math.max(1, request.minutesMax * 60_000 - attempt.rpmbuildMs)
  const began = performance.now()
  const result = await runConfined(user, confinement, [...command], { log: files.buildLog, timeoutMs })
  attempt.rpmbuildMs += performance.now() - began
  if (result.exceeded !== null) throw new UserError(422, `${request.package}: its build ${result.exceeded}`)
  if (result.timedOut)
    throw new UserError(
      422,
      `${request.package} was still building after ${request.minutesMax} minutes (builder.componentMinutesMax)`,
    )
  const fault = mountFault(result)
  if (fault !== undefined) throw fault
  return result
}

/** Reads the last megabytes of a log, which may be of any size. */
async function endOf(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.alloc(Math.min(size, logBytesRead))
    await handle.read(buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8')
  } finally {
    await handle.close()
  }
}

/**
 * Returns the error for a failed step, with the first error in the log. On a full disk the component is not at fault.
 */
async function failure(attempt: RunningAttempt, what: string): Promise<UserError | InfraError> {
  const { request, files } = attempt
  const words = await endOf(files.buildLog)
  // The output of a program is kept in memory from its begin; the log has the end of a long one.
  const fault = await diskFault(files.work, words)
  if (fault !== undefined) return fault
  const cause = firstError(words)
  return new UserError(422, `${request.package}: ${what}${cause === undefined ? '' : `: ${cause}`}`)
}

/**
 * Copies the only package of a folder with this ending to where the build cannot reach it, so that the build cannot
 * change it later.
 */
async function takePackage(attempt: RunningAttempt, ending: string, folder = 'SRPMS'): Promise<string> {
  const { request, files, work } = attempt
  const found = (await packagesBelow(path.join(work.build, folder))).filter((name) => name.endsWith(ending))
  const [source] = found
  if (found.length !== 1 || source === undefined)
    throw new UserError(
      422,
      `${request.package}: expected one ${ending} from rpmbuild, found ${found.length}`,
    )
  const target = path.join(path.dirname(files.results), path.basename(source))
  await requireSpace(attempt, [source])
  await copyPlainFile(source, target)
  await readMade(target, request.package)
  return target
}

/**
 * Counts the size of packages before they are copied. A sparse file needs no disk space in the build's folder, where
 * the limit is watched, but its copy needs its full size.
 *
 * @throws UserError (422) when all copied packages together are too large
 */
async function requireSpace(attempt: RunningAttempt, packages: readonly string[]): Promise<void> {
  const { limits, package: component } = attempt.request
  for (const file of packages) attempt.takenBytes += (await lstat(file)).size
  if (limits !== undefined && attempt.takenBytes > limits.diskBytesMax)
    throw new UserError(422, `${component}: its build ${exceeded.packages(limits)}`)
}

/** Reads the header of a package that a build has made. */
async function readMade(file: string, component: string): Promise<RpmHeader> {
  return readHeader(file).catch((error: unknown) => {
    // The file system's own errors say nothing about the package.
    if (!(error instanceof RpmReadError)) throw error
    throw new UserError(422, `${component}: ${path.basename(file)} cannot be read: ${error.reason}`)
  })
}

/**
 * Copies source package and binaries to the attempt's results. Reads each header, because a package that cannot be read
 * is no result.
 */
export async function takeResults(attempt: RunningAttempt, sourcePackage: string): Promise<string[]> {
  const { request, files, work } = attempt
  await mkdir(files.results, { recursive: true })
  const binaries = await packagesBelow(path.join(work.build, 'RPMS'))
  if (binaries.length === 0)
    throw new UserError(422, `${request.package}: its spec makes no package for ${request.arch}`)
  await requireSpace(attempt, [sourcePackage, ...binaries])
  const taken = new Map<string, string>()
  for (const file of [sourcePackage, ...binaries]) {
    const name = path.basename(file)
    const target = path.join(files.results, name)
    await copyPlainFile(file, target)
    const header = await readMade(target, request.package)
    if (header.isSource && header.nevra.name !== request.package)
      throw new UserError(422, `${request.package}: its spec names the package ${header.nevra.name}`)
    if (request.source.kind !== 'generated' && isReservedPackage(header.nevra.name))
      throw new UserError(
        422,
        `${request.package}: its spec makes a package ${header.nevra.name}, a name that is reserved for the service; rename it`,
      )
    const nevra = formatNevra(header.nevra)
    if (taken.has(nevra) || [...taken.values()].includes(name))
      throw new UserError(422, `${request.package}: its build made ${nevra} twice`)
    taken.set(nevra, name)
  }
  return [...taken.values()]
}
