import { readRpmHeader } from '@mbs/rpm'
import type { Artifacts } from '../../artifacts/index.ts'
import type { Database } from '../../database/index.ts'
import type { TestedPackage } from '../../gating/index.ts'
import { listTagged, rpmsOf } from '../../hub/index.ts'

/** Everything in a module's result tag, with headers read from the files as they are now. */
export async function packagesInTag(
  { database, artifacts }: { database: Database; artifacts: Artifacts },
  tag: string,
): Promise<TestedPackage[]> {
  const builds = await listTagged(database, tag, { type: 'rpm' })
  const rpms = await rpmsOf(database, builds)
  return Promise.all(
    rpms.map(async ({ sha256 }) => {
      const path = await artifacts.path(sha256)
      return { path, header: await readRpmHeader(path) }
    }),
  )
}
