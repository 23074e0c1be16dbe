import type { TestedPackage } from '../../gating/index.ts'
import type { Hub } from '../../hub/index.ts'
import { Pool } from '../../pool.ts'
import { HeaderBudget, readStoredHeader } from '../../package-header.ts'

/** A module may have thousands of packages. */
const atOnceMax = 8

/**
 * Returns all packages in a module's tag. Reads their headers from the current files.
 *
 * @param budget for modules whose headers are in memory together
 * @throws UserError (422) for packages with too large headers
 */
export async function packagesInTag(
  hub: Hub,
  tag: string,
  budget = new HeaderBudget(),
): Promise<TestedPackage[]> {
  const builds = await hub.tagged(tag, { type: 'rpm' })
  const rpms = await hub.rpms(builds.map(({ nvr }) => nvr))
  const pool = new Pool(atOnceMax)
  const packages: TestedPackage[] = []
  const faults: unknown[] = []
  await Promise.all(
    rpms.map(({ content }, index) =>
      pool.run(async () => {
        // After a fault nothing more is read, and the call ends only when no read goes on in the background.
        if (faults.length > 0) return
        try {
          const path = await hub.pathOf(content)
          const header = await readStoredHeader(path)
          budget.take(header, tag)
          packages[index] = { path, header }
        } catch (error) {
          faults.push(error)
        }
      }),
    ),
  )
  if (faults.length > 0) throw faults[0]
  return packages
}
