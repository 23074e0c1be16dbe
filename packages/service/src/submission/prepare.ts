import { writeModulemd, type ModuleStream, type RpmComponent } from '@mbs/modulemd'
import type { Database } from '../database/index.ts'
import { parseScmUrl } from '../distgit/index.ts'
import { UserError } from '../errors.ts'
import {
  expand,
  planBatches,
  prefixedVersion,
  resolveVirtualStreams,
  timeVersion,
  type Block,
  type Expansion,
  type ExpansionRules,
  type Universe,
} from '../expansion/index.ts'
import type { PreparedModule } from '../modulebuilds/index.ts'
import type { Platform } from '../platforms/index.ts'
import { requireFits, requireSupported } from './check-document.ts'
import { enrich } from './enrich.ts'
import { applyOverrides, type StreamOverrides } from './overrides.ts'
import { loadUniverse } from './known-builds.ts'
import { resolveComponents, type ComponentWorld } from './resolve-components.ts'
import { readVariants, type Variant } from './variants.ts'

/** The parts of the world that a preparation reads. */
export interface PrepareWorld extends ComponentWorld {
  database: Database
  platforms: ReadonlyMap<string, Platform>
  rules: ExpansionRules
  /** Prefixes of scmurls from which modules may be built. */
  allowed: readonly string[]
}

export interface Submission {
  scmurl: string
  branch: string
  options: SubmissionOptions
}

/** What a submission may ask for beside the place of its document, in upstream's words. */
export interface SubmissionOptions {
  buildrequire_overrides?: StreamOverrides
  require_overrides?: StreamOverrides
}

/**
 * Fetches, validates and completes a module: everything that can be known before anything is built.
 *
 * @returns a module for each context that the document stands for, at least one
 * @throws UserError with every reason that was found and its place, InfraError when dist-git cannot be asked
 */
export async function prepare(
  world: PrepareWorld,
  submission: Submission,
  signal?: AbortSignal,
): Promise<PreparedModule[]> {
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
  const { buildrequire_overrides: buildrequires = {}, require_overrides: requires = {} } = submission.options
  const variants = readVariants(text, file, world.rules.baseModules).map((variant) => ({
    ...variant,
    blocks: applyOverrides(variant.document.dependencies, { buildrequires, requires }),
  }))
  for (const { document } of variants) requireFits(document, scm.name, submission.branch)
  const universe = await loadUniverse(
    world.database,
    world.platforms,
    variants.flatMap(({ blocks }) => blocks),
  )
  const targets = variants.flatMap((variant) => targetsOf(world, variant, universe))
  // Components are built for the first arch of the platform.
  for (const { document, platform } of targets)
    requireSupported(document, (platform?.arches ?? []).slice(0, 1))
  // Variants have the same components.
  const components = variants[0]?.document.components.rpms ?? new Map<string, RpmComponent>()
  const refs = await resolveComponents(world, components, signal)
  const time = timeVersion(await distGit.commitTime(scm.repository, commit, signal))
  const batches = planBatches(new Map([...components].map(([name, { buildorder }]) => [name, buildorder])))
  const scmurl = submission.scmurl.replace(/#.*$/, `#${commit}`)
  const prepared = targets.map(({ document, expansion, stream, platform }): PreparedModule => {
    const version = prefixedVersion(stream, time, world.rules.streamSuffixes)
    const nsvc = { name: scm.name, stream: submission.branch, version, context: expansion.context }
    return {
      ...nsvc,
      scmurl,
      platform: stream,
      disttagMarking: platform?.disttagMarking ?? '',
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
  })
  // Blocks that overlap stand for one and the same build.
  return [...new Map(prepared.map((module) => [`${module.version}:${module.context}`, module])).values()]
}

interface Target {
  document: ModuleStream
  expansion: Expansion
  /** The platform's. */
  stream: string
  platform: Platform | undefined
}

/** What a variant is built for. */
function targetsOf(
  { rules, platforms }: PrepareWorld,
  { document, staticContext, blocks: wanted }: Variant & { blocks: readonly Block[] },
  universe: Universe,
): Target[] {
  const blocks = resolveVirtualStreams(wanted, universe, rules)
  const { expansions, reasons } = expand(blocks, universe, { rules })
  const [first, ...others] = expansions
  if (first === undefined)
    throw new UserError(
      400,
      `No dependency combination was satisfied: ${reasons.join('; ')}. Have the build requirements been built?`,
      'data.dependencies',
    )
  if (staticContext !== undefined && others.length > 0)
    throw new UserError(
      400,
      `the context ${staticContext} stands for ${expansions.length} builds; name one stream for each of its buildrequires`,
      'data.dependencies',
    )
  return expansions.map((expansion) => {
    const base = expansion.modules.find(({ name }) => rules.baseModules.includes(name))
    if (base === undefined)
      throw new UserError(
        422,
        `data.dependencies[${expansion.block}] does not buildrequire a platform, and nothing that it requires brings one`,
        'data.dependencies',
      )
    return {
      document: { ...document, staticContext: staticContext !== undefined },
      expansion: { ...expansion, context: staticContext ?? expansion.context },
      stream: base.stream,
      platform: platforms.get(base.stream),
    }
  })
}

/** A prefix names a place: its own repository, and what lies below it. */
function isBelow(prefix: string, repository: string): boolean {
  return repository === prefix || repository.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)
}
