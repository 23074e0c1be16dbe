import type { ModuleStream } from '@mbs/modulemd'
import type { PreparedModule } from '../modulebuilds/index.ts'
import { refuseTogether, UserError } from '../errors.ts'
import { applyOverrides, requireBounded, type Overrides, type Universe } from '../expansion/index.ts'
import { requireAlive } from '../retirement/index.ts'
import { loadUniverse } from '../universe/index.ts'
import { identityOf, type Identity } from './document/identity.ts'
import { collectComponents } from './components/collect-components.ts'
import { complete } from './complete.ts'
import { fetchDocument } from './document/fetch-document.ts'
import { ownSrpms } from './components/own-srpms.ts'
import { resolveComponents } from './components/resolve-components.ts'
import type { PrepareWorld, Submission } from './submission.ts'
import { buildsMax, targetsOf, type Target } from './buildroot/targets.ts'
import { readVariants } from './document/variants.ts'

/**
 * Fetches, validates and completes a module: does all work that is possible before the build.
 *
 * @param onUnmet receives the reasons why combinations that the author names make no build, if other combinations do
 * @returns a module for each context of the document, at least one
 * @throws UserError with every reason that was found and its place, InfraError when dist-git is unavailable
 */
export async function prepare(
  world: PrepareWorld,
  submission: Submission,
  signal?: AbortSignal,
  onUnmet?: (reason: string) => void,
): Promise<PreparedModule[]> {
  const fetched = await fetchDocument(world, submission.source, signal)
  const read = readVariants(fetched.text, fetched.file, world.rules.baseModules)
  requireFewBuilds(read.length)
  const variants = read.map((variant) => ({
    ...variant,
    module: identityOf(world, variant.document, fetched, submission.source),
    blocks: applyOverrides(variant.document.dependencies, overridesOf(world, variant.document, submission)),
  }))
  // This check comes before any work that grows with them.
  for (const { blocks } of variants) requireBounded(blocks)
  for (const { module } of variants)
    await requireAlive(world.database, module.name, module.stream, world.clock.now())
  const universe = await loadUniverse(
    world.database,
    world.rules,
    variants.flatMap(({ blocks }) => blocks),
  )
  const targets = targetsOfAll(world, variants, universe, onUnmet)
  // All variants have the same components.
  const [first] = variants
  const collected = first === undefined ? [] : await collectComponents(world, first.document, signal)
  const srpms = await ownSrpms(world.artifacts, submission.options.srpms ?? [])
  const components = await resolveComponents(world, collected, srpms, signal)
  const prepared: PreparedModule[] = []
  for (const target of targets)
    prepared.push(await complete(world, submission.options, { fetched, target, components, universe }))
  // Blocks that overlap can make the same build twice.
  return [...new Map(prepared.map((module) => [`${module.version}:${module.context}`, module])).values()]
}

function requireFewBuilds(count: number): void {
  if (count > buildsMax)
    throw new UserError(422, `the document stands for more than ${buildsMax} builds`, 'data.dependencies')
}

/**
 * Returns the targets of all variants.
 *
 * @throws UserError with the faults of all variants together, each with the context that its author chose
 */
function targetsOfAll(
  world: PrepareWorld,
  variants: readonly (Parameters<typeof targetsOf>[1] & { module: Identity })[],
  universe: Universe,
  onUnmet: ((reason: string) => void) | undefined,
): (Target & { module: Identity })[] {
  const faults: UserError[] = []
  const targets = variants.flatMap((variant) => {
    try {
      return targetsOf(world, variant, universe, onUnmet).map((target) => ({
        ...target,
        module: variant.module,
      }))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const { staticContext } = variant
      const message =
        staticContext === undefined ? error.message : `context ${staticContext}: ${error.message}`
      faults.push(new UserError(error.status, message, error.where))
      return []
    }
  })
  refuseTogether(faults)
  requireFewBuilds(targets.length)
  return targets
}

/**
 * Returns the overrides of the request, and the base stream that the branch name gives if the request does not override
 * it (upstream: BR_STREAM_OVERRIDE).
 */
function overridesOf(
  { baseStreamPatterns, rules }: PrepareWorld,
  document: ModuleStream,
  { source, options }: Submission,
): Overrides {
  const { buildrequire_overrides: buildrequires = {}, require_overrides: requires = {} } = options
  const [base = ''] = rules.baseModules
  const branch = 'branch' in source ? source.branch : ''
  const match = baseStreamPatterns.map((pattern) => pattern.exec(branch)).find((found) => found !== null)
  const groups: (string | undefined)[] = match?.slice(1) ?? []
  const stream = groups.map((group) => group ?? '').join('')
  const isNamed = document.dependencies.some((block) => block.buildrequires.has(base))
  if (stream === '' || !isNamed || Object.hasOwn(buildrequires, base)) return { buildrequires, requires }
  return { buildrequires: { ...buildrequires, [base]: [stream] }, requires }
}
