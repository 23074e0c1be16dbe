/** Suffixes that nearly every component has among its packages, so they do not identify a component. */
const COMMON = /-(devel|docs?|javadoc|libs?|debuginfo|debugsource|common|tests?|static|tools|utils)$/

/**
 * Guesses from two names whether a package is built from a component, or together with another package: the
 * names share a word, or the beginning of one. Without specs there is no better evidence.
 */
export function isRelated(name: string, other: string): boolean {
  const words = wordsOf(name.replace(COMMON, ''))
  // This guess needs a word of at least three characters.
  if (words.length === 0) return true
  return words.some((word) => wordsOf(other).some((second) => isNear(word, second)))
}

function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => (/^\d+$/.test(word) ? word : word.replace(/(?<!\d)\d+$/, '')))
    .filter((word) => word.length >= 3)
}

function isNear(a: string, b: string): boolean {
  if (a === b) return true
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short.length >= 4 && long.startsWith(short)
}
