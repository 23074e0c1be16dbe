import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import type { Artifacts } from '../../artifacts/index.ts'
import type { Database } from '../../database/index.ts'
import { listTagged, rpmFileName, rpmsOf, type HubRpm } from '../../hub/index.ts'
import { makeRepodata, removeTree, type BuildUser } from '../../sandbox/index.ts'
import { rename } from '../../files.ts'

/** A repository of what a tag holds at one moment. It never changes: builds that use it go on with it. */
export interface TagRepository {
  folder: string
  digest: string
  /** By file name. */
  packages: ReadonlyMap<string, HubRpm>
}

interface RepositoryParts {
  database: Database
  artifacts: Artifacts
  user: BuildUser
}

/** Makes the repository of the builds that a tag itself has now, unless there is one of exactly these already. */
export async function repositoryOfTag(
  { database, artifacts, user }: RepositoryParts,
  parent: string,
  tag: string,
): Promise<TagRepository> {
  const builds = await listTagged(database, tag, { type: 'rpm' })
  const rpms = (await rpmsOf(database, builds)).filter(({ arch }) => arch !== 'src')
  const packages = new Map(rpms.map((rpm) => [rpmFileName(rpm), rpm]))
  const digest = createHash('sha256')
    .update(JSON.stringify(rpms.map((rpm) => [rpm.nevra, rpm.sha256])))
    .digest('hex')
    .slice(0, 16)
  const folder = path.join(parent, tag, digest)
  if (!existsSync(folder)) await makeRepository(user, artifacts, folder, packages)
  return { folder, digest, packages }
}

async function makeRepository(
  user: BuildUser,
  artifacts: Artifacts,
  folder: string,
  packages: ReadonlyMap<string, HubRpm>,
): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true })
  const fresh = await mkdtemp(`${folder}.`)
  await chmod(fresh, 0o755)
  const metadata = path.join(fresh, 'metadata')
  await mkdir(path.join(fresh, 'packages'))
  await mkdir(metadata)
  for (const [name, { sha256 }] of packages) await artifacts.link(sha256, path.join(fresh, 'packages', name))
  if (user.uid !== undefined) await chown(metadata, user.uid, user.uid)
  await makeRepodata(user, {
    packages: path.join(fresh, 'packages'),
    output: metadata,
  })
  await rename(path.join(metadata, 'repodata'), path.join(fresh, 'packages', 'repodata'))
  await removeTree(metadata)
  // Two processes may make the same one; the first to be there wins, and both are the same.
  await rename(path.join(fresh, 'packages'), folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error
  })
  await removeTree(fresh)
}
