import type { YamlNode } from '../yaml/tree.ts'

/** Returns the offset of the value at a path, or of the deepest part of the path that the text has. */
export function locate(node: YamlNode, path: readonly string[], item?: string): number {
  const [key, ...rest] = path
  if (key === undefined) return (itemOf(node, item) ?? node).at
  const next = childOf(node, key)
  return next === undefined ? node.at : locate(next, rest, item)
}

/** Returns the value at a path, or undefined when the text does not have it. */
export function nodeAt(node: YamlNode, path: readonly string[], item?: string): YamlNode | undefined {
  const [key, ...rest] = path
  if (key === undefined) return item === undefined ? node : itemOf(node, item)
  const next = childOf(node, key)
  return next === undefined ? undefined : nodeAt(next, rest, item)
}

function childOf(node: YamlNode, key: string): YamlNode | undefined {
  if (node.kind === 'map') return node.entries.findLast((entry) => entry.key === key)?.value
  return node.kind === 'list' ? node.items[Number(key)] : undefined
}

/**
 * Returns the item of a set with this text. A set does not keep the order of the text, so an index is not
 * enough.
 */
function itemOf(node: YamlNode, text: string | undefined): YamlNode | undefined {
  const items = node.kind === 'list' ? node.items : [node]
  return text === undefined ? undefined : items.find((item) => item.kind === 'text' && item.text === text)
}
