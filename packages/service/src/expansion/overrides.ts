import { UserError } from '../errors.ts'
import type { Block } from './blocks.ts'

/** Module → the streams that replace those in its document. */
export type StreamOverrides = Readonly<Record<string, readonly string[]>>

/** The streams that a submission may replace in the dependencies of its document. */
export interface Overrides {
  buildrequires?: StreamOverrides
  requires?: StreamOverrides
}

/**
 * Returns the blocks with the other streams, in every block that names the module (upstream: _apply_dep_overrides).
 *
 * @throws UserError (400) that names all modules that no block requires
 */
export function applyOverrides(blocks: readonly Block[], overrides: Overrides): Block[] {
  for (const key of ['buildrequires', 'requires'] as const) {
    const required = new Set(blocks.flatMap((block) => [...block[key].keys()]))
    const unused = Object.keys(overrides[key] ?? {}).filter((name) => !required.has(name))
    if (unused.length > 0)
      throw new UserError(
        400,
        `The ${key.replace(/s$/, '')} overrides for the following modules aren't applicable: ${unused.sort().join(', ')}`,
        `${key.replace(/s$/, '')}_overrides`,
      )
  }
  return blocks.map(({ buildrequires, requires }) => ({
    buildrequires: replaced(buildrequires, overrides.buildrequires),
    requires: replaced(requires, overrides.requires),
  }))
}

function replaced(
  requirements: Block['requires'],
  overrides: StreamOverrides = {},
): Map<string, readonly string[]> {
  const others = new Map(Object.entries(overrides))
  return new Map([...requirements].map(([name, streams]) => [name, others.get(name) ?? streams]))
}

/** Returns streams by module, in the form of documents. */
export function listsOf(requirements: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  return new Map([...requirements].map(([name, streams]) => [name, [...streams]]))
}

/** Returns blocks in the form of JSON. */
export function presentBlocks(
  blocks: readonly Block[],
): { buildrequires: Record<string, string[]>; requires: Record<string, string[]> }[] {
  return blocks.map(({ buildrequires, requires }) => ({
    buildrequires: Object.fromEntries(listsOf(buildrequires)),
    requires: Object.fromEntries(listsOf(requires)),
  }))
}
