import { repositoryUrl, type DistGitReader } from '../../distgit/index.ts'
import { messageOf, UserError } from '../../errors.ts'
import { Pool } from '../../pool.ts'
import type { CollectedComponent } from './collect-components.ts'
import type { OwnSrpm } from './own-srpms.ts'

/** The services and settings that resolve refs. */
export interface ComponentWorld {
  distGit: DistGitReader
  /** Prefix or template of the dist-git repositories of packages, and of modules. */
  rpms: string
  modules: string
}

/** Most repositories that a submission asks at the same time. */
const repositoriesAtOnceMax = 20

/** A component with the commit that its ref names, or with an uploaded source package instead of a commit. */
export interface ResolvedComponent extends CollectedComponent {
  url: string
  /** Null for a component with an uploaded source package; then the URL is that package's path. */
  commit: string | null
  /** The digest of the uploaded source package. */
  srpm: string | null
}

/** The hub accepts no longer name of a build (Koji: the width of its column). */
const packageNameMax = 256

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
  const resolved: ResolvedComponent[] = []
  const faults: string[] = []
  const asked: Asked[] = []
  for (const collected of components) {
    const { name, component } = collected
    const repository = component.name ?? name
    const own = srpms.get(repository)
    if (!/^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(repository) || repository.length > packageNameMax)
      faults.push(
        `component "${repository.slice(0, packageNameMax)}": that cannot be the name of a package (letters, digits and +._-, at most ${packageNameMax} of them)`,
      )
    else if (own !== undefined) resolved.push({ ...collected, url: own.path, commit: null, srpm: own.sha256 })
    else {
      const url = component.repository ?? repositoryUrl(world.rpms, repository)
      asked.push({ collected, repository, url, ref: component.ref ?? defaultRef })
    }
  }
  const pool = new Pool(repositoriesAtOnceMax)
  // Several components may come from one repository, which is asked once.
  const groups = [...Map.groupBy(asked, ({ url }) => url).values()]
  const answers = await Promise.all(groups.map((group) => pool.run(() => resolveGroup(world, group, signal))))
  for (const found of answers.flat())
    if (typeof found === 'string') faults.push(found)
    else resolved.push(found)
  if (faults.length > 0) throw new UserError(422, faults.sort().join('; '), 'data.components.rpms')
  return resolved.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Upstream's default for a component without a ref. */
const defaultRef = 'master'

/** A component whose ref is resolved in dist-git. */
interface Asked {
  collected: CollectedComponent
  /** The name of its repository. */
  repository: string
  url: string
  ref: string
}

/** Resolves the refs of components of one repository. Returns a component, or the sentence about its fault. */
async function resolveGroup(
  world: ComponentWorld,
  group: readonly Asked[],
  signal?: AbortSignal,
): Promise<(ResolvedComponent | string)[]> {
  const url = group[0]?.url ?? ''
  const refs = group.map(({ ref }) => ref)
  const commits = await world.distGit.resolveRefs(url, refs, signal).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error
    return error
  })
  return Promise.all(
    group.map(async ({ collected, repository, ref }) => {
      const { name, component } = collected
      if (!(commits instanceof UserError)) {
        const commit = commits.get(ref)
        return commit === undefined
          ? `component ${name}: there is no ref "${ref}" in ${url}`
          : { ...collected, url, commit, srpm: null }
      }
      const module = repositoryUrl(world.modules, repository)
      const isModule =
        component.repository === undefined && (await world.distGit.hasRepository(module, signal))
      return isModule
        ? `component ${name}: there is no package ${url}; ${repository} is a module (${module}): list it under components.modules`
        : `component ${name}: ${messageOf(commits)}`
    }),
  )
}
