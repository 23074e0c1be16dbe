/** The generated package that every build root of a module has. */
export const macrosPackage = 'module-build-macros'

/** Names that packages of modules may not have: build roots take what is called so for the service's own. */
export function isReservedPackage(name: string): boolean {
  return name === macrosPackage
}
