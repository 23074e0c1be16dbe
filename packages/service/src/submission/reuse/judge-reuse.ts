import type { RebuildStrategy, ReuseCode, ReuseVerdict } from '../../modulebuilds/index.ts'

/** What decides whether two builds of a component are the same. */
export interface ComparedComponent {
  package: string
  /** Null for a source package of its own. */
  ref: string | null
  batch: number
  arches: readonly string[]
}

/** An earlier build of the same module. */
export interface EarlierBuild {
  /** N:S:V:C, for people. */
  nsvc: string
  macros: string
  components: readonly (ComparedComponent & { id: number; exists: boolean })[]
}

/** The first batch of components; the one before is that of module-build-macros. */
const firstBatch = 2

/**
 * Which components of a module may be taken over from an earlier build (upstream: get_reusable_component, without its
 * fault that reuses nothing from batch 3 on). `only-changed` looks at the component alone; `changed-and-after` also asks
 * that macros and every earlier batch are the same.
 *
 * @returns what tells of each component whether it is reused, and why
 */
export function judgeReuse(
  strategy: RebuildStrategy,
  module: {
    macros: string
    components: readonly ComparedComponent[]
    /** Components of a batch are built with others of it, so that these count like earlier ones. */
    dependencyOrder: boolean
  },
  earlier: EarlierBuild | undefined,
): (component: ComparedComponent) => ReuseVerdict {
  const changedBatch = earlier === undefined ? undefined : firstChange(module.components, earlier.components)
  return (component) => {
    if (strategy === 'all') return built('strategy-all', 'everything is to be built anew')
    if (earlier === undefined)
      return built(
        'no-earlier-build',
        'there is no ready build of this module with the same build requirements',
      )
    const { nsvc } = earlier
    const before = earlier.components.find((one) => one.package === component.package)
    if (component.ref === null) return built('own-srpm', 'it is built from a source package of its own')
    if (before === undefined) return built('new-component', `${nsvc} does not have it`)
    if (before.ref !== component.ref)
      return built('ref-changed', `its commit in ${nsvc} was ${before.ref ?? 'a source package of its own'}`)
    if (strategy === 'changed-and-after') {
      if (before.batch !== component.batch)
        return built(
          'batch-changed',
          `it was in batch ${before.batch} of ${nsvc}, now it is in ${component.batch}`,
        )
      if (module.macros !== earlier.macros)
        return built('macros-changed', `buildopts.rpms.macros are not those of ${nsvc}`)
      const counting = component.batch - (module.dependencyOrder ? 0 : 1)
      if (changedBatch !== undefined && changedBatch.batch <= counting)
        return built(
          'earlier-batch-changed',
          changedBatch.batch === component.batch
            ? `${changedBatch.what} in its batch, and may be built before it`
            : `${changedBatch.what} in batch ${changedBatch.batch}, before it`,
        )
    }
    if (setOf(before.arches) !== setOf(component.arches))
      return built('arches-changed', `it was built for ${before.arches.join(', ')} in ${nsvc}`)
    if (!before.exists) return built('build-gone', `the build of ${nsvc} is not in the hub any more`)
    return { code: 'reused', detail: `it is the same as in ${nsvc}`, componentId: before.id }
  }
}

function built(code: ReuseCode, detail: string): ReuseVerdict {
  return { code, detail, componentId: null }
}

/** The first batch whose components are not the same, and one of them. */
function firstChange(
  now: readonly ComparedComponent[],
  before: readonly ComparedComponent[],
): { batch: number; what: string } | undefined {
  const last = Math.max(firstBatch, ...now.map(({ batch }) => batch))
  for (let batch = firstBatch; batch <= last; batch++) {
    const key = ({ package: name, ref, arches }: ComparedComponent) => `${name} ${ref ?? ''} ${setOf(arches)}`
    const inBatch = (components: readonly ComparedComponent[]) =>
      components.filter((component) => component.batch === batch)
    const [newKeys, oldKeys] = [inBatch(now).map(key), inBatch(before).map(key)]
    const changed = inBatch(now).find((component) => !oldKeys.includes(key(component)))
    if (changed !== undefined) {
      const isNew = !inBatch(before).some((component) => component.package === changed.package)
      return { batch, what: isNew ? `${changed.package} was added` : `${changed.package} has changed` }
    }
    const removed = inBatch(before).find((component) => !newKeys.includes(key(component)))
    if (removed !== undefined) return { batch, what: `${removed.package} was removed` }
  }
  return undefined
}

function setOf(arches: readonly string[]): string {
  return [...new Set(arches)].sort().join(' ')
}
