import type { Tx } from './connect.ts'

/**
 * Returns a function that writes one item within a transaction. All items that come in one moment become one write: the
 * news that share a transaction take the same steps at the same time.
 *
 * @param write writes these items, and returns a result for each, in their order
 * @param keyOf two items of one key are never in one write: the second one is written after the first
 */
export function together<Item, Result>(
  write: (tx: Tx, items: readonly Item[]) => Promise<readonly Result[]>,
  keyOf: (item: Item) => unknown,
): (tx: Tx, item: Item) => Promise<Result> {
  const open = new WeakMap<
    Tx,
    { items: Map<unknown, Item>; results: Promise<ReadonlyMap<unknown, Result>> }
  >()
  const begin = (tx: Tx) => {
    const items = new Map<unknown, Item>()
    const results = endOfMoment().then(async () => {
      open.delete(tx)
      const written = await write(tx, [...items.values()])
      return new Map([...items.keys()].map((key, index) => [key, written[index] as Result]))
    })
    const group = { items, results }
    open.set(tx, group)
    return group
  }
  const add = async (tx: Tx, item: Item): Promise<Result> => {
    const key = keyOf(item)
    const group = open.get(tx) ?? begin(tx)
    if (group.items.has(key)) {
      await group.results
      return add(tx, item)
    }
    group.items.set(key, item)
    return (await group.results).get(key) as Result
  }
  return add
}

/** Waits until all code that can go on now has gone on. */
function endOfMoment(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}
