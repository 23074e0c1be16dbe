import { joinPath } from '../path.ts'
import type { YamlNode } from '../yaml/tree.ts'

/** Sections of streams that accumulate when the document repeats them. No value is lost. */
const ACCUMULATING = new Set([
  'data.dependencies',
  'data.profiles',
  'data.components.rpms',
  'data.components.modules',
])

/** Finds keys that a map repeats. YAML forbids them, and libmodulemd accepts them. */
export function* findRepeatedKeys(
  node: YamlNode,
  path = '',
): Generator<{ key: string; path: string; at: number }> {
  if (node.kind === 'list') {
    for (const [i, item] of node.items.entries()) yield* findRepeatedKeys(item, joinPath(path, String(i)))
  }
  if (node.kind !== 'map') return
  const seen = new Set<string>()
  for (const { key, keyAt, value } of node.entries) {
    const own = joinPath(path, key)
    if (seen.has(key) && !ACCUMULATING.has(own)) yield { key, path: own, at: keyAt }
    seen.add(key)
    yield* findRepeatedKeys(value, own)
  }
}
