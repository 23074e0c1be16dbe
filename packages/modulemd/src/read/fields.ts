import { quote } from '../quote.ts'
import { type Entry, type Place, entriesOf } from './place.ts'
import { nearestTo } from './suggest.ts'

/**
 * The values of a map with known keys. Every key has the list of its places in the text, because a key may be
 * repeated.
 */
export type Fields<K extends string> = Record<K, Place[]>

/**
 * Groups the entries of a map by its known keys. Strict reading reports an unknown key as a fault; lax reading
 * skips it with its whole value.
 */
export function fieldsOf<K extends string>(place: Place, known: readonly K[]): Fields<K> {
  return fieldsOfAll([place], known)
}

/** Does the same for a section that the text repeats: it reads the maps of all sections as one map. */
export function fieldsOfAll<K extends string>(places: readonly Place[], known: readonly K[]): Fields<K> {
  const fields = Object.fromEntries(known.map((key) => [key, []])) as unknown as Fields<K>
  for (const entry of places.flatMap(entriesOf)) {
    if (isOneOf(entry.key, known)) fields[entry.key].push(entry.value)
    else if (entry.value.report.isStrict) refuseUnknown(entry, known)
  }
  return fields
}

/** Reads every value of a key and returns the last one, as libmodulemd does. */
export function lastOf<T>(places: readonly Place[], read: (place: Place) => T): T | undefined {
  return places.map(read).at(-1)
}

/** Reports an unknown key, with the known key that the author probably meant. */
export function refuseUnknown({ key, keyAt, value }: Entry, known: readonly string[]): void {
  if (value.report.isFull) return
  const near = nearestTo(key, known)
  value.report.add({
    code: 'unknown-key',
    message: `the key ${quote(key)} is unknown`,
    remedy: near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`,
    path: value.path,
    at: keyAt,
  })
}

function isOneOf<K extends string>(key: string, known: readonly K[]): key is K {
  return (known as readonly string[]).includes(key)
}
