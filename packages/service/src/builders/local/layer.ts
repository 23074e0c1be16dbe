import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { UserError } from '../../errors.ts'
import { withFileLock } from '../../flock.ts'
import {
  faultOfInstallation,
  installPackages,
  installFault,
  packageBinds,
  pathInside,
  removeTree,
  type BuildUser,
} from '../../sandbox/index.ts'
import { rename } from '../../files.ts'

/**
 * Returns a layer over a base root with these packages installed. It is made once. Components then start with the
 * packages in place at no cost, and their macros already apply when the source package is made.
 *
 * @throws UserError (422) when they cannot be installed. The fault is the module's, because it built them
 */
export async function installedLayer(
  user: BuildUser,
  parent: string,
  base: string,
  repository: string,
  packages: readonly string[],
): Promise<string> {
  const names = packages.map((file) => path.basename(file)).sort()
  const digest = createHash('sha256')
    .update(JSON.stringify([base, repository, names]))
    .digest('hex')
    .slice(0, 16)
  const layer = path.join(parent, digest)
  if (existsSync(layer)) return layer
  return withFileLock(`${layer}.lock`, async () => {
    if (existsSync(layer)) return layer
    const fresh = `${layer}.new`
    await removeTree(fresh)
    await mkdir(fresh, { recursive: true })
    if (user.uid !== undefined) await chown(fresh, user.uid, user.uid)
    const result = await installPackages(
      user,
      {
        root: { kind: 'layers', lower: [base], folder: fresh },
        identity: 'root',
        writableRoot: true,
        binds: packageBinds([repository]),
      },
      packages.map((file) => pathInside([repository], file)),
    )
    if (result.code !== 0) {
      const fault = await installFault(fresh, result)
      if (fault !== undefined) throw fault
      throw new UserError(
        422,
        `${names.join(', ')} could not be installed in the build root: ${faultOfInstallation(result, user)}`,
      )
    }
    await rename(path.join(fresh, 'upper'), layer)
    await removeTree(fresh)
    return layer
  })
}
