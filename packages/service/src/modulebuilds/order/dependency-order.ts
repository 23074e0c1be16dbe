import type { PackageDependencies } from '../../builders/index.ts'
import type { ComponentState } from '../states.ts'

/** A component of one batch, as far as its turn goes. */
export interface OrderedComponent {
  id: number
  state: ComponentState | null
  /** Null while nobody has looked. */
  dependencies: PackageDependencies | null
  /** So many components of the batch were built when its BuildRequires could not be had; null where they could. */
  missingAfter: number | null
}

/** What may be done for a batch now; both empty when it has come to its end, or must wait. */
export interface NextInOrder<Component> {
  /** All that they need is in the build root. */
  start: Component[]
  /** They are built, and others need them in the build root. */
  offer: Component[]
}

/**
 * Which components of a batch may be started, when each waits for those of the batch that it needs and for nothing else.
 *
 * One whose BuildRequires could not be had (what packages provide is known for sure only once they are built) is tried
 * again whenever something more is built and nothing else can be done, as mockchain does it.
 *
 * @param isOffered whether a component is in the build root
 */
export function nextInOrder<Component extends OrderedComponent>(
  components: readonly Component[],
  isOffered: (component: Component) => boolean,
): NextInOrder<Component> {
  const ofNames = needsOf(components)
  // Anybody may need what nobody could look at: it was built earlier, or has failed for that reason.
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
 * The components that each one needs: those that provide what it needs to be built, and what these need to be installed.
 * Those that need each other in a circle do not wait for each other: some of them must be there already.
 */
export function needsOf<Component extends OrderedComponent>(
  components: readonly Component[],
): Map<number, Component[]> {
  const providers = new Map<string, Component[]>()
  for (const component of components)
    for (const name of component.dependencies?.provides ?? [])
      providers.set(name, [...(providers.get(name) ?? []), component])
  const providing = (names: readonly string[]) => names.flatMap((name) => providers.get(name) ?? [])
  const direct = new Map(
    components.map((component) => {
      const found = new Set(providing(component.dependencies?.buildRequires ?? []))
      // A set grows while it is walked.
      for (const needed of found)
        for (const more of providing(needed.dependencies?.requires ?? [])) found.add(more)
      found.delete(component)
      return [component.id, found] as const
    }),
  )
  const reach = (from: Component) => {
    const reached = new Set(direct.get(from.id) ?? [])
    for (const next of reached) for (const more of direct.get(next.id) ?? []) reached.add(more)
    return reached
  }
  const reached = new Map(components.map((component) => [component.id, reach(component)]))
  return new Map(
    components.map((component) => [
      component.id,
      [...(direct.get(component.id) ?? [])].filter(
        (needed) => reached.get(needed.id)?.has(component) !== true,
      ),
    ]),
  )
}
