import { open } from 'node:fs/promises'
import path from 'node:path'
import type { Artifacts } from '../../artifacts/index.ts'
import { type Clock } from '../../clock.ts'
import type { Database } from '../../database/index.ts'
import { DistGit } from '../../distgit/index.ts'
import { isMissing } from '../../files.ts'
import { messageOf, shown, UserError } from '../../errors.ts'
import { groupsOf, inheritanceOrder, requireTag, tagsById } from '../../hub/index.ts'
import type { Platform } from '../../platforms/index.ts'
import { nsvcOfTag } from '../../published/index.ts'
import { cachedRoot, type BuildUser, type Repository, type ResolverPlace } from '../../sandbox/index.ts'
import type {
  Attempt,
  BuildrootPlan,
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
import { AttemptQueue } from './queue.ts'
import { repositoryOfTag } from './repositories.ts'
import { surveySpec } from './survey-spec.ts'

/** What the local builder is made from. */
export interface LocalBuilderParts {
  database: Database
  artifacts: Artifacts
  clock: Clock
  platforms: ReadonlyMap<string, Platform>
  user: BuildUser
  dataDir: string
  cacheDir: string
  lookaside: string
  gitTimeoutSeconds: number
  concurrentBuildsMax: number
  diskFreeMegabytesMin: number
  componentMinutesMax: number
  /** Is a package without the dist tag of its module build refused? */
  distTagRequired: boolean
}

/**
 * Builds real packages on this machine: per component an overlay over a cached base root, in a sandbox without
 * network. A runner per attempt outlives the service; its folder is the task.
 */
export class LocalBuilder extends HubBuilder {
  override readonly name = 'local'
  override readonly can = { findExisting: false, importedBases: false }
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

  override async connect(plan: BuildrootPlan): Promise<void> {
    await super.connect(plan)
    // The base root may take some seconds to make; better here, where the build says what it waits for.
    await this.buildroot(plan)
  }

  override async buildrootReady(
    plan: { tag: string; platform: string },
    _nvrs: readonly string[],
  ): Promise<RepoStatus> {
    // What is tagged is in the next repository at once; making it here finds a faulty one before a component does.
    await this.buildroot(plan)
    return { ready: true }
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
    const { cacheDir, dataDir, gitTimeoutSeconds, user } = this.parts
    const distGit = new DistGit({
      cacheDir: path.join(cacheDir, 'dist-git'),
      timeoutSeconds: gitTimeoutSeconds,
    })
    return surveySpec({ user, distGit, scratch: dataDir }, layers, component)
  }

  override async observe(tasks: readonly TaskId[]): Promise<ReadonlyMap<TaskId, TaskStatus>> {
    await this.queue.startNext()
    const statuses = await Promise.all(
      tasks.map(async (task) => {
        // A result that cannot be imported now is imported later; the others are not to wait for it.
        const status = await this.status(task).catch((error: unknown): TaskStatus => ({
          state: 'open',
          sentence: `its results (${messageOf(error)})`,
        }))
        return [task, status] as const
      }),
    )
    return new Map(statuses)
  }

  override async cancelBuild(attempt: Attempt, _task: TaskId | null): Promise<string | undefined> {
    await this.queue.stop(attempt)
    const status = await this.status(attempt)
    return status.state === 'complete' ? status.nvr : undefined
  }

  override async repoFromTag(tag: string): Promise<string> {
    const { folder } = await repositoryOfTag(this.parts, this.repositoriesDir(), tag)
    return `file://${folder}`
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

  private async status(task: TaskId): Promise<TaskStatus> {
    const look = await this.queue.look(task)
    if (look.state === 'queued') return { state: 'open', sentence: look.reason }
    if (look.state === 'running') return { state: 'open', sentence: look.phase }
    const { result } = look
    // The runner does not know what our folders are called.
    if (result.state !== 'complete') return { ...result, reason: shown(result.reason) }
    const files = this.queue.files(task)
    try {
      const nvr = await importResults(this.parts, {
        rpms: result.rpms.map((name) => path.join(files.results, name)),
        logs: [
          { filename: 'root.log', path: files.rootLog },
          { filename: 'build.log', path: files.buildLog },
        ],
        buildroot: files.buildroot,
        arch: result.arch,
        source: result.source,
        release: result.release,
      })
      return { state: 'complete', nvr }
    } catch (error) {
      if (error instanceof UserError) return { state: 'failed', reason: error.message }
      throw error
    }
  }

  /** Layers and repositories for a component of this module, as they are now. */
  private async buildroot(plan: { tag: string; platform: string }) {
    const { database, user, cacheDir, dataDir } = this.parts
    const platform = this.platform(plan.platform)
    const buildTag = await this.buildTagOf(plan.tag)
    const groups = (await groupsOf(database, buildTag, { inherit: false })).filter(
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
    // Packages of the groups that this module has built itself (module-build-macros first) lie in a layer over it.
    const wanted = new Set(groups.flatMap(({ packages }) => packages.map((entry) => entry.package)))
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

  /** Repositories of the modules that were built here, and the streams of those that others published. */
  private async dependencies(buildTag: string): Promise<{ dependencies: Repository[]; streams: string[] }> {
    const { database } = this.parts
    const order = await inheritanceOrder(database, (await requireTag(database, buildTag)).id)
    const ids = [...new Set(order.map(({ parentId }) => parentId))]
    const tags = await tagsById(database, ids)
    const names = ids.map((id) => tags.get(id)?.name ?? '')
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

/** The repositories of a platform as a build root sees them that has these streams of their modules. */
function viewed({ stream, repositories, modules }: Platform, streams: readonly string[]): Repository[] {
  const missing = streams.filter((nsvc) => modules?.nsvcs.has(nsvc) !== true)
  if (missing.length > 0)
    throw new UserError(
      422,
      `the repositories of the platform ${stream} do not have ${missing.join(', ')} any more; submit the module again`,
    )
  if (modules === undefined) return repositories
  const view = { content: modules.content, streams: [...streams].sort() }
  return repositories.map((repository) => ({ ...repository, view }))
}

function repositoryEntry(kind: string, digest: string, folder: string, priority: number): Repository {
  return { name: `${kind}-${digest}`, url: `file://${folder}`, priority }
}
