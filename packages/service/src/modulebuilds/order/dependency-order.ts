import type { PackageDependencies } from '../../builders/index.ts'
import type { ComponentState } from '../states.ts'

/** The data of a component that decides its place in the order of its batch. */
export interface OrderedComponent {
  id: number
  state: ComponentState | null
  /** Null until a survey has read them. */
  dependencies: PackageDependencies | null
  /**
   * Number of the batch's components that were built when its BuildRequires were not available; null if they were
   * available.
   */
  missingAfter: number | null
}

/** The next steps of a batch. Both lists are empty when the batch has ended or must wait. */
export interface NextInOrder<Component> {
  /** Components whose needs are all in the build root. */
  start: Component[]
  /** Built components that others need in the build root. */
  offer: Component[]
}

/**
 * Returns the components of a batch that may start. Each component waits only for the components of the batch that it
 * needs.
 *
 * The provides of a package are certain only after its build. So a component whose BuildRequires were not available is
 * tried again when more components are built and nothing else can be done, as mockchain does it.
 *
 * @param isOffered whether a component is in the build root
 */
export function nextInOrder<Component extends OrderedComponent>(
  components: readonly Component[],
  isOffered: (component: Component) => boolean,
): NextInOrder<Component> {
  const ofNames = needsOf(components)
  // Any component may need a component whose dependencies are unknown. That component was built earlier, or it failed
  // because its survey failed.
  const unknown = components.filter(({ state, dependencies }) => state !== null && dependencies === null)
  const needed = ({ id }: Component) => [...new Set([...(ofNames.get(id) ?? []), ...unknown])]
  const built = components.filter(({ state }) => state === 'complete')
  const offerOf = (wanted: readonly Component[]) => wanted.filter((one) => !isOffered(one))
  const open = components.filter(({ state }) => state === null)
  const ready = open.filter((component) => needed(component).every(({ state }) => state === 'complete'))
  const offer = new Set(ready.flatMap((component) => offerOf(needed(component))))
  const start = ready.filter((component) => offerOf(needed(component)).length === 0)
  const isQuiet = start.length + offer.size === 0 && !components.some(({ state }) => state === 'building')
  if (!isQuiet) return { start, offer: [...offer] }
  const again = components.filter(
    ({ state, missingAfter }) => state === 'failed' && missingAfter !== null && missingAfter < built.length,
  )
  if (again.length === 0) return { start: [], offer: [] }
  const late = offerOf(built)
  return late.length > 0 ? { start: [], offer: late } : { start: again, offer: [] }
}

/**
 * Returns the components that each component needs: components that provide its BuildRequires, and components that
 * these need to be installed. Components that need each other in a circle do not wait for each other: some of them must
 * be available already.
 */
export function needsOf<Component extends OrderedComponent>(
  components: readonly Component[],
): Map<number, Component[]> {
  // A set of components is a number with a bit for each: lists may have many thousand names with many providers each.
  const bit = components.map((_, index) => 1n << BigInt(index))
  const providers = new Map<string, bigint>()
  components.forEach(({ dependencies }, index) => {
    for (const name of dependencies?.provides ?? [])
      providers.set(name, (providers.get(name) ?? 0n) | (bit[index] ?? 0n))
  })
  const providing = (names: readonly string[]) =>
    names.reduce((found, name) => found | (providers.get(name) ?? 0n), 0n)
  const installed = components.map(({ dependencies }) => providing(dependencies?.requires ?? []))
  const direct = components.map(
    ({ dependencies }, index) =>
      closure(providing(dependencies?.buildRequires ?? []), installed) & ~(bit[index] ?? 0n),
  )
  const reached = direct.map((own) => closure(own, direct))
  return new Map(
    components.map(({ id }, index) => [
      id,
      components.filter(
        (_, other) =>
          ((direct[index] ?? 0n) & (bit[other] ?? 0n)) !== 0n &&
          ((reached[other] ?? 0n) & (bit[index] ?? 0n)) === 0n,
      ),
    ]),
  )
}

/** Returns a set with everything that its members lead to. */
function closure(set: bigint, leadsTo: readonly bigint[]): bigint {
  for (let found = set, looked = 0n; ;) {
    const open = found & ~looked
    if (open === 0n) return found
    looked = found
    leadsTo.forEach((more, index) => {
      if (((open >> BigInt(index)) & 1n) === 1n) found |= more
    })
  }
}
