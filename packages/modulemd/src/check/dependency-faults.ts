import type { ModuleDependencies } from '../module-stream.ts'
import { quote } from '../quote.ts'
import type { StreamFault } from './stream-fault.ts'

/**
 * Finds dependencies that mix allowed and excluded streams. A dependency lists either the streams that it
 * allows or, each with a dash, the streams that it excludes.
 */
export function* findDependencyFaults(dependencies: readonly ModuleDependencies[]): Generator<StreamFault> {
  for (const [i, alternative] of dependencies.entries()) {
    for (const half of ['requires', 'buildrequires'] as const) {
      for (const [module, streams] of alternative[half]) {
        if (!isMixed(streams)) continue
        yield {
          code: 'inconsistent',
          message: `the streams of ${quote(module)} mix included and excluded ones`,
          path: ['dependencies', String(i), half, module],
          remedy: 'lead all of them with a dash or none',
        }
      }
    }
  }
}

function isMixed(streams: readonly string[]): boolean {
  const negatives = streams.filter((stream) => stream.startsWith('-')).length
  return negatives > 0 && negatives < streams.length
}
