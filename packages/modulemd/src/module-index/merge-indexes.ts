import type { Problem } from '../problem.ts'
import { mergeDefaults } from './merge-defaults.ts'
import { ModuleIndex } from './module-index.ts'

/** An index with its priority, 0 to 1000. Repositories have 0, a system's own defaults 1000. */
export interface IndexLayer {
  index: ModuleIndex
  priority?: number
}

/** Strictness of the merge. */
export interface MergeOptions {
  /** Makes equally new defaults with different streams an error. Otherwise the module has no default stream. */
  strictDefaultStreams?: boolean
}

/**
 * Merges indexes as package managers do (`modulemd_module_index_merger_resolve`). It first merges the indexes
 * of one priority in the given order. It then merges the priorities from the lowest to the highest; defaults of
 * a higher priority replace those below. When two streams have the same name and different content, the first
 * one stays. The other one is left out and returned as a problem.
 *
 * @throws {ModulemdError} when defaults of one priority contradict each other
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
      if (own === priority) mergeInto(level, index, { ...options, override: false }, problems)
    }
    mergeInto(result, level, { ...options, override: true }, problems)
  }
  return { index: result, problems }
}

/** Merges one index into another (`modulemd_module_index_merge`) and adds the omitted streams to the problems. */
function mergeInto(
  into: ModuleIndex,
  from: ModuleIndex,
  options: MergeOptions & { override: boolean },
  problems: Problem[],
): void {
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
}
