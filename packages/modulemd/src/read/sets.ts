import { sortedMap, sortedSet } from '../byte-order.ts'
import { quote } from '../quote.ts'
import { fieldsOfAll, lastOf } from './fields.ts'
import { type Place, describe, entriesOf, itemsOf, refuse } from './place.ts'
import { readText } from './scalars.ts'

/** A set of texts: a list, or a single text for one, or nothing for none. */
export function readSet(place: Place): string[] {
  const { node } = place
  if (node.kind === 'text') return node.text === '' ? [] : [node.text]
  if (node.kind === 'list') return sortedSet(itemsOf(place).map(readText))
  if (node.kind === 'map') refuse(place, 'a list is expected here, not a map')
  return []
}

/** A map of sets, in which no name may come twice. */
export function readNestedSet(place: Place): Map<string, string[]> {
  const sets = new Map<string, string[]>()
  for (const { key, keyAt, value } of entriesOf(place)) {
    if (sets.has(key)) {
      value.report.add({ message: `${quote(key)} is given twice`, path: value.path, at: keyAt })
    }
    sets.set(key, readSet(value))
  }
  return sortedMap(sets)
}

/**
 * The set under the key `rpms`, as `api` and `filter` have it. A text instead of the map means an empty set
 * to libmodulemd, by an oversight on which published documents rely: a fault in strict reading only.
 */
export function readRpmSet(places: readonly Place[]): string[] {
  const maps = places.filter((place) => place.node.kind !== 'text')
  for (const place of places) {
    if (place.node.kind === 'text' && place.report.isStrict) {
      refuse(place, `a map is expected here, not ${describe(place.node)}`)
    }
  }
  return lastOf(fieldsOfAll(maps, ['rpms']).rpms, readSet) ?? []
}
