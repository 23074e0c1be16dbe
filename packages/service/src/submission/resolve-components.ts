import type { RpmComponent } from '@mbs/modulemd'
import type { DistGitReader } from '../distgit/index.ts'
import { messageOf, UserError } from '../errors.ts'

/** What resolving refs needs of the world. */
export interface ComponentWorld {
  distGit: DistGitReader
  /** Before the name of a component, its dist-git repository. */
  rpms: string
}

/** So many refs are asked for at a time. */
const concurrentRefsMax = 20

/** Upstream's default for a component without a ref. */
const defaultRef = 'master'

/** A component with the commit that its ref names. */
export interface ResolvedComponent {
  name: string
  url: string
  commit: string
}

/** Every component's ref as a commit; all that are missing are named together, before anything is built. */
export async function resolveComponents(
  world: ComponentWorld,
  components: ReadonlyMap<string, Pick<RpmComponent, 'ref' | 'repository'>>,
  signal?: AbortSignal,
): Promise<ResolvedComponent[]> {
  const waiting = [...components]
  const resolved: ResolvedComponent[] = []
  const faults: string[] = []
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, component] = next
      const found = await resolveComponent(
        world,
        name,
        component.ref ?? defaultRef,
        component.repository,
        signal,
      )
      if (typeof found === 'string') faults.push(found)
      else resolved.push(found)
    }
  }
  await Promise.all(Array.from({ length: concurrentRefsMax }, worker))
  if (faults.length > 0) throw new UserError(422, faults.sort().join('; '), 'data.components.rpms')
  return resolved.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function resolveComponent(
  world: ComponentWorld,
  name: string,
  ref: string,
  repository: string | undefined,
  signal?: AbortSignal,
): Promise<ResolvedComponent | string> {
  if (repository !== undefined)
    return `component ${name}: a repository of its own is not allowed here; leave it out`
  if (!/^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(name))
    return `component "${name}": that cannot be the name of a package`
  const url = `${world.rpms}${name}`
  try {
    const commit = await world.distGit.resolveRef(url, ref, signal)
    return commit === undefined
      ? `component ${name}: there is no ref "${ref}" in ${url}`
      : { name, url, commit }
  } catch (error) {
    if (error instanceof UserError) return `component ${name}: ${messageOf(error)}`
    throw error
  }
}
