import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { InfraError } from '../../errors.ts'
import { withFileLock } from '../../flock.ts'
import { packageBinds, pathInside, removeTree, runConfined, type BuildUser } from '../../sandbox/index.ts'
import { rename } from '../../files.ts'

/**
 * A layer over a base root in which these packages are installed, made once. Components then start with them in
 * place at no cost, and the source package already sees their macros.
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
    const result = await runConfined(
      user,
      {
        root: { kind: 'layers', lower: [base], folder: fresh },
        identity: 'root',
        writableRoot: true,
        binds: packageBinds([repository]),
      },
      ['rpm', '-U', '--oldpackage', '--', ...packages.map((file) => pathInside([repository], file))],
    )
    if (result.code !== 0)
      throw new InfraError('build root', `could not install ${names.join(', ')}: ${result.stderr.trim()}`)
    await rename(path.join(fresh, 'upper'), layer)
    await removeTree(fresh)
    return layer
  })
}
