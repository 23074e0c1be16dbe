import type { Block } from './blocks.ts'
import type { ExpansionRules, Universe } from './universe.ts'

/**
 * The blocks with the newest base module in place of each virtual stream that is required for building (upstream:
 * resolve_base_module_virtual_streams): who asks for el8 builds on the newest el8.x.
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
