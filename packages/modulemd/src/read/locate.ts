import type { YamlList, YamlMap, YamlNode, YamlText } from '../yaml/tree.ts'

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

/** The values of maps by key, and the texts of lists. One fault needs them once, and many faults need them again. */
const valuesOf = new WeakMap<YamlMap, Map<string, YamlNode>>()
const textsOf = new WeakMap<YamlList, Map<string, YamlText>>()

function childOf(node: YamlNode, key: string): YamlNode | undefined {
  if (node.kind === 'list') return node.items[Number(key)]
  if (node.kind !== 'map') return undefined
  let values = valuesOf.get(node)
  if (values === undefined) {
    values = new Map(node.entries.map((entry) => [entry.key, entry.value]))
    valuesOf.set(node, values)
  }
  return values.get(key)
}

/**
 * Returns the item of a set with this text. A set does not keep the order of the text, so an index is not
 * enough.
 */
function itemOf(node: YamlNode, text: string | undefined): YamlNode | undefined {
  if (text === undefined) return undefined
  if (node.kind === 'text') return node.text === text ? node : undefined
  if (node.kind !== 'list') return undefined
  let texts = textsOf.get(node)
  if (texts === undefined) {
    texts = new Map()
    for (const item of node.items) {
      if (item.kind === 'text' && !texts.has(item.text)) texts.set(item.text, item)
    }
    textsOf.set(node, texts)
  }
  return texts.get(text)
}
