import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, copyFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { InfraError } from '../errors.ts'
import { withFileLock } from '../flock.ts'
import { faultOfInstallation, installationMs } from './install-packages.ts'
import { removeTree } from './remove-tree.ts'
import { runConfined, type BuildUser, type RunResult } from './run-confined.ts'
import { databaseMacro, viewsOf, type Repository } from './repository.ts'
import { rename } from '../files.ts'
import { installFault } from './machine-fault.ts'

/** Packages to install into an empty folder, and their repositories. */
export interface Installation {
  repositories: readonly Repository[]
  /** `install NAMES`, or `module install NAME:STREAM/PROFILE`: the arguments of `dnf`. */
  command: readonly string[]
  /** `platform:STREAM`, which streams of modules may require. */
  platformId: string
  /** Takes packages as a build root does: of any stream, without modular filtering. */
  moduleHotfixes: boolean
}

/**
 * Runs dnf on a root folder, confined: it sees the system read-only, the repositories, and that folder. Scriptlets run
 * there too, and without network: remote packages are fetched before.
 *
 * @param root belongs to the build user; may be empty
 * @throws InfraError when a remote repository cannot be reached, or the disk is full
 */
export async function dnfInRoot(
  user: BuildUser,
  root: string,
  installation: Installation,
  log?: string,
): Promise<RunResult> {
  const scratch = `${root}.dnf`
  await removeTree(scratch)
  await mkdir(scratch, { recursive: true })
  await writeFile(path.join(scratch, '.rpmmacros'), databaseMacro)
  await writeFile(path.join(scratch, 'repositories.repo'), repositoryFile(installation))
  const views = viewsOf(installation.repositories)
  const plugins = path.join(scratch, 'plugins')
  const applied = path.join(plugins, 'views.applied')
  await mkdir(plugins)
  if (views.length > 0) {
    const plugin = 'modular_view.py'
    await copyFile(path.join(import.meta.dirname, plugin), path.join(plugins, plugin))
    await writeFile(path.join(plugins, 'views.json'), JSON.stringify(views))
  }
  // dnf does not create the folder of its logs.
  const logs = path.join(scratch, 'log')
  await mkdir(logs)
  if (user.uid !== undefined)
    for (const folder of [scratch, logs, plugins]) await chown(folder, user.uid, user.uid)
  const folders = installation.repositories.flatMap(({ url }) =>
    url.startsWith('file://') ? [url.slice(7)] : [],
  )
  const isRemote = folders.length < installation.repositories.length
  const binds = [
    ...[...folders, ...new Set(views.map(({ content }) => content))].map((name) => ({
      path: name,
      writable: false,
    })),
    ...[root, scratch].map((folder) => ({ path: folder, writable: true })),
  ]
  const dnf = async (network: boolean, ...options: string[]) =>
    runConfined(
      user,
      { root: { kind: 'host' }, identity: 'root', binds, network, env: { HOME: scratch } },
      [
        '/usr/bin/dnf',
        ...dnfOptions(root, scratch, installation.platformId),
        ...options,
        ...installation.command,
      ],
      { timeoutMs: installationMs(user), ...(log === undefined ? {} : { log }) },
    )
  try {
    if (isRemote) {
      // Verifies the packages and keeps them in its cache. No scriptlet runs.
      const fetched = await dnf(true, '--downloadonly')
      // An unreachable repository is no fault of the packages. No scriptlet has run, so these are dnf's own words.
      if (fetched.code !== 0 && couldNotFetch.test(fetched.stderr))
        throw new InfraError('platform', faultOfInstallation(fetched, user))
      if (fetched.code !== 0) {
        await requireSpace(root, fetched)
        return fetched
      }
    }
    const result = await dnf(false, ...(isRemote ? ['--cacheonly'] : []))
    if (result.code !== 0) await requireSpace(root, result)
    if (result.code === 0 && views.length > 0 && !existsSync(applied))
      throw new InfraError('build root', 'dnf did not take the plugin that chooses the streams of modules')
    return result
  } finally {
    await removeTree(scratch)
  }
}

/** A full disk is the most likely cause of a failure, and no fault of the packages. */
async function requireSpace(root: string, result: RunResult): Promise<void> {
  const fault = await installFault(root, result)
  if (fault !== undefined) throw fault
}

/** What dnf prints when it cannot get metadata or packages of a repository. */
const couldNotFetch =
  /Failed to download metadata for repo|Error downloading packages|Failed to synchronize cache/

function dnfOptions(root: string, scratch: string, platformId: string): string[] {
  const settings = {
    reposdir: scratch,
    cachedir: path.join(scratch, 'cache'),
    logdir: path.join(scratch, 'log'),
    persistdir: path.join(scratch, 'persist'),
    varsdir: '/dev/null',
    pluginpath: path.join(scratch, 'plugins'),
    pluginconfpath: '/dev/null',
    install_weak_deps: '0',
    keepcache: '0',
    tsflags: 'nodocs',
    module_platform_id: platformId,
    best: '1',
  }
  return [
    `--installroot=${root}`,
    '--releasever=0',
    '--assumeyes',
    ...Object.entries(settings).map(([key, value]) => `--setopt=${key}=${value}`),
  ]
}

function repositoryFile({ repositories, moduleHotfixes }: Installation): string {
  return repositories
    .map(
      ({ name, url, priority, gpgKey }) =>
        `[${name}]\nname=${name}\nbaseurl=${url}\nenabled=1\npriority=${priority}\n` +
        `module_hotfixes=${moduleHotfixes ? 1 : 0}\n` +
        (gpgKey === undefined ? 'gpgcheck=0\n' : `gpgcheck=1\nrepo_gpgcheck=1\ngpgkey=${gpgKey}\n`),
    )
    .join('\n')
}

/**
 * Returns a root with these packages. It is made once and kept under the digest of its contents.
 *
 * @returns its folder, which no code may change
 * @throws InfraError with dnf's message when the installation fails
 */
export async function cachedRoot(
  user: BuildUser,
  cacheDir: string,
  content: { repositories: readonly Repository[]; packages: readonly string[]; platformId: string },
): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)
  const root = path.join(cacheDir, 'roots', digest)
  if (existsSync(root)) return root
  return withFileLock(path.join(cacheDir, 'roots', `${digest}.lock`), async () => {
    if (existsSync(root)) return root
    const fresh = `${root}.new`
    await removeTree(fresh)
    await mkdir(fresh, { recursive: true })
    if (user.uid !== undefined) await chown(fresh, user.uid, user.uid)
    const log = `${root}.log`
    const { repositories, packages, platformId } = content
    const installation = { repositories, command: ['install', ...packages], platformId, moduleHotfixes: true }
    const result = await dnfInRoot(user, fresh, installation, log)
    if (result.code !== 0)
      throw new InfraError(
        'build root',
        `dnf could not install the build group: ${faultOfInstallation(result, user)}; see ${log}`,
      )
    await rename(fresh, root)
    return root
  })
}
