import { joinPath } from '../path.ts'
import type { YamlMap, YamlNode } from '../yaml/tree.ts'
import type { Complaint } from '../problem.ts'
import type { Report } from './report.ts'

/** A value to read: the node, the path that names it, and the report that receives its faults. */
export interface Place {
  node: YamlNode
  path: string
  report: Report
}

/** Reports a fault of the value itself. */
export function refuse({ node, path, report }: Place, complaint: Complaint): void {
  report.add({ ...complaint, path, at: node.at })
}

/** Reports that a value is a list, a map or a text where another of them is required. */
export function refuseType(place: Place, expected: 'text' | 'list' | 'map'): void {
  if (place.node.kind === 'unreadable') return
  const message = `a ${expected} is expected here, not ${describe(place.node)}`
  refuse(place, { code: 'type', message, remedy: TYPE_REMEDIES[expected] })
}

const TYPE_REMEDIES = {
  text: 'write one text, in quotes if it has marks of YAML',
  list: 'write [a, b], or a line with a dash for each item',
  map: 'write "key: value" on lines below, deeper than this key',
} as const

/** Reports that a required key is missing below a place. */
export function refuseMissing({ node, path, report }: Place, key: string): void {
  report.add({
    code: 'missing',
    message: `the key ${key} is missing`,
    remedy: `add ${key}`,
    path: joinPath(path, key),
    at: node.at,
  })
}

/** Reports every use of a key after the first one. */
export function refuseRepeated(places: readonly Place[], what: string): void {
  for (const place of places.slice(1)) refuse(place, repeated(what))
}

/** Returns the complaint about a repeated value. */
export function repeated(what: string): Complaint {
  return { code: 'repeated', message: `${what} is given twice`, remedy: 'keep one of them' }
}

/** One key of a map with its value. */
export interface Entry {
  key: string
  keyAt: number
  value: Place
}

/**
 * Returns all entries of a map in the order of the text. If the value is not a map, it reports a fault and
 * returns none.
 */
export function entriesOf(place: Place): Entry[] {
  const { node, path, report } = place
  if (!isMap(place)) return []
  return (node as YamlMap).entries.map(({ key, keyAt, value }) => ({
    key,
    keyAt,
    value: { node: value, path: joinPath(path, key), report },
  }))
}

/** Returns all items of a list. If the value is not a list, it reports a fault and returns none. */
export function itemsOf(place: Place): Place[] {
  const { node, path, report } = place
  if (node.kind === 'list')
    return node.items.map((item, i) => ({ node: item, path: joinPath(path, String(i)), report }))
  refuseType(place, 'list')
  return []
}

/** Describes a node for a message. */
function describe(node: YamlNode): string {
  if (node.kind !== 'text') return `a ${node.kind}`
  return node.text === '' ? 'nothing' : 'a text'
}

function isMap(place: Place): boolean {
  if (place.node.kind === 'map') return true
  refuseType(place, 'map')
  return false
}
