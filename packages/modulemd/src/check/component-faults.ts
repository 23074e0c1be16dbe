import type { BuildOptions, RpmComponent } from '../module-stream.ts'
import { quote, shortened } from '../quote.ts'
import type { StreamFault } from './stream-fault.ts'

type Components = ReadonlyMap<string, RpmComponent>

/** Finds faults in the build order of the components. */
export function* findOrderFaults(components: Components): Generator<StreamFault> {
  const firstOrdered = [...components].find(([, { buildorder }]) => buildorder !== 0)?.[0]
  for (const [name, component] of components) {
    if (component.buildafter.length === 0) continue
    const path = ['components', 'rpms', name, 'buildafter']
    for (const target of component.buildafter) {
      if (components.has(target)) continue
      yield {
        code: 'inconsistent',
        message: `${quote(target)} is not a component of this module`,
        remedy: 'name a key of components.rpms',
        path,
        item: target,
      }
    }
    if (firstOrdered === undefined) continue
    const other = component.buildorder !== 0 ? 'it' : `the component ${quote(firstOrdered)}`
    yield {
      code: 'inconsistent',
      message: `buildafter cannot be used where ${other} has a buildorder`,
      remedy: 'use one of the two in the whole module',
      path,
    }
  }
}

/** Finds components with an architecture that the module is not built for. */
export function* findArchFaults(
  components: Components,
  buildopts: BuildOptions | undefined,
): Generator<StreamFault> {
  const allowed = new Set(buildopts?.arches)
  if (allowed.size === 0) return
  const remedy = `buildopts.arches has ${shortened([...allowed].join(', '))}`
  for (const [name, { arches }] of components) {
    for (const arch of arches) {
      if (allowed.has(arch)) continue
      yield {
        code: 'inconsistent',
        message: `${quote(arch)} is not among the architectures of the module`,
        remedy,
        path: ['components', 'rpms', name, 'arches'],
        item: arch,
      }
    }
  }
}
