import { open } from 'node:fs/promises'
import path from 'node:path'
import type { Artifacts } from '../../artifacts/index.ts'
import { type Clock } from '../../clock.ts'
import type { DistGit } from '../../distgit/index.ts'
import { isMissing } from '../../files.ts'
import { shown, UserError } from '../../errors.ts'
import type { LocalHub } from '../../hub/local/index.ts'
import type { Platform } from '../../platforms/index.ts'
import { nsvcOfTag } from '../../published/index.ts'
import { cachedRoot, type BuildUser, type Repository, type ResolverPlace } from '../../sandbox/index.ts'
import type {
  Attempt,
  BuildrootWish,
  Collected,
  ComponentPlan,
  LogName,
  PackageDependencies,
  RepoStatus,
  TaskId,
  TaskStatus,
} from '../generic-builder.ts'
import { HubBuilder } from '../hub-builder.ts'
import { importResults } from './import-results.ts'
import { installedLayer } from './layer.ts'
import { AttemptQueue, type QueuedAttempts } from './queue.ts'
import { repositoryOfTag } from './repositories.ts'
import { surveySpec } from './survey-spec.ts'

/** The services and settings of the local builder. */
export interface LocalBuilderParts {
  hub: LocalHub
  artifacts: Artifacts
  clock: Clock
  platforms: ReadonlyMap<string, Platform>
  user: BuildUser
  dataDir: string
  cacheDir: string
  distGit: DistGit
  lookaside: string
  gitTimeoutSeconds: number
  concurrentBuildsMax: number
  diskFreeMegabytesMin: number
  componentMinutesMax: number
  /** Whether the builder refuses a package without the dist tag of its module build. */
  distTagRequired: boolean
}

/**
 * Builds real packages on this machine. Each component is built in an overlay over a cached base root, in a sandbox
 * without network. Each attempt has a runner, which outlives the service; the attempt's folder is the task.
 */
export class LocalBuilder extends HubBuilder {
  override readonly name = 'local'
  override readonly can = { importedBases: false }
  /** An end wakes the service. This finds killed runners, and the present step of the others. */
  override readonly lookIntervalMs = 1000
  /** Starts queued attempts when a builder is free. */
  override readonly beats = [
    {
      name: 'start attempts',
      intervalMs: 1000,
      wokenBy: 'ends of attempts',
      run: () => this.queue.startNext(),
    },
  ] as const
  private readonly parts: LocalBuilderParts
  private readonly queue: AttemptQueue

  constructor(parts: LocalBuilderParts) {
    super(parts)
    this.parts = parts
    this.queue = new AttemptQueue(
      path.join(parts.dataDir, 'attempts'),
      parts.concurrentBuildsMax,
      parts.diskFreeMegabytesMin * 1024 * 1024,
    )
  }

  override async addRepos(
    buildroot: Pick<BuildrootWish, 'tag' | 'platform'>,
    dependencies: readonly string[],
  ): Promise<void> {
    await super.addRepos(buildroot, dependencies)
    // The base root may take some seconds to make. Making it here lets the module build show this as its reason for
    // waiting. Before this, a resumed build would still have the streams of its first run.
    await this.buildroot(buildroot)
  }

  override async regenerate(wish: BuildrootWish): Promise<RepoStatus> {
    // The next repository contains all tagged builds at once. Making it here finds a faulty one before a component
    // does.
    await this.buildroot(wish)
    return { ready: true }
  }

  override buildrootsReady(wishes: readonly BuildrootWish[]): Promise<RepoStatus[]> {
    return Promise.resolve(wishes.map(() => ({ ready: true })))
  }

  override async build(component: ComponentPlan, attempt: Attempt): Promise<TaskId> {
    const { layers, repositories, folders, resolver } = await this.buildroot(component)
    const { lookaside, cacheDir, gitTimeoutSeconds, user, componentMinutesMax, distTagRequired } = this.parts
    await this.queue.add(
      attempt,
      {
        package: component.package,
        source: component.source,
        layers,
        repositories,
        resolver,
        packageFolders: folders,
        lookaside,
        distGitCache: path.join(cacheDir, 'dist-git'),
        gitTimeoutSeconds,
        arch: this.platform(component.platform).arches[0] ?? '',
        release: { distTag: component.distTag, isRequired: distTagRequired },
        buildUserUid: user.uid ?? null,
        limits: user.limits,
        minutesMax: componentMinutesMax,
      },
      { owner: component.owner, module: component.tag, seconds: component.expectedSeconds },
    )
    return attempt
  }

  override async dependenciesOf(component: ComponentPlan): Promise<PackageDependencies> {
    const { layers } = await this.buildroot(component)
    const { dataDir, distGit, user } = this.parts
    return surveySpec({ user, distGit, scratch: dataDir }, layers, component)
  }

  override watchEnds(wake: () => void): Promise<() => Promise<void>> {
    return this.queue.watchEnds(wake)
  }

  override async observe(tasks: readonly TaskId[]): Promise<ReadonlyMap<TaskId, TaskStatus>> {
    const queued = this.queue.queued()
    // Without tasks nobody waits for it.
    queued.catch(() => undefined)
    const statuses = await Promise.all(
      tasks.map(async (task) => {
        // A task with unreadable files must not prevent the look at other tasks.
        const status = await this.status(task, queued).catch((error: unknown): TaskStatus => ({
          state: 'unseen',
          error,
        }))
        return [task, status] as const
      }),
    )
    return new Map(statuses)
  }

  override async collect(task: TaskId): Promise<Collected> {
    const look = await this.queue.look(task)
    if (look.state !== 'ended' || look.result.state !== 'complete')
      throw new Error(`the attempt ${task} has nothing to collect: it is ${look.state}`)
    const { rpms, arch, source, release } = look.result
    const files = this.queue.files(task)
    const nvr = await importResults(this.parts, {
      rpms: rpms.map((name) => path.join(files.results, name)),
      logs: [
        { filename: 'root.log', path: files.rootLog },
        { filename: 'build.log', path: files.buildLog },
      ],
      ...{ buildroot: files.buildroot, arch, source, release, attempt: task },
    })
    return { state: 'complete', nvr }
  }

  override async cancelBuild(attempt: Attempt, _task: TaskId | null): Promise<string | undefined> {
    await this.queue.stop(attempt)
    if ((await this.status(attempt)).state !== 'ended') return undefined
    try {
      const collected = await this.collect(attempt)
      return collected.state === 'complete' ? collected.nvr : undefined
    } catch (error) {
      // The result cannot be a build of its module, so it counts as a failed component.
      if (error instanceof UserError) return undefined
      throw error
    }
  }

  override async readLog(task: TaskId, name: LogName, offset: number): Promise<Buffer | undefined> {
    const files = this.queue.files(task)
    try {
      const handle = await open(name === 'build' ? files.buildLog : files.rootLog, 'r')
      try {
        const { size } = await handle.stat()
        const buffer = Buffer.alloc(Math.max(0, Math.min(size - offset, 1024 * 1024)))
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
        return buffer.subarray(0, bytesRead)
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  private async status(task: TaskId, queued?: Promise<QueuedAttempts>): Promise<TaskStatus> {
    const look = await this.queue.look(task, queued)
    if (look.state === 'queued') return { state: 'open', sentence: shown(look.reason) }
    if (look.state === 'running') return { state: 'open', sentence: shown(look.phase) }
    const { result } = look
    // The runner does not know the placeholders for our folders.
    return result.state === 'complete' ? { state: 'ended' } : { ...result, reason: shown(result.reason) }
  }

  /** Returns the present layers and repositories for a component of this module. */
  private async buildroot(plan: { tag: string; platform: string }) {
    const { hub, user, cacheDir, dataDir } = this.parts
    const platform = this.platform(plan.platform)
    const buildTag = await this.buildTagOf(plan.tag)
    const groups = (await hub.groups(buildTag)).filter(
      ({ name }) => name === 'build' || name === 'srpm-build',
    )
    const own = await repositoryOfTag(this.parts, this.repositoriesDir(), buildTag)
    const { dependencies, streams } = await this.dependencies(buildTag)
    const ofPlatform = viewed(platform, streams)
    const base = await cachedRoot(user, cacheDir, {
      repositories: ofPlatform,
      packages: [...new Set([...platform.buildGroup, ...platform.srpmBuildGroup])].sort(),
      platformId: `platform:${plan.platform}`,
    })
    // Packages of the groups that this module has built itself (module-build-macros first) are in a layer over the base
    // root.
    const wanted = new Set(groups.flatMap((group) => group.packages))
    const added = [...own.packages.keys()].filter((file) =>
      wanted.has(file.replace(/-[^-]+-[^-]+\.rpm$/, '')),
    )
    const packages = added.map((file) => path.join(own.folder, file))
    const layer =
      added.length === 0
        ? []
        : [await installedLayer(user, path.join(dataDir, 'layers'), base, own.folder, packages)]
    const repositories: Repository[] = [
      ...(own.packages.size === 0 ? [] : [repositoryEntry('module', own.digest, own.folder, 10)]),
      ...dependencies,
      ...ofPlatform,
    ]
    const downloads = path.join(dataDir, 'resolver', 'cache')
    const folders = [own.folder, downloads, ...repositories.map(({ url }) => url)].flatMap((url) =>
      url.startsWith('file://') ? [url.slice('file://'.length)] : url.startsWith('/') ? [url] : [],
    )
    return { layers: [...layer, base], repositories, folders, resolver: this.resolver() }
  }

  /** Returns the repositories of dependencies that were built here, and the streams of published dependencies. */
  private async dependencies(buildTag: string): Promise<{ dependencies: Repository[]; streams: string[] }> {
    const names = await this.parts.hub.inheritance(buildTag)
    const dependencies = names
      .filter((name) => nsvcOfTag(name) === undefined)
      .map(async (name) => {
        const { digest, folder } = await repositoryOfTag(this.parts, this.repositoriesDir(), name)
        return repositoryEntry('dependency', digest, folder, 20)
      })
    return {
      dependencies: await Promise.all(dependencies),
      streams: names.flatMap((name) => nsvcOfTag(name) ?? []),
    }
  }

  private resolver(): ResolverPlace {
    const { dataDir, cacheDir, platforms } = this.parts
    const repositories = [...platforms.values()].flatMap((platform) => platform.repositories)
    const local = repositories.flatMap(({ url }) =>
      url.startsWith('file://') ? [url.slice('file://'.length)] : [],
    )
    return {
      folder: path.join(dataDir, 'resolver'),
      readable: [...new Set([dataDir, cacheDir, ...local])],
      network: local.length < repositories.length,
    }
  }

  private platform(stream: string): Platform {
    const platform = this.parts.platforms.get(stream)
    if (platform === undefined)
      throw new UserError(
        422,
        `there is no platform ${stream} in the configuration (it has ${[...this.parts.platforms.keys()].join(', ')})`,
      )
    return platform
  }

  private repositoriesDir(): string {
    return path.join(this.parts.dataDir, 'repositories')
  }
}

/** Returns the repositories of a platform as seen by a build root that has these streams enabled. */
function viewed({ stream, repositories, modules }: Platform, streams: readonly string[]): Repository[] {
  const missing = streams.filter((nsvc) => modules?.nsvcs.has(nsvc) !== true)
  if (missing.length > 0)
    throw new UserError(
      422,
      `the repositories of the platform ${stream} no longer have ${missing.join(', ')}; submit the module again, or make a new commit of it if it has built components`,
    )
  if (modules === undefined) return repositories
  const view = { content: modules.content, streams: [...streams].sort() }
  return repositories.map((repository) => ({ ...repository, view }))
}

function repositoryEntry(kind: string, digest: string, folder: string, priority: number): Repository {
  return { name: `${kind}-${digest}`, url: `file://${folder}`, priority }
}
