import { lstatSync, type Stats } from 'node:fs'
import path from 'node:path'
import { UserError } from '../errors.ts'

/**
 * Makes sure that mounts at these paths of a build root end up there: each part of a path is missing or a real folder.
 * An installed package may have replaced a part with a link, and bubblewrap would then create the missing folders
 * behind the link.
 *
 * @param layers topmost first; no process changes them meanwhile
 * @throws UserError (422) with the first part that is not a folder
 */
export function requirePlainTargets(layers: readonly string[], targets: readonly string[]): void {
  for (const target of targets) {
    let below = layers
    let at = ''
    for (const name of target.split('/').filter((part) => part !== '')) {
      at = `${at}/${name}`
      // The overlay does not show folders of lower layers below a link, or below a file that replaces a deleted folder.
      const seen: string[] = []
      for (const layer of below) {
        const found = lstatSync(path.join(layer, at), { throwIfNoEntry: false })
        if (found === undefined) continue
        if (!found.isDirectory()) {
          if (seen.length === 0 && !isWhiteout(found))
            throw new UserError(
              422,
              `${at} in the build root must be a folder${found.isSymbolicLink() ? ', not a link' : ''}; a package in the build root replaced it`,
            )
          break
        }
        seen.push(layer)
      }
      below = seen
    }
  }
}

/** Whether it is an overlay's mark that a file of a lower layer was deleted. */
function isWhiteout(found: Stats): boolean {
  return found.isCharacterDevice() && found.rdev === 0
}
