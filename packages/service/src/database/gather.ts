/**
 * Returns a function that reads a row by its id. All calls of one moment become one read: handlers that begin together
 * read the same tables at the same time.
 *
 * @param read reads the rows with these ids
 */
export function gather<Row extends { id: number }>(
  read: (ids: readonly number[]) => Promise<readonly Row[]>,
): (id: number) => Promise<Row | undefined> {
  let next: { ids: Set<number>; rows: Promise<ReadonlyMap<number, Row>> } | undefined
  return async (id) => {
    if (next === undefined) {
      const ids = new Set<number>()
      const rows = Promise.resolve().then(async () => {
        next = undefined
        return new Map((await read([...ids])).map((row) => [row.id, row]))
      })
      next = { ids, rows }
    }
    next.ids.add(id)
    return (await next.rows).get(id)
  }
}
