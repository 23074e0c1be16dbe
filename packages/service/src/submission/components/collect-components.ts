import { readStream, type ModuleStream, type RpmComponent } from '@mbs/modulemd'
import { parseScmUrl, repositoryUrl, type DistGitReader } from '../../distgit/index.ts'
import { refuseTogether, UserError } from '../../errors.ts'
import { isReservedPackage } from '../../reserved-packages.ts'
import { planBatches, type OrderedComponents } from '../../expansion/index.ts'

/** Where components come from, and which places a document may set itself. */
export interface ComponentRules {
  /** Prefix or template of the repositories of packages, and of included modules. */
  rpms: string
  modules: string
  /** Whether documents may name their own repositories (upstream: RPMS_ALLOW_REPOSITORY and similar settings). */
  customRepositories: boolean
  customCaches: boolean
  /** Maximum number of components of a module, including the components of the modules that it includes. */
  componentsMax: number
}

/** A component with its batch. */
export interface CollectedComponent {
  /** Its key in the document. */
  name: string
  component: RpmComponent
  batch: number
  /** The included module that brings the component. */
  includedFrom: string | null
}

/** Maximum depth of modules that include modules. A deeper tree is a circle or a mistake. */
const depthMax = 5

/** Upstream's default for an included module without a ref. */
const defaultRef = 'master'

interface Tree {
  ordered: OrderedComponents
  components: CollectedComponent[]
}

/**
 * Returns all components of a document and of the modules that it includes (upstream: record_component_builds), with
 * their batches.
 *
 * @throws UserError 403 for places that the document may not set, 422 for missing modules, unusable component names and
 *   too many components
 */
export async function collectComponents(
  world: { distGit: DistGitReader } & ComponentRules,
  document: ModuleStream,
  signal?: AbortSignal,
): Promise<CollectedComponent[]> {
  const { ordered, components } = await treeOf(world, document, null, 0, signal)
  const batches = planBatches(ordered)
  const packages = components.map(({ name, component }) => component.name ?? name)
  const reserved = packages.find(isReservedPackage)
  if (reserved !== undefined)
    throw new UserError(
      422,
      `the component's name ${reserved} is reserved for the service; rename it`,
      'data.components.rpms',
    )
  const twice = packages.find((name, index) => packages.indexOf(name) < index)
  if (twice !== undefined)
    throw new UserError(422, `the package ${twice} is there twice`, 'data.components.rpms')
  return components.map((component) => ({ ...component, batch: batches.get(component.name) ?? 0 }))
}

async function treeOf(
  world: { distGit: DistGitReader } & ComponentRules,
  document: ModuleStream,
  includedFrom: string | null,
  depth: number,
  signal?: AbortSignal,
): Promise<Tree> {
  const { rpms, modules } = document.components
  requireAllowed(world, document)
  // This check comes before any request to dist-git.
  requireNotMany(world, rpms.size + modules.size)
  const included = new Map<string, { buildorder: number; components: OrderedComponents }>()
  const components: CollectedComponent[] = [...rpms].map(([name, component]) => ({
    name,
    component,
    batch: 0,
    includedFrom,
  }))
  const faults: UserError[] = []
  for (const [name, { repository, ref, buildorder, buildonly }] of modules) {
    if (depth === depthMax)
      throw new UserError(
        422,
        `${name} is included in the ${depth + 1}th module in turn`,
        'data.components.modules',
      )
    const place = { repository, ref: ref ?? defaultRef }
    const inner = await fetchIncluded(world, name, place, signal).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error
      return error
    })
    if (inner instanceof UserError) {
      faults.push(inner)
      continue
    }
    const tree = await treeOf(world, inner, name, depth + 1, signal)
    included.set(name, { buildorder, components: tree.ordered })
    components.push(
      ...tree.components.map((one) =>
        buildonly ? { ...one, component: { ...one.component, buildonly } } : one,
      ),
    )
    requireNotMany(world, components.length)
  }
  // The error names all missing modules together.
  refuseTogether(faults)
  return { ordered: { rpms, modules: included }, components }
}

function requireNotMany({ componentsMax }: ComponentRules, count: number): void {
  if (count > componentsMax)
    throw new UserError(
      422,
      `the module has more than ${componentsMax} components (submission.componentsMax); divide it into several`,
      'data.components',
    )
}

function requireAllowed({ customRepositories, customCaches }: ComponentRules, document: ModuleStream): void {
  const { rpms, modules } = document.components
  const named = (key: 'repository' | 'cache') =>
    [...rpms].find(([, component]) => component[key] !== undefined)?.[0]
  const say = (kind: string, name: string, what: string, setting: string) => {
    throw new UserError(
      403,
      `data.components.${kind}.${name}: its own ${what} is not allowed; leave it out (${setting} of the configuration allows it)`,
      `data.components.${kind}.${name}`,
    )
  }
  const [repository, cache] = [named('repository'), named('cache')]
  if (!customRepositories && repository !== undefined)
    say('rpms', repository, 'repository', 'scm.customRepositories')
  if (!customCaches && cache !== undefined) say('rpms', cache, 'cache', 'scm.customCaches')
  const faulty = [...rpms].find(
    ([, component]) => component.cache !== undefined && !isUrl(component.cache),
  )?.[0]
  if (faulty !== undefined)
    throw new UserError(
      422,
      `data.components.rpms.${faulty}: its cache is no URL; give https://HOST/PATH up to the package's name`,
      `data.components.rpms.${faulty}`,
    )
  const module = [...modules].find(([, entry]) => entry.repository !== undefined)?.[0]
  if (!customRepositories && module !== undefined)
    say('modules', module, 'repository', 'scm.customRepositories')
}

function isUrl(text: string): boolean {
  return /^(?:https?|file):\/\/[^\s?#]+$/.test(text)
}

async function fetchIncluded(
  { distGit, rpms, modules }: { distGit: DistGitReader } & ComponentRules,
  module: string,
  { repository: own, ref }: { repository: string | undefined; ref: string },
  signal?: AbortSignal,
): Promise<ModuleStream> {
  const fail = (what: string): never => {
    throw new UserError(422, `the included module ${module}: ${what}`, `data.components.modules.${module}`)
  }
  const { repository, name } = parseScmUrl(`${own ?? repositoryUrl(modules, module)}?#${ref}`)
  const commit = await distGit.resolveRef(repository, ref, signal).catch(async (error: unknown) => {
    const ofPackage = repositoryUrl(rpms, module)
    if (!(error instanceof UserError)) throw error
    if (own !== undefined || !(await distGit.hasRepository(ofPackage, signal))) return fail(error.message)
    return fail(
      `there is no module ${repository}; ${module} is a package (${ofPackage}): list it under components.rpms`,
    )
  })
  if (commit === undefined) return fail(`there is no ref "${ref}" in ${repository}`)
  const file = `${name}.yaml`
  const text = await distGit.readFile(repository, commit, file, signal)
  if (text === undefined) return fail(`there is no ${file} in ${repository} at ${commit}`)
  const { stream, problems } = readStream(text)
  return stream ?? fail(`${file} is not valid modulemd: ${problems[0]?.message ?? 'it is empty'}`)
}
