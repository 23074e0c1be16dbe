import type { ModuleStream } from '@mbs/modulemd'
import { UserError } from '../../errors.ts'
import {
  expand,
  resolveVirtualStreams,
  type Block,
  type Expansion,
  type ExpansionRules,
  type KnownBuild,
  type Universe,
} from '../../expansion/index.ts'
import type { Variant } from '../document/variants.ts'

/** Most builds of one document: each has a copy of the document. Real ones make some dozens. */
export const buildsMax = 200

/** One of the builds of a variant. */
export interface Target {
  document: ModuleStream
  expansion: Expansion
  base: KnownBuild
}

/**
 * Returns the targets of a variant: one for each combination of streams that fits, or exactly one for a context that
 * the author chose.
 *
 * @param onUnmet receives the reasons why combinations that the author names make no build, if other combinations do
 * @throws UserError 400 if no combination fits or a static context means several builds, 422 if a required module or a
 *   base module is missing
 */
export function targetsOf(
  { rules, defaultStreams }: { rules: ExpansionRules; defaultStreams: ReadonlyMap<string, string> },
  { document, staticContext, blocks: wanted }: Variant & { blocks: readonly Block[] },
  universe: Universe,
  onUnmet?: (reason: string) => void,
): Target[] {
  const blocks = resolveVirtualStreams(wanted, universe, rules)
  const tellUnmet = onUnmet !== undefined
  const { expansions, reasons, unmet } = expand(blocks, universe, {
    rules,
    defaultStreams,
    tellUnmet,
    buildsMax,
  })
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
      `it stands for ${expansions.length} builds; name one stream for each of its buildrequires`,
      'data.dependencies',
    )
  for (const reason of [...reasons, ...unmet]) onUnmet?.(reason)
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
      base,
    }
  })
}
