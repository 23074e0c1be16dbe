import { type Pair, type ParsedNode, Scalar, isAlias, isMap, isScalar } from 'yaml'
import { forbiddenInValue } from './characters.ts'
import type { YamlEntry, YamlFault, YamlNode } from './tree.ts'

/**
 * Turns the nodes of the YAML library into ours. Scalars become their source text, whatever their tag; a
 * missing value is the empty text. Aliases, merge keys and keys that are no text are refused: other readers
 * of modulemd do not resolve them, and one line of aliases can stand for a gigabyte.
 */
export function treeOf(node: ParsedNode | null, at: number, faults: YamlFault[]): YamlNode {
  if (node === null) return { kind: 'text', text: '', at }
  const start = node.range[0]
  if (isScalar(node)) return textOf(node.source, start, faults)
  if (isAlias(node)) {
    faults.push({
      message: `the alias *${node.source} is not read`,
      at: start,
      remedy: 'write the value out',
    })
    return { kind: 'unreadable', at: start }
  }
  if (!isMap(node)) {
    return { kind: 'list', items: node.items.map((item) => treeOf(item, start, faults)), at: start }
  }
  return { kind: 'map', entries: node.items.flatMap((pair) => entryOf(pair, start, faults)), at: start }
}

function textOf(text: string, at: number, faults: YamlFault[]): YamlNode {
  const forbidden = forbiddenInValue(text)
  if (forbidden === undefined) return { kind: 'text', text, at }
  faults.push({ message: `the character ${forbidden} cannot stand in a value`, at })
  return { kind: 'unreadable', at }
}

function entryOf(pair: Pair<ParsedNode, ParsedNode | null>, mapAt: number, faults: YamlFault[]): YamlEntry[] {
  // The library's types promise a key where its parser leaves null.
  const keyNode = pair.key as ParsedNode | null
  const key = treeOf(keyNode, mapAt, faults)
  const value = treeOf(pair.value, keyNode?.range[1] ?? mapAt, faults)
  if (isMergeKey(keyNode)) {
    faults.push({ message: 'the merge key << is not read', at: key.at, remedy: 'write the merged keys out' })
    return []
  }
  if (key.kind === 'text') return [{ key: key.text, keyAt: key.at, value }]
  if (key.kind !== 'unreadable')
    faults.push({ message: `a key must be a text, not a ${key.kind}`, at: key.at })
  return []
}

/** Quoted, it is a key like any other. */
function isMergeKey(node: ParsedNode | null): boolean {
  return isScalar(node) && node.source === '<<' && node.type === Scalar.PLAIN
}
