import { quote } from '../quote.ts'
import type { BuildOptions, RpmComponent } from '../module-stream.ts'
import type { StreamFault } from './stream-fault.ts'

type Components = ReadonlyMap<string, RpmComponent>

/** What is wrong with the order in which the components are to be built. */
export function findOrderFaults(components: Components): StreamFault[] {
  const ordered = [...components].filter(([, { buildorder }]) => buildorder !== 0).map(([name]) => name)
  const [firstOrdered] = ordered
  return [...components].flatMap(([name, component]) => {
    if (component.buildafter.length === 0) return []
    const path = ['components', 'rpms', name, 'buildafter']
    const unknown = component.buildafter
      .filter((target) => !components.has(target))
      .map((target) => ({
        message: `${quote(target)} is not a component of this module`,
        path,
        item: target,
      }))
    if (firstOrdered === undefined) return unknown
    const other = component.buildorder !== 0 ? 'it' : `the component ${quote(firstOrdered)}`
    return [...unknown, { message: `buildafter cannot be used where ${other} has a buildorder`, path }]
  })
}

/** Components that are to be built where the module is not. */
export function findArchFaults(components: Components, buildopts: BuildOptions | undefined): StreamFault[] {
  const allowed = new Set(buildopts?.arches)
  if (allowed.size === 0) return []
  return [...components].flatMap(([name, { arches }]) =>
    arches
      .filter((arch) => !allowed.has(arch))
      .map((arch) => ({
        message: `${quote(arch)} is not among the architectures of the module`,
        path: ['components', 'rpms', name, 'arches'],
        item: arch,
      })),
  )
}
