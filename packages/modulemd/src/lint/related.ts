/** What is built of nearly every package, and so says nothing about which. */
const COMMON = /-(devel|docs?|javadoc|libs?|debuginfo|debugsource|common|tests?|static|tools|utils)$/

/**
 * Whether a package may well be built of a component, or together with another package, by their names: they
 * share a word, or the beginning of one. Without specs nobody knows better.
 */
export function isRelated(name: string, other: string): boolean {
  const words = wordsOf(name.replace(COMMON, ''))
  // Names without a word of some length are beyond this.
  if (words.length === 0) return true
  return words.some((word) => wordsOf(other).some((second) => isNear(word, second)))
}

function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => (/^\d+$/.test(word) ? word : word.replace(/\d+$/, '')))
    .filter((word) => word.length >= 3)
}

function isNear(a: string, b: string): boolean {
  if (a === b) return true
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short.length >= 4 && long.startsWith(short)
}
