import { sortedMap, sortedSet } from '../byte-order.ts'
import { quote } from '../quote.ts'
import { fieldsOfAll, lastOf } from './fields.ts'
import { type Place, entriesOf, itemsOf, refuseType, repeated } from './place.ts'
import { readText } from './scalars.ts'

/** Reads a set of texts. A single text is a set of one; an empty text is an empty set. */
export function readSet(place: Place): string[] {
  const { node } = place
  if (node.kind === 'text') return node.text === '' ? [] : [node.text]
  if (node.kind === 'list') return sortedSet(itemsOf(place).flatMap(readItem))
  refuseType(place, 'list')
  return []
}

/** Reads one item. A value that is not text is reported and left out of the set. */
function readItem(place: Place): string[] {
  const text = readText(place)
  return place.node.kind === 'text' ? [text] : []
}

/** Reads a map of sets. A repeated name is a fault. */
export function readNestedSet(place: Place): Map<string, string[]> {
  return readUniqueTable(place, readSet)
}

/** Reads a map. A repeated name is a fault. */
export function readUniqueTable<T>(place: Place, read: (place: Place) => T): Map<string, T> {
  const table = new Map<string, T>()
  for (const { key, keyAt, value } of entriesOf(place)) {
    if (table.has(key)) value.report.add({ ...repeated(quote(key)), path: value.path, at: keyAt })
    table.set(key, read(value))
  }
  return sortedMap(table)
}

/**
 * Reads the set under the key `rpms` of `api` and `filter`. By an oversight, libmodulemd reads a text in place
 * of the map as an empty set, and published documents rely on that. It is a fault only in strict reading.
 */
export function readRpmSet(places: readonly Place[]): string[] {
  const maps = places.filter((place) => place.node.kind !== 'text')
  for (const place of places) {
    if (place.node.kind === 'text' && place.report.isStrict) refuseType(place, 'map')
  }
  return lastOf(fieldsOfAll(maps, ['rpms']).rpms, readSet) ?? []
}
