/** Two typing errors; a word with more is another word. */
const DISTANCE_MAX = 2

/** Returns the candidate that the author probably meant, if one is near enough. */
export function nearestTo(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase()
  // In a word of three letters, two errors leave too little of the word.
  const limit = Math.min(DISTANCE_MAX, Math.floor(word.length / 2))
  const [nearest] = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= limit)
    .map((candidate) => ({ candidate, distance: editDistance(lower, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return nearest?.candidate
}

/** Returns the number of letters to insert, delete or replace to get from one word to the other. */
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
