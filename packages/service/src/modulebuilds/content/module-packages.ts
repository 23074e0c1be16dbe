import type { TestedPackage } from '../../gating/index.ts'
import type { Hub } from '../../hub/index.ts'
import { UserError } from '../../errors.ts'
import { Pool } from '../../pool.ts'
import { readHeader } from '../../package-header.ts'

/** A module may have thousands of packages. */
const atOnceMax = 8

/** Largest size of the headers of a module's packages together: the service keeps them in memory. */
const headerBytesMax = 128 * 1024 * 1024

/**
 * Returns all packages in a module's tag. Reads their headers from the current files.
 *
 * @throws UserError (422) for packages with too large headers
 */
export async function packagesInTag(hub: Hub, tag: string): Promise<TestedPackage[]> {
  const builds = await hub.tagged(tag, { type: 'rpm' })
  const rpms = await hub.rpms(builds.map(({ nvr }) => nvr))
  const pool = new Pool(atOnceMax)
  let bytes = 0
  return Promise.all(
    rpms.map(({ content }) =>
      pool.run(async () => {
        const path = await hub.pathOf(content)
        const header = await readHeader(path)
        bytes += header.headerRange[1]
        if (bytes > headerBytesMax)
          throw new UserError(
            422,
            `the packages in ${tag} have headers of more than ${headerBytesMax / 1024 / 1024} MB together`,
          )
        return { path, header }
      }),
    ),
  )
}
