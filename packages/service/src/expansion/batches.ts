/** Batch 1 is that of module-build-macros (upstream's numbers). */
const firstBatch = 2

/** Puts components into batches: each change of buildorder opens the next one. */
export function planBatches(buildorders: ReadonlyMap<string, number>): Map<string, number> {
  const orders = [...new Set(buildorders.values())].sort((a, b) => a - b)
  return new Map([...buildorders].map(([name, order]) => [name, firstBatch + orders.indexOf(order)]))
}
