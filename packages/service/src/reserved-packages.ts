/** The generated package that every build root of a module has. */
export const macrosPackage = 'module-build-macros'

/** Returns whether a module's package may not have this name. Build roots treat such a package as the service's own. */
export function isReservedPackage(name: string): boolean {
  return name === macrosPackage
}
