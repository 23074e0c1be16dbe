import type { YamlNode } from '../yaml/tree.ts'

/** The offset of what a path leads to, or of the deepest part of it that stands in the text. */
export function locate(node: YamlNode, path: readonly string[], item?: string): number {
  const [key, ...rest] = path
  if (key === undefined) return item === undefined ? node.at : locateItem(node, item)
  const next = childOf(node, key)
  return next === undefined ? node.at : locate(next, rest, item)
}

function childOf(node: YamlNode, key: string): YamlNode | undefined {
  if (node.kind === 'map') return node.entries.findLast((entry) => entry.key === key)?.value
  return node.kind === 'list' ? node.items[Number(key)] : undefined
}

/** The item of a list that is this text; sets lose the order of the text when they are read. */
function locateItem(node: YamlNode, text: string): number {
  if (node.kind !== 'list') return node.at
  return node.items.find((item) => item.kind === 'text' && item.text === text)?.at ?? node.at
}
