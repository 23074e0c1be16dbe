/** Most unions that are made for one module: real ones need some hundreds. */
const unionsMax = 100_000

/** One of these must hold. The numbers are ascending. */
interface Alternatives {
  providers: readonly number[]
}

/**
 * Converts "one of several blocks holds" into clauses. Each clause takes one requirement of each block, and one of
 * these must hold. Equal clauses are there once: then blocks that differ in a few streams have few clauses.
 *
 * @returns undefined when there are too many
 */
export function clausesOf<T extends Alternatives>(blocks: readonly (readonly T[])[]): T[] | undefined {
  const [first = [], ...others] = blocks.map((block) => distinct(block))
  let clauses = first
  let unions = 0
  for (const block of others) {
    unions += clauses.length * block.length
    if (unions > unionsMax) return undefined
    clauses = distinct(
      clauses.flatMap((clause) =>
        block.map((other) => ({ ...clause, providers: union(clause.providers, other.providers) })),
      ),
    )
  }
  return clauses
}

function distinct<T extends Alternatives>(clauses: readonly T[]): T[] {
  const found = new Map<string, T>()
  for (const clause of clauses) {
    const key = clause.providers.join()
    if (!found.has(key)) found.set(key, clause)
  }
  return [...found.values()]
}

function union(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].sort((left, right) => left - right)
}
