/** Returns the name of an artifact's NEVRA, or the whole text when the text is no NEVRA. */
export function nameOfNevra(nevra: string): string {
  return nevra.replace(/-\d+:[^-]*-[^-]*$/, '')
}

/** Returns the architecture of an artifact's NEVRA, which follows the last dot. */
export function archOfNevra(nevra: string): string {
  return nevra.slice(nevra.lastIndexOf('.') + 1)
}

/**
 * Returns whether an artifact is a source package. Users do not install sources by name, so a filter or an
 * architecture does not apply to them.
 */
export function isSource(nevra: string): boolean {
  return ['src', 'nosrc'].includes(archOfNevra(nevra))
}
