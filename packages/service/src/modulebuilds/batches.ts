/** The batch of module-build-macros; components begin with the one after it (upstream's numbers). */
export const macrosBatch = 1

/** Puts components into batches: each change of buildorder opens the next one. */
export function planBatches(buildorders: ReadonlyMap<string, number>): Map<string, number> {
  const orders = [...new Set(buildorders.values())].sort((a, b) => a - b)
  return new Map([...buildorders].map(([name, order]) => [name, macrosBatch + 1 + orders.indexOf(order)]))
}
