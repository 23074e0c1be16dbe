import { lstatSync, type Stats } from 'node:fs'
import path from 'node:path'
import { UserError } from '../errors.ts'

/**
 * Makes sure that mounting at these paths of a build root mounts there: no part of them is a link or anything else than a
 * folder. A package that was installed may have made it one, and bubblewrap makes what is missing behind it.
 *
 * @param layers topmost first; nothing changes them meanwhile
 * @throws UserError (422) with the first part that is no folder
 */
export function requirePlainTargets(layers: readonly string[], targets: readonly string[]): void {
  for (const target of targets) {
    let below = layers
    let at = ''
    for (const name of target.split('/').filter((part) => part !== '')) {
      at = `${at}/${name}`
      // What is below a file that takes the place of something deleted, or below a link, is not seen.
      const seen: string[] = []
      for (const layer of below) {
        const found = lstatSync(path.join(layer, at), { throwIfNoEntry: false })
        if (found === undefined) continue
        if (!found.isDirectory()) {
          if (seen.length === 0 && !isWhiteout(found))
            throw new UserError(
              422,
              `${at} in the build root is ${found.isSymbolicLink() ? 'a link' : 'no folder'}, where a folder is needed: a package that is installed there has made it so`,
            )
          break
        }
        seen.push(layer)
      }
      below = seen
    }
  }
}

/** An overlay's mark that something of a lower layer was deleted. */
function isWhiteout(found: Stats): boolean {
  return found.isCharacterDevice() && found.rdev === 0
}
