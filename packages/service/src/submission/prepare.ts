import { writeModulemd } from '@mbs/modulemd'
import type { Database } from '../database/index.ts'
import { parseScmUrl } from '../distgit/index.ts'
import { UserError } from '../errors.ts'
import { expand, prefixedVersion, type AvailableModule } from '../expansion/index.ts'
import { planBatches, readyModules, type PreparedModule } from '../modulebuilds/index.ts'
import type { Platform } from '../platforms/index.ts'
import { readDocument, requireFits, requireSupported } from './check-document.ts'
import { enrich } from './enrich.ts'
import { resolveComponents, type ComponentWorld } from './resolve-components.ts'

/** The parts of the world that a preparation reads. */
export interface PrepareWorld extends ComponentWorld {
  database: Database
  platforms: ReadonlyMap<string, Platform>
  /** Prefixes of scmurls from which modules may be built. */
  allowed: readonly string[]
}

export interface Submission {
  scmurl: string
  branch: string
}

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
  if (!world.allowed.some((prefix) => isBelow(prefix, scm.repository)))
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
  const expansion = expand(
    document,
    platforms,
    await availableModules(world.database, [
      ...new Set(document.dependencies.flatMap(({ buildrequires }) => [...buildrequires.keys()])),
    ]),
  )
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

async function availableModules(database: Database, names: readonly string[]): Promise<AvailableModule[]> {
  const rows = await readyModules(database, names)
  return rows.flatMap(({ name, stream, version, context, platform, koji_tag, scmurl }) =>
    version === null || context === null || platform === null || koji_tag === null
      ? []
      : [{ name, stream, version, context, platform, kojiTag: koji_tag, ref: scmurl.split('#')[1] ?? '' }],
  )
}

/** A prefix names a place: its own repository, and what lies below it. */
function isBelow(prefix: string, repository: string): boolean {
  return repository === prefix || repository.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)
}
