import { ModulemdError, readModulemd, writeModulemd, type ModuleStream, type Xmd } from '@mbs/modulemd'
import type { Database } from '../database/index.ts'
import { parseScmUrl, type DistGit } from '../distgit/index.ts'
import { messageOf, UserError } from '../errors.ts'
import { expand, prefixedVersion, type AvailableModule, type Expansion } from '../expansion/index.ts'
import { planBatches, readyModules, type PreparedModule } from '../modulebuilds/index.ts'
import type { Platform } from '../platforms/index.ts'

/** The parts of the world that a preparation reads. */
export interface PrepareWorld {
  database: Database
  distGit: DistGit
  platforms: ReadonlyMap<string, Platform>
  /** Prefixes of scmurls from which modules may be built. */
  allowed: readonly string[]
  /** Before the name of a component, its dist-git repository. */
  rpms: string
}

export interface Submission {
  scmurl: string
  branch: string
}

/** So many refs are asked for at a time. */
const concurrentRefsMax = 20

/** Upstream's default for a component without a ref. */
const defaultRef = 'master'

/**
 * Fetches, validates and completes a module: everything that can be known before anything is built.
 *
 * @throws UserError with every reason that was found and its place, InfraError when dist-git cannot be asked
 */
export async function prepare(
  world: PrepareWorld,
  submission: Submission,
  signal?: AbortSignal,
): Promise<PreparedModule> {
  const { distGit } = world
  const scm = parseScmUrl(submission.scmurl)
  if (!world.allowed.some((prefix) => submission.scmurl.startsWith(prefix)))
    throw new UserError(
      403,
      `modules are built from ${world.allowed.join(', ') || 'nowhere'} only, not from ${scm.repository}`,
      'scmurl',
    )
  const commit = await distGit.resolveRef(scm.repository, scm.commit, signal)
  if (commit === undefined)
    throw new UserError(422, `there is no commit ${scm.commit} in ${scm.repository}; is it pushed?`, 'scmurl')
  if (!(await distGit.isOnBranch(scm.repository, submission.branch, commit, signal)))
    throw new UserError(
      400,
      `the commit ${commit} is not on the branch ${submission.branch} of ${scm.repository}`,
      'branch',
    )
  const file = `${scm.name}.yaml`
  const text = await distGit.readFile(scm.repository, commit, file, signal)
  if (text === undefined)
    throw new UserError(422, `there is no ${file} in ${scm.repository} at ${commit}`, 'scmurl')
  const document = readDocument(text, file)
  requireFits(document, scm.name, submission.branch)
  const platforms = [...world.platforms.keys()]
  const expansion = expand(document, platforms, await availableModules(world.database))
  // Components are built for the first arch of the platform.
  requireSupported(document, (world.platforms.get(expansion.platform)?.arches ?? []).slice(0, 1))
  const refs = await resolveComponents(world, document, signal)
  const version = prefixedVersion(
    expansion.platform,
    await distGit.commitTime(scm.repository, commit, signal),
  )
  const nsvc = { name: scm.name, stream: submission.branch, version, context: expansion.context }
  const batches = planBatches(
    new Map([...document.components.rpms].map(([name, { buildorder }]) => [name, buildorder])),
  )
  const scmurl = submission.scmurl.replace(/#.*$/, `#${commit}`)
  return {
    ...nsvc,
    scmurl,
    platform: expansion.platform,
    disttagMarking: world.platforms.get(expansion.platform)?.disttagMarking ?? '',
    buildContext: expansion.buildContext,
    runtimeContext: expansion.runtimeContext,
    modulemd: writeModulemd([enrich(document, nsvc, expansion, refs, { scmurl, commit })]),
    components: refs.map(({ name, url, commit: ref }) => ({
      package: name,
      scmurl: `${url}?#${ref}`,
      ref,
      batch: batches.get(name) ?? 0,
    })),
  }
}

function readDocument(text: string, file: string): ModuleStream {
  const { documents, problems } = readModulemd(text, { strict: true })
  if (problems.length > 0)
    throw new UserError(422, `${file} is no valid modulemd: ${new ModulemdError(problems).message}`, file)
  const [document, ...others] = documents
  if (document?.kind !== 'modulemd' || others.length > 0)
    throw new UserError(
      422,
      `${file} must hold one modulemd document, it holds ${documents.map(({ kind }) => kind).join(', ') || 'none'}`,
      file,
    )
  return document
}

/** What dist-git decides may not be said otherwise in the document (upstream: load_mmd_file rules). */
function requireFits(document: ModuleStream, name: string, branch: string): void {
  const say = (key: string, message: string) => {
    throw new UserError(400, message, key)
  }
  if (document.name !== undefined && document.name !== name)
    say(
      'data.name',
      `the document names the module "${document.name}", its repository is "${name}"; leave the name out or make them equal`,
    )
  if (document.stream !== undefined && document.stream !== branch)
    say(
      'data.stream',
      `the document has the stream "${document.stream}", the branch is "${branch}"; leave the stream out or make them equal`,
    )
  if (document.version !== undefined)
    say('data.version', 'the version comes from the commit time; leave it out')
  if (document.xmd instanceof Map && document.xmd.has('mbs'))
    say('data.xmd.mbs', 'xmd.mbs belongs to the build service; leave it out')
  if (name === 'platform') say('scmurl', 'platform is a base module; it is configured, not built')
  if (document.staticContext)
    say('data.static_context', 'static contexts are not supported yet; leave static_context out')
  if (document.context !== undefined)
    say('data.context', 'the context is computed from the dependencies; leave it out')
  if (document.components.modules.size > 0)
    say(
      'data.components.modules',
      'components from other modules are not supported yet; list their packages under components.rpms',
    )
}

/**
 * What a document may ask for and this service does not do yet is refused: built without it, the module would be
 * another one than its author means.
 */
function requireSupported(document: ModuleStream, arches: readonly string[]): void {
  const faults: [string, string][] = []
  const runsHere = (wanted: readonly string[]) =>
    wanted.length === 0 || wanted.some((arch) => arches.includes(arch))
  const { buildopts } = document
  if (!runsHere(buildopts?.arches ?? []))
    faults.push(['data.buildopts.arches', `does not have ${arches.join(', ')}, for which it would be built`])
  if ((buildopts?.whitelist ?? []).length > 0)
    faults.push(['data.buildopts.rpms.whitelist', 'is not supported yet'])
  for (const [name, component] of document.components.rpms) {
    const path = `data.components.rpms.${name}`
    if (component.buildafter.length > 0)
      faults.push([`${path}.buildafter`, 'is not supported yet; use buildorder'])
    if (component.buildonly)
      faults.push([`${path}.buildonly`, 'is not supported yet; list its packages under filter'])
    if (component.buildroot) faults.push([`${path}.buildroot`, 'is not supported yet'])
    if (component.srpmBuildroot) faults.push([`${path}.srpm-buildroot`, 'is not supported yet'])
    if (component.name !== undefined)
      faults.push([`${path}.name`, 'is not supported yet; name the component as its package'])
    if (!runsHere(component.arches))
      faults.push([`${path}.arches`, `does not have ${arches.join(', ')}, for which it would be built`])
  }
  if (faults.length > 0)
    throw new UserError(422, faults.map(([path, what]) => `${path} ${what}`).join('; '), faults[0]?.[0])
}

async function availableModules(database: Database): Promise<AvailableModule[]> {
  const rows = await readyModules(database)
  return rows.flatMap(({ name, stream, version, context, platform, koji_tag, scmurl }) =>
    version === null || context === null || platform === null || koji_tag === null
      ? []
      : [{ name, stream, version, context, platform, kojiTag: koji_tag, ref: scmurl.split('#')[1] ?? '' }],
  )
}

interface ResolvedComponent {
  name: string
  url: string
  commit: string
}

/** Every component's ref as a commit; all that are missing are named together, before anything is built. */
async function resolveComponents(
  world: PrepareWorld,
  document: ModuleStream,
  signal?: AbortSignal,
): Promise<ResolvedComponent[]> {
  const waiting = [...document.components.rpms]
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
  world: PrepareWorld,
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

/** The document as it is recorded: complete, resolved, and with the build service's own data in xmd.mbs. */
function enrich(
  document: ModuleStream,
  nsvc: { name: string; stream: string; version: string; context: string },
  expansion: Expansion,
  refs: readonly ResolvedComponent[],
  source: { scmurl: string; commit: string },
): ModuleStream {
  const required = expansion.modules.map(
    ({ name, stream, version, context, kojiTag, ref }) =>
      [
        name,
        new Map<string, Xmd>(Object.entries({ stream, version, context, koji_tag: kojiTag, ref })),
      ] as const,
  )
  const platform = new Map<string, Xmd>(
    Object.entries({ stream: expansion.platform, version: '1', context: '00000000', koji_tag: '', ref: '' }),
  )
  const mbs = new Map<string, Xmd>([
    ['buildrequires', new Map<string, Xmd>([['platform', platform], ...required])],
    ['commit', source.commit],
    ['mse', true],
    [
      'rpms',
      new Map<string, Xmd>(refs.map(({ name, commit }) => [name, new Map<string, Xmd>([['ref', commit]])])),
    ],
    ['scmurl', source.scmurl],
  ])
  const xmd = new Map<string, Xmd>([...(document.xmd instanceof Map ? document.xmd : []), ['mbs', mbs]])
  return {
    ...document,
    name: nsvc.name,
    stream: nsvc.stream,
    version: BigInt(nsvc.version),
    context: nsvc.context,
    dependencies: [{ buildrequires: expansion.buildrequires, requires: expansion.requires }],
    xmd,
  }
}
