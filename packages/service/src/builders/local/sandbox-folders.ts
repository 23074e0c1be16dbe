import { chmod, chown, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { removeTree } from '../../sandbox/index.ts'

/** rpm's top folder in the sandbox, the same as mock's. */
export const topdir = '/builddir/build'

/** The folders of a sandbox over layers, owned by the build user. */
export interface SandboxFolders {
  /** The parent of the others. */
  folder: string
  /** The sandbox sees it as {@link topdir}. */
  build: string
  /** Collects all writes over the layers. */
  upper: string
  /** The /tmp of rpmbuild: the same for all its rounds, as in a chroot. */
  tmp: string
}

/** Makes the folders of a sandbox anew, for the user who builds; null: for the service's own user. */
export async function makeSandboxFolders(folder: string, uid: number | null): Promise<SandboxFolders> {
  const work = {
    folder,
    build: path.join(folder, 'build'),
    upper: path.join(folder, 'upper'),
    tmp: path.join(folder, 'tmp'),
  }
  await removeTree(folder)
  // The sandbox's root is read-only while packages are built, so this function makes the build folder beforehand.
  const builddir = [path.join(work.upper, path.dirname(topdir)), path.join(work.upper, topdir)]
  for (const name of [...Object.values(work), ...builddir]) {
    await mkdir(name, { recursive: true })
    if (uid !== null) await chown(name, uid, uid)
  }
  await chmod(work.tmp, 0o1777)
  return work
}
