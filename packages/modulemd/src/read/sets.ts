import { sortedMap, sortedSet } from '../byte-order.ts'
import { quote } from '../quote.ts'
import { fieldsOfAll, lastOf } from './fields.ts'
import { type Place, entriesOf, itemsOf, refuseType, repeated } from './place.ts'
import { readText } from './scalars.ts'

/** A set of texts: a list, or a single text for one, or nothing for none. */
export function readSet(place: Place): string[] {
  const { node } = place
  if (node.kind === 'text') return node.text === '' ? [] : [node.text]
  if (node.kind === 'list') return sortedSet(itemsOf(place).flatMap(readItem))
  refuseType(place, 'list')
  return []
}

/** What is no text is reported, and is no part of the set. */
function readItem(place: Place): string[] {
  const text = readText(place)
  return place.node.kind === 'text' ? [text] : []
}

/** A map of sets, in which no name may come twice. */
export function readNestedSet(place: Place): Map<string, string[]> {
  return readUniqueTable(place, readSet)
}

/** A map in which no name may come twice. */
export function readUniqueTable<T>(place: Place, read: (place: Place) => T): Map<string, T> {
  const table = new Map<string, T>()
  for (const { key, keyAt, value } of entriesOf(place)) {
    if (table.has(key)) value.report.add({ ...repeated(quote(key)), path: value.path, at: keyAt })
    table.set(key, read(value))
  }
  return sortedMap(table)
}

/**
 * The set under the key `rpms`, as `api` and `filter` have it. A text instead of the map means an empty set
 * to libmodulemd, by an oversight on which published documents rely: a fault in strict reading only.
 */
export function readRpmSet(places: readonly Place[]): string[] {
  const maps = places.filter((place) => place.node.kind !== 'text')
  for (const place of places) {
    if (place.node.kind === 'text' && place.report.isStrict) refuseType(place, 'map')
  }
  return lastOf(fieldsOfAll(maps, ['rpms']).rpms, readSet) ?? []
}
