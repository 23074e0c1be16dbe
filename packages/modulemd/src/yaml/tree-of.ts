import { type Pair, type ParsedNode, Scalar, isAlias, isMap, isScalar } from 'yaml'
import { joinPath } from '../path.ts'
import { forbiddenInValue } from './characters.ts'
import type { YamlEntry, YamlFault, YamlNode } from './tree.ts'

/** Where a node stands, and where to put what is wrong with it. */
interface Spot {
  at: number
  path: string
  faults: YamlFault[]
}

/**
 * Turns the nodes of the YAML library into ours. Scalars become their source text, whatever their tag; a
 * missing value is the empty text. Aliases, merge keys and keys that are no text are refused: other readers
 * of modulemd do not resolve them, and one line of aliases can stand for a gigabyte.
 */
export function treeOf(node: ParsedNode | null, spot: Spot): YamlNode {
  if (node === null) return { kind: 'text', text: '', at: spot.at }
  const here = { ...spot, at: node.range[0] }
  if (isScalar(node)) return textOf(node.source, here)
  if (isAlias(node)) return refuse(here, `the alias *${node.source} is not read`, 'write the value out')
  if (isMap(node)) {
    return { kind: 'map', entries: node.items.flatMap((pair) => entryOf(pair, here)), at: here.at }
  }
  const items = node.items.map((item, i) => treeOf(item, { ...here, path: joinPath(here.path, String(i)) }))
  return { kind: 'list', items, at: here.at }
}

function textOf(text: string, spot: Spot): YamlNode {
  const forbidden = forbiddenInValue(text)
  if (forbidden !== undefined) return refuse(spot, `the character ${forbidden} cannot stand in a value`)
  return { kind: 'text', text, at: spot.at }
}

function entryOf(pair: Pair<ParsedNode, ParsedNode | null>, map: Spot): YamlEntry[] {
  // The library's types promise a key where its parser leaves null.
  const keyNode = pair.key as ParsedNode | null
  const key = treeOf(keyNode, map)
  const path = key.kind === 'text' ? joinPath(map.path, key.text) : map.path
  const value = treeOf(pair.value, { ...map, at: keyNode?.range[1] ?? map.at, path })
  if (isMergeKey(keyNode)) {
    refuse({ ...map, at: key.at }, 'the merge key << is not read', 'write the merged keys out')
    return []
  }
  if (key.kind === 'text') return [{ key: key.text, keyAt: key.at, value }]
  if (key.kind !== 'unreadable') refuse({ ...map, at: key.at }, `a key must be a text, not a ${key.kind}`)
  return []
}

/** Quoted, it is a key like any other. */
function isMergeKey(node: ParsedNode | null): boolean {
  return isScalar(node) && node.source === '<<' && node.type === Scalar.PLAIN
}

function refuse({ at, path, faults }: Spot, message: string, remedy?: string): YamlNode {
  faults.push({ message, at, path, ...(remedy === undefined ? {} : { remedy }) })
  return { kind: 'unreadable', at }
}
