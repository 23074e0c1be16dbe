/**
 * Folders of this machine with their names in the configuration. Errors arise everywhere, in Node, git and dnf too, so
 * this map is global to the process and no parameter.
 */
const known = new Map<string, string>()

/** Makes all shown texts call this folder by this name from now on. */
export function callFolder(folder: string, name: string): void {
  if (folder.length > 1) known.set(folder, name)
}

/** Replaces the paths of known folders by their names: readers elsewhere have no use for this machine's paths. */
export function withoutFolders(text: string): string {
  const longestFirst = [...known].sort(([a], [b]) => b.length - a.length)
  return longestFirst.reduce((rest, [folder, name]) => {
    if (!rest.includes(folder)) return rest
    // The match must not be the beginning of another folder's name.
    return rest.replaceAll(
      new RegExp(`${folder.replaceAll(/[^\w/]/g, '\\$&')}(?![\\w-]|\\.\\w)`, 'g'),
      () => name,
    )
  }, text)
}
