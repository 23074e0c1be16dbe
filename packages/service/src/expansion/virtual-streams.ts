import type { Block } from './blocks.ts'
import type { ExpansionRules, Universe } from './universe.ts'

/**
 * Returns the blocks with the newest base module's stream in place of each virtual stream in the build requirements
 * (upstream: resolve_base_module_virtual_streams): a block with el8 is built on the newest el8.x.
 */
export function resolveVirtualStreams(
  blocks: readonly Block[],
  universe: Universe,
  { baseModules, streamSuffixes }: ExpansionRules,
): Block[] {
  return blocks.map(({ buildrequires, requires }) => ({
    requires,
    buildrequires: new Map(
      [...buildrequires].map(([name, streams]) => {
        if (!baseModules.includes(name)) return [name, streams]
        const real = streams.map((stream) => universe.realStream(name, stream, streamSuffixes) ?? stream)
        return [name, [...new Set(real)]]
      }),
    ),
  }))
}
