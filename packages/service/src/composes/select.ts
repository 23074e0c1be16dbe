import { UserError } from '../errors.ts'
import { rpmFileName, type Rpm } from '../hub/index.ts'

/** A module build that a compose may contain, from the hub's data. */
export interface ComposableModule {
  /** Its name-version-release in the hub. */
  nvr: string
  name: string
  stream: string
  version: string
  context: string
  modulemd: string
}

/** The packages of a module in a compose. */
export interface ModuleContent {
  nsvc: string
  rpms: readonly Rpm[]
}

/**
 * Returns the packages of all modules together, each once: several modules may share a component.
 *
 * @throws UserError (422) if packages of two modules have the same file name and different contents
 */
export function joinContents(contents: readonly ModuleContent[]): Rpm[] {
  const byFile = new Map<string, { rpm: Rpm; of: string }>()
  for (const { nsvc: of, rpms } of contents)
    for (const rpm of rpms) {
      const file = rpmFileName(rpm)
      const known = byFile.get(file)
      if (known !== undefined && (known.rpm.nevra !== rpm.nevra || known.rpm.sigmd5 !== rpm.sigmd5))
        throw new UserError(
          422,
          `${file} of ${of} has other content than that of ${known.of}: one cannot replace the other; build one of them with another Release`,
        )
      if (known === undefined) byFile.set(file, { rpm, of })
    }
  return [...byFile.values()].map(({ rpm }) => rpm)
}

/** Selects, for each name and stream, the highest version with all its contexts (pungi's rule). */
export function selectModules(modules: readonly ComposableModule[]): ComposableModule[] {
  const key = ({ name, stream }: ComposableModule) => `${name}:${stream}`
  const highest = new Map<string, bigint>()
  for (const module of modules) {
    const version = BigInt(module.version)
    if (version > (highest.get(key(module)) ?? -1n)) highest.set(key(module), version)
  }
  return modules
    .filter((module) => BigInt(module.version) === highest.get(key(module)))
    .sort((a, b) => (nsvc(a) < nsvc(b) ? -1 : 1))
}

export function nsvc({ name, stream, version, context }: ComposableModule): string {
  return [name, stream, version, context].join(':')
}
