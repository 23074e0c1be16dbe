import type { BuildOptions, RpmComponent } from '../module-stream.ts'
import { quote } from '../quote.ts'
import type { StreamFault } from './stream-fault.ts'

type Components = ReadonlyMap<string, RpmComponent>

/** Finds faults in the build order of the components. */
export function findOrderFaults(components: Components): StreamFault[] {
  const firstOrdered = [...components].find(([, { buildorder }]) => buildorder !== 0)?.[0]
  return [...components].flatMap(([name, component]) => {
    if (component.buildafter.length === 0) return []
    const path = ['components', 'rpms', name, 'buildafter']
    const unknown = component.buildafter
      .filter((target) => !components.has(target))
      .map((target) => ({
        code: 'inconsistent' as const,
        message: `${quote(target)} is not a component of this module`,
        remedy: 'name a key of components.rpms',
        path,
        item: target,
      }))
    if (firstOrdered === undefined) return unknown
    const other = component.buildorder !== 0 ? 'it' : `the component ${quote(firstOrdered)}`
    const mixed = {
      code: 'inconsistent' as const,
      message: `buildafter cannot be used where ${other} has a buildorder`,
      remedy: 'use one of the two in the whole module',
      path,
    }
    return [...unknown, mixed]
  })
}

/** Finds components with an architecture that the module is not built for. */
export function findArchFaults(components: Components, buildopts: BuildOptions | undefined): StreamFault[] {
  const allowed = new Set(buildopts?.arches)
  if (allowed.size === 0) return []
  return [...components].flatMap(([name, { arches }]) =>
    arches
      .filter((arch) => !allowed.has(arch))
      .map((arch) => ({
        code: 'inconsistent',
        message: `${quote(arch)} is not among the architectures of the module`,
        remedy: `buildopts.arches has ${[...allowed].join(', ')}`,
        path: ['components', 'rpms', name, 'arches'],
        item: arch,
      })),
  )
}
