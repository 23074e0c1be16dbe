/**
 * Compares by the bytes of UTF-8, as libmodulemd does. JavaScript's own order differs above U+FFFF: there a
 * text is kept as surrogates, which are smaller numbers than U+E000 to U+FFFF.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [one, two] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (one !== two) return rank(one) - rank(two)
  }
  return a.length - b.length
}

/** A set in the order that documents are written in. */
export function sortedSet(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort(compareBytes)
}

/** A map with its keys in the order that documents are written in. */
export function sortedMap<V>(map: ReadonlyMap<string, V>): Map<string, V> {
  return new Map([...map].sort(([a], [b]) => compareBytes(a, b)))
}

/** Surrogates move behind everything else, where their characters belong. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}
