import { UserError } from '../errors.ts'

/** The batch of module-build-macros. The module's components begin with the next batch (upstream's numbers). */
const macrosBatch = 1

/**
 * The data of a document's components that decides their order. The components of an included module are built at the
 * place of its entry.
 */
export interface OrderedComponents {
  rpms: ReadonlyMap<string, { buildorder: number; buildafter: readonly string[] }>
  modules: ReadonlyMap<string, { buildorder: number; components: OrderedComponents }>
}

/**
 * Puts components into batches (upstream: record_component_builds). Each change of buildorder opens the next batch, and
 * the components of an included module begin at the place of its entry. If a document uses `buildafter`, a component is
 * in the batch after the last of the components that it names.
 *
 * @returns the batch of each component, by its name
 * @throws UserError (422) for components that wait for each other, and for a component that exists twice
 */
export function planBatches(components: OrderedComponents): Map<string, number> {
  const batches = new Map<string, number>()
  walk(components, { batch: macrosBatch, order: undefined }, batches)
  return batches
}

interface Place {
  batch: number
  /** The buildorder of the last component in it. */
  order: number | undefined
}

/** @returns the last batch */
function walk({ rpms, modules }: OrderedComponents, start: Place, batches: Map<string, number>): number {
  const put = (name: string, batch: number) => {
    if (batches.has(name))
      throw new UserError(
        422,
        `the component ${name} is there twice: modules that are included may not have components of the same name`,
        'data.components',
      )
    batches.set(name, batch)
  }
  const levels = levelsOf(rpms)
  if (levels !== undefined) {
    const first = start.order === 0 ? start.batch : start.batch + 1
    for (const [name, level] of levels) put(name, first + level)
    const ends = [...modules.values()].map((module) =>
      walk(module.components, { batch: first, order: 0 }, batches),
    )
    return Math.max(first, ...[...levels.values()].map((level) => first + level), ...ends)
  }
  const entries = [
    ...[...rpms].map(([name, { buildorder }]) => ({ name, buildorder, included: undefined })),
    ...[...modules]
      .map(([name, { buildorder, components }]) => ({ name, buildorder, included: components }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  ].sort((a, b) => a.buildorder - b.buildorder)
  const place = { ...start }
  for (const { name, buildorder, included } of entries) {
    if (place.order !== buildorder) place.batch++
    place.order = buildorder
    if (included === undefined) put(name, place.batch)
    else place.batch = walk(included, place, batches)
  }
  return place.batch
}

/**
 * Returns, for each component, how many components must be built before it, one after another; undefined if no
 * component has `buildafter`.
 */
function levelsOf(rpms: OrderedComponents['rpms']): Map<string, number> | undefined {
  if (![...rpms.values()].some(({ buildafter }) => buildafter.length > 0)) return undefined
  const levels = new Map<string, number>()
  const below = new Set<string>()
  const levelOf = (name: string): number => {
    const known = levels.get(name)
    if (known !== undefined) return known
    if (below.has(name))
      throw new UserError(
        422,
        `the components ${[...below].slice([...below].indexOf(name)).join(', ')} form a circle: each is built after the next`,
        `data.components.rpms.${name}.buildafter`,
      )
    below.add(name)
    const level = Math.max(-1, ...(rpms.get(name)?.buildafter ?? []).map(levelOf)) + 1
    below.delete(name)
    levels.set(name, level)
    return level
  }
  for (const name of rpms.keys()) levelOf(name)
  return levels
}
