/**
 * Compares by the bytes of UTF-8, as libmodulemd does. JavaScript's own order differs above U+FFFF: JavaScript
 * stores such a character as surrogates, which are smaller numbers than U+E000 to U+FFFF.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [one, two] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (one !== two) return rank(one) - rank(two)
  }
  return a.length - b.length
}

/** Returns a set in the order in which documents are written. */
export function sortedSet(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort(compareBytes)
}

/** Returns a map with its keys in the order in which documents are written. */
export function sortedMap<V>(map: ReadonlyMap<string, V>): Map<string, V> {
  return new Map([...map].sort(([a], [b]) => compareBytes(a, b)))
}

/** Moves surrogates behind all other units, because their characters have the highest numbers. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}
