import type { YamlNode } from '../yaml/tree.ts'

/** The offset of what a path leads to, or of the deepest part of it that stands in the text. */
export function locate(node: YamlNode, path: readonly string[], item?: string): number {
  const [key, ...rest] = path
  if (key === undefined) return (itemOf(node, item) ?? node).at
  const next = childOf(node, key)
  return next === undefined ? node.at : locate(next, rest, item)
}

/** What a path leads to, or undefined when it does not stand in the text. */
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

/** The item of a set that is this text; sets lose the order of the text when they are read. */
function itemOf(node: YamlNode, text: string | undefined): YamlNode | undefined {
  const items = node.kind === 'list' ? node.items : [node]
  return text === undefined ? undefined : items.find((item) => item.kind === 'text' && item.text === text)
}
