import { quote } from '../quote.ts'
import { type Entry, type Place, entriesOf } from './place.ts'
import { nearestTo } from './suggest.ts'

/**
 * The values of a map with known keys: for every key the places in the text, of which there may be several.
 */
export type Fields<K extends string> = Record<K, Place[]>

/**
 * Sorts the entries of a map by the keys that it may have. Another key is a fault in strict reading, and
 * skipped with all its value otherwise.
 */
export function fieldsOf<K extends string>(place: Place, known: readonly K[]): Fields<K> {
  return fieldsOfAll([place], known)
}

/** The same for a section that stands in the text more than once: its maps are read as one. */
export function fieldsOfAll<K extends string>(places: readonly Place[], known: readonly K[]): Fields<K> {
  const fields = Object.fromEntries(known.map((key) => [key, []])) as unknown as Fields<K>
  for (const entry of places.flatMap(entriesOf)) {
    if (isOneOf(entry.key, known)) fields[entry.key].push(entry.value)
    else if (entry.value.report.isStrict) refuseUnknown(entry, known)
  }
  return fields
}

/** Reads every value of a key; the last one counts, as in libmodulemd. */
export function lastOf<T>(places: readonly Place[], read: (place: Place) => T): T | undefined {
  return places.map(read).at(-1)
}

/** Reports a key that may not stand here, with the known key that was probably meant. */
export function refuseUnknown({ key, keyAt, value }: Entry, known: readonly string[]): void {
  if (value.report.isFull) return
  const near = nearestTo(key, known)
  value.report.add({
    code: 'unknown-key',
    message: `the key ${quote(key)} is not known here`,
    remedy: near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`,
    path: value.path,
    at: keyAt,
  })
}

function isOneOf<K extends string>(key: string, known: readonly K[]): key is K {
  return (known as readonly string[]).includes(key)
}
