/** Two slips of the finger; more is another word. */
const DISTANCE_MAX = 2

/** The candidate that was probably meant by a word, if any is near enough. */
export function nearestTo(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase()
  // In a word of three letters two slips leave nothing of it.
  const limit = Math.min(DISTANCE_MAX, Math.floor(word.length / 2))
  const [nearest] = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= limit)
    .map((candidate) => ({ candidate, distance: editDistance(lower, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return nearest?.candidate
}

/** Letters to insert, delete or replace until one word is the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
