/** The name in an artifact's NEVRA, or the whole text where there is none in it. */
export function nameOfNevra(nevra: string): string {
  return nevra.replace(/-\d+:[^-]*-[^-]*$/, '')
}

/** The architecture of an artifact's NEVRA, which stands behind the last dot. */
export function archOfNevra(nevra: string): string {
  return nevra.slice(nevra.lastIndexOf('.') + 1)
}

/** Nobody installs sources by name: they are neither filtered nor of an architecture. */
export function isSource(nevra: string): boolean {
  return ['src', 'nosrc'].includes(archOfNevra(nevra))
}
