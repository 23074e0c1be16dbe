import { UserError } from '../../errors.ts'
import type { RebuildStrategy, ReuseCode, ReuseVerdict } from '../../modulebuilds/index.ts'

/** The data that decides whether two builds of a component are the same. */
export interface ComparedComponent {
  package: string
  /** Null for an uploaded source package. */
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

/** @throws UserError (400) when a submission names a build to reuse components from, and its strategy reuses none */
export function requireReuse(strategy: RebuildStrategy, from: unknown): void {
  if (strategy === 'all' && from !== undefined)
    throw new UserError(
      400,
      'with the rebuild strategy "all" no components are reused; leave out one of the two',
      'reuse_components_from',
    )
}

/** The first batch of components; the batch before it is that of module-build-macros. */
const firstBatch = 2

/**
 * Decides which components of a module may be reused from an earlier build (upstream: get_reusable_component, without
 * its fault that reuses nothing from batch 3 on). `only-changed` compares only the component itself;
 * `changed-and-after` also requires that the macros and every earlier batch are the same.
 *
 * @returns a function that decides whether a component is reused, and gives the reason
 */
export function judgeReuse(
  strategy: RebuildStrategy,
  module: {
    macros: string
    components: readonly ComparedComponent[]
    /**
     * A component may be built with others of its own batch, so changes in its own batch count like changes in earlier
     * ones.
     */
    dependencyOrder: boolean
  },
  earlier: EarlierBuild | undefined,
): (component: ComparedComponent) => ReuseVerdict {
  const changedBatch = earlier === undefined ? undefined : firstChange(module.components, earlier.components)
  return (component) => {
    if (strategy === 'all') return built('strategy-all', 'the rebuild strategy builds all components')
    if (earlier === undefined)
      return built(
        'no-earlier-build',
        'there is no ready build of this module with the same build requirements',
      )
    const { nsvc } = earlier
    const before = earlier.components.find((one) => one.package === component.package)
    if (component.ref === null) return built('own-srpm', 'it is built from an uploaded source package')
    if (before === undefined) return built('new-component', `${nsvc} does not contain it`)
    if (before.ref !== component.ref)
      return built('ref-changed', `its commit in ${nsvc} was ${before.ref ?? 'an uploaded source package'}`)
    if (strategy === 'changed-and-after') {
      if (before.batch !== component.batch)
        return built(
          'batch-changed',
          `it was in batch ${before.batch} of ${nsvc}, now it is in ${component.batch}`,
        )
      if (module.macros !== earlier.macros)
        return built('macros-changed', `buildopts.rpms.macros differ from those of ${nsvc}`)
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
    if (!before.exists) return built('build-gone', `the build of ${nsvc} is no longer in the hub`)
    return { code: 'reused', detail: `it is the same as in ${nsvc}`, componentId: before.id }
  }
}

function built(code: ReuseCode, detail: string): ReuseVerdict {
  return { code, detail, componentId: null }
}

/** Returns the first batch whose components are not the same, and describes one change in it. */
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
