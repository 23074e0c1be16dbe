import type { Database } from '../../database/index.ts'
import { mbsDataOf, type KnownBuild } from '../../expansion/index.ts'
import { requiredModule } from './required-module.ts'

/** A privileged module in a build root, with its settings for the modules that are built with it. */
export interface PrivilegedModule {
  name: string
  stream: string
  /** The arches of the privileged module itself. */
  arches: readonly string[]
  /** The marking of their dist tags; empty if the module sets none. */
  disttagMarking: string
}

/** Returns the privileged modules of a build root, in the order of the configuration. */
export async function privilegedModules(
  database: Database,
  names: readonly string[],
  modules: readonly KnownBuild[],
): Promise<PrivilegedModule[]> {
  const found: PrivilegedModule[] = []
  for (const name of names) {
    const module = modules.find((one) => one.name === name)
    const known = module === undefined ? undefined : await requiredModule(database, module)
    if (module === undefined || known === undefined) continue
    const { disttagMarking = '' } = mbsDataOf(known.document)
    found.push({ name, stream: module.stream, arches: known.arches, disttagMarking })
  }
  return found
}
