import { formatNevra } from '@mbs/rpm'
import type { ModuleStream } from '@mbs/modulemd'
import type { CheckOutcome, ModuleUnderTest, TestedPackage } from '../module-under-test.ts'

/**
 * Checks that every artifact that the document lists exists, and that every existing package is listed or left out for
 * a reason. The reasons: its name is filtered, it belongs to packages that are all left out, or
 * `buildopts.rpms.whitelist` leaves its source package out.
 */
export function checkArtifacts({ document, withPackages }: ModuleUnderTest): Promise<CheckOutcome> {
  return withPackages(({ packages }) => artifactsOf(document, packages))
}

function artifactsOf(document: ModuleStream, packages: readonly TestedPackage[]): CheckOutcome {
  const listed = new Set(document.artifacts)
  const built = new Set(packages.map(({ header }) => formatNevra(header.nevra)))
  const filtered = new Set(document.filter)
  const whitelist = document.buildopts?.whitelist ?? []
  const isLeftOut = (source: string) => whitelist.length > 0 && !whitelist.includes(source)
  const listedSources = new Set(
    packages
      .filter(({ header }) => !header.isSource && listed.has(formatNevra(header.nevra)))
      .map(({ header }) => header.sourceRpm),
  )
  const missing = [...listed]
    .filter((nevra) => !built.has(nevra))
    .map((nevra) => `${nevra} is listed but was not built`)
  const unlisted = packages.flatMap(({ header }) => {
    const nevra = formatNevra(header.nevra)
    if (listed.has(nevra))
      return filtered.has(header.nevra.name) ? [`${nevra} is listed although its name is filtered`] : []
    if (filtered.has(header.nevra.name)) return []
    const { name, version, release } = header.nevra
    if (isLeftOut(header.isSource ? name : (header.sourceRpm ?? '').replace(/-[^-]+-[^-]+$/, ''))) return []
    if (header.isSource)
      return listedSources.has(`${name}-${version}-${release}.src.rpm`)
        ? [`${nevra} is not listed, its binaries are`]
        : []
    const main = name.replace(/-debug(?:info|source)$/, '')
    if (main !== name && (filtered.has(main) || !listedSources.has(header.sourceRpm))) return []
    return [`${nevra} was built but is neither listed nor filtered`]
  })
  return {
    faults: [...missing, ...unlisted],
    looked: `${listed.size} artifacts, ${packages.length} packages`,
  }
}
