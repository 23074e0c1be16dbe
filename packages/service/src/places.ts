/**
 * Folders of this machine by what the configuration calls them. Errors are made everywhere, by Node, git and dnf too,
 * so this is known to the process and not handed around.
 */
const known = new Map<string, string>()

/** From now on texts that are shown call this folder so. */
export function callFolder(folder: string, name: string): void {
  if (folder.length > 1) known.set(folder, name)
}

/** The text with what lies in known folders told from there: people elsewhere have nothing of our paths. */
export function withoutFolders(text: string): string {
  const longestFirst = [...known].sort(([a], [b]) => b.length - a.length)
  return longestFirst.reduce((rest, [folder, name]) => {
    if (!rest.includes(folder)) return rest
    // Not the beginning of another folder's name.
    return rest.replaceAll(
      new RegExp(`${folder.replaceAll(/[^\w/]/g, '\\$&')}(?![\\w-]|\\.\\w)`, 'g'),
      () => name,
    )
  }, text)
}
