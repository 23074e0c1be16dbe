import { readRpmHeader } from '@mbs/rpm'
import type { TestedPackage } from '../../gating/index.ts'
import type { Hub } from '../../hub/index.ts'
import { Pool } from '../../pool.ts'

/** A module may have thousands of packages, and a process may open only some thousand files. */
const openFilesMax = 32

/** Returns all packages in a module's tag. Reads their headers from the current files. */
export async function packagesInTag(hub: Hub, tag: string): Promise<TestedPackage[]> {
  const builds = await hub.tagged(tag, { type: 'rpm' })
  const rpms = await hub.rpms(builds.map(({ nvr }) => nvr))
  const pool = new Pool(openFilesMax)
  return Promise.all(
    rpms.map(({ content }) =>
      pool.run(async () => {
        const path = await hub.pathOf(content)
        return { path, header: await readRpmHeader(path) }
      }),
    ),
  )
}
