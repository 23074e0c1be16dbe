import type { ModuleDependencies } from '../module-stream.ts'
import { quote } from '../quote.ts'
import type { StreamFault } from './stream-fault.ts'

/** Streams of one module are either those that will do or, with a dash, those that will not. */
export function findDependencyFaults(dependencies: readonly ModuleDependencies[]): StreamFault[] {
  return dependencies.flatMap((alternative, i) =>
    (['requires', 'buildrequires'] as const).flatMap((half) =>
      [...alternative[half]]
        .filter(([, streams]) => isMixed(streams))
        .map(([module]) => ({
          code: 'inconsistent' as const,
          message: `the streams of ${quote(module)} mix those that will do with those that will not`,
          path: ['dependencies', String(i), half, module],
          remedy: 'lead all of them with a dash or none',
        })),
    ),
  )
}

function isMixed(streams: readonly string[]): boolean {
  const negatives = streams.filter((stream) => stream.startsWith('-')).length
  return negatives > 0 && negatives < streams.length
}
