import type { Problem } from '../problem.ts'
import { mergeDefaults } from './merge-defaults.ts'
import { ModuleIndex } from './module-index.ts'

/** An index with its priority, 0 to 1000; repositories have 0, a system's own defaults 1000. */
export interface IndexLayer {
  index: ModuleIndex
  priority?: number
}

/** How strict merging is. */
export interface MergeOptions {
  /** Equally new defaults with different streams are an error, not a module without a default. */
  strictDefaultStreams?: boolean
}

/**
 * Merges indexes as package managers do (`modulemd_module_index_merger_resolve`): those of one priority into
 * each other, in the order given, and then level by level, the defaults of a higher one instead of those
 * below. A stream that differs from one of the same name is left out; the first one stays. Returns what was
 * left out as problems.
 *
 * @throws {ModulemdError} when defaults of one level contradict each other
 */
export function mergeIndexes(
  layers: readonly IndexLayer[],
  options: MergeOptions = {},
): { index: ModuleIndex; problems: Problem[] } {
  const result = new ModuleIndex()
  const problems: Problem[] = []
  const priorities = [...new Set(layers.map(({ priority = 0 }) => priority))].sort((a, b) => a - b)
  for (const priority of priorities) {
    const level = new ModuleIndex()
    for (const { index, priority: own = 0 } of layers) {
      if (own === priority) problems.push(...mergeInto(level, index, { ...options, override: false }))
    }
    problems.push(...mergeInto(result, level, { ...options, override: true }))
  }
  return { index: result, problems }
}

/** Merges one index into another (`modulemd_module_index_merge`) and returns what was left out. */
function mergeInto(
  into: ModuleIndex,
  from: ModuleIndex,
  options: MergeOptions & { override: boolean },
): Problem[] {
  const problems: Problem[] = []
  for (const [name, module] of from.modules) {
    into.addModule(name)
    const known = into.module(name)
    if (module.defaults !== undefined) {
      const own = options.override ? undefined : known?.defaults
      const strictStreams = options.strictDefaultStreams ?? false
      into.add(own === undefined ? module.defaults : mergeDefaults(module.defaults, own, { strictStreams }))
    }
    for (const stream of module.streams) {
      const complaint = into.offer(stream)
      if (complaint !== undefined) problems.push({ ...complaint, line: 0, column: 0, path: 'data' })
    }
    for (const translations of module.translations.values()) {
      const own = known?.translations.get(translations.stream)
      if (own === undefined || translations.modified > own.modified) into.add(translations)
    }
    for (const obsoletes of module.obsoletes) into.add(obsoletes)
  }
  return problems
}
