import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { rpmFileName, type Hub, type Rpm } from '../../hub/index.ts'
import { inFreshFolder, makeRepodata, type BuildUser } from '../../sandbox/index.ts'
import { rename } from '../../files.ts'

/** A repository of a tag's packages at one moment. It never changes, so that running builds can continue to use it. */
export interface TagRepository {
  folder: string
  digest: string
  /** By file name. */
  packages: ReadonlyMap<string, Rpm>
}

interface RepositoryParts {
  hub: Hub
  user: BuildUser
}

/** Makes a repository of the builds that the tag itself holds now, unless a repository of exactly these exists. */
export async function repositoryOfTag(
  { hub, user }: RepositoryParts,
  parent: string,
  tag: string,
): Promise<TagRepository> {
  const builds = await hub.tagged(tag, { type: 'rpm' })
  const rpms = (await hub.rpms(builds.map(({ nvr }) => nvr))).filter(({ arch }) => arch !== 'src')
  const packages = new Map(rpms.map((rpm) => [rpmFileName(rpm), rpm]))
  const digest = createHash('sha256')
    .update(JSON.stringify(rpms.map(({ nevra, content }) => [nevra, content])))
    .digest('hex')
    .slice(0, 16)
  const folder = path.join(parent, tag, digest)
  if (!existsSync(folder)) await makeRepository(user, hub, folder, packages)
  return { folder, digest, packages }
}

async function makeRepository(
  user: BuildUser,
  hub: Hub,
  folder: string,
  packages: ReadonlyMap<string, Rpm>,
): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true })
  await inFreshFolder(folder, async (fresh) => {
    const metadata = path.join(fresh, 'metadata')
    await mkdir(path.join(fresh, 'packages'))
    await mkdir(metadata)
    for (const [name, { content }] of packages) await hub.linkTo(content, path.join(fresh, 'packages', name))
    if (user.uid !== undefined) await chown(metadata, user.uid, user.uid)
    await makeRepodata(user, {
      packages: path.join(fresh, 'packages'),
      output: metadata,
    })
    await rename(path.join(metadata, 'repodata'), path.join(fresh, 'packages', 'repodata'))
    // Two processes may make the same repository. The first one to rename wins; both have the same content.
    await rename(path.join(fresh, 'packages'), folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  })
}
