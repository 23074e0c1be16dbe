import { joinPath } from '../path.ts'
import type { YamlMap, YamlNode } from '../yaml/tree.ts'
import type { Report } from './report.ts'

/** A value to be read: the node, the path that names it, and where faults go. */
export interface Place {
  node: YamlNode
  path: string
  report: Report
}

/** Reports a fault of the value itself. */
export function refuse({ node, path, report }: Place, message: string, remedy?: string): void {
  report.add({ message, path, at: node.at, ...(remedy === undefined ? {} : { remedy }) })
}

/** Reports that something required is missing below a place. */
export function refuseMissing({ node, path, report }: Place, key: string, message: string): void {
  report.add({ message, path: joinPath(path, key), at: node.at })
}

/** One key of a map with its value. */
export interface Entry {
  key: string
  keyAt: number
  value: Place
}

/** All entries of a map in the order of the text; a fault and none when the value is no map. */
export function entriesOf(place: Place): Entry[] {
  const { node, path, report } = place
  if (!isMap(place)) return []
  return (node as YamlMap).entries.map(({ key, keyAt, value }) => ({
    key,
    keyAt,
    value: { node: value, path: joinPath(path, key), report },
  }))
}

/** All items of a list; a fault and none when the value is no list. */
export function itemsOf(place: Place): Place[] {
  const { node, path, report } = place
  if (node.kind === 'list')
    return node.items.map((item, i) => ({ node: item, path: joinPath(path, String(i)), report }))
  if (node.kind !== 'unreadable') refuse(place, `a list is expected here, not ${describe(node)}`)
  return []
}

/** What a node is, in a sentence. */
export function describe(node: YamlNode): string {
  if (node.kind !== 'text') return `a ${node.kind}`
  return node.text === '' ? 'nothing' : 'a text'
}

function isMap(place: Place): boolean {
  if (place.node.kind === 'map') return true
  if (place.node.kind !== 'unreadable') refuse(place, `a map is expected here, not ${describe(place.node)}`)
  return false
}
