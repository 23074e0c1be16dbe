import { repositoryUrl, type DistGitReader } from '../../distgit/index.ts'
import { messageOf, UserError } from '../../errors.ts'
import type { CollectedComponent } from './collect-components.ts'
import type { OwnSrpm } from './own-srpms.ts'

/** The services and settings that resolve refs. */
export interface ComponentWorld {
  distGit: DistGitReader
  /** Prefix or template of the dist-git repositories of packages, and of modules. */
  rpms: string
  modules: string
}

/** Maximum number of refs that the service resolves at the same time. */
const concurrentRefsMax = 20

/** A component with the commit that its ref names, or with an uploaded source package instead of a commit. */
export interface ResolvedComponent extends CollectedComponent {
  url: string
  /** Null for a component with an uploaded source package; then the URL is that package's path. */
  commit: string | null
  /** The digest of the uploaded source package. */
  srpm: string | null
}

/** Resolves every component's ref to a commit. The error names all missing refs together, before anything is built. */
export async function resolveComponents(
  world: ComponentWorld,
  components: readonly CollectedComponent[],
  srpms: ReadonlyMap<string, OwnSrpm>,
  signal?: AbortSignal,
): Promise<ResolvedComponent[]> {
  const names = components.map(({ name, component }) => component.name ?? name)
  const strange = [...srpms.values()].find(({ name }) => !names.includes(name))
  if (strange !== undefined)
    throw new UserError(
      400,
      `${strange.path} is of the package ${strange.name}, which is not a component of the module`,
      'srpms',
    )
  const waiting = [...components]
  const resolved: ResolvedComponent[] = []
  const faults: string[] = []
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const own = srpms.get(next.component.name ?? next.name)
      const found =
        own === undefined
          ? await resolveComponent(world, next, signal)
          : { ...next, url: own.path, commit: null, srpm: own.sha256 }
      if (typeof found === 'string') faults.push(found)
      else resolved.push(found)
    }
  }
  await Promise.all(Array.from({ length: concurrentRefsMax }, worker))
  if (faults.length > 0) throw new UserError(422, faults.sort().join('; '), 'data.components.rpms')
  return resolved.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Upstream's default for a component without a ref. */
const defaultRef = 'master'

async function resolveComponent(
  world: ComponentWorld,
  collected: CollectedComponent,
  signal?: AbortSignal,
): Promise<ResolvedComponent | string> {
  const { name, component } = collected
  const { ref = defaultRef } = component
  const repository = component.name ?? name
  if (!/^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(repository))
    return `component "${repository}": that cannot be the name of a package`
  const url = component.repository ?? repositoryUrl(world.rpms, repository)
  try {
    const commit = await world.distGit.resolveRef(url, ref, signal)
    return commit === undefined
      ? `component ${name}: there is no ref "${ref}" in ${url}`
      : { ...collected, url, commit, srpm: null }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const module = repositoryUrl(world.modules, repository)
    const isModule = component.repository === undefined && (await world.distGit.hasRepository(module, signal))
    return isModule
      ? `component ${name}: there is no package ${url}; ${repository} is a module (${module}): list it under components.modules`
      : `component ${name}: ${messageOf(error)}`
  }
}
