import type { ModuleStream } from '@mbs/modulemd'
import { formatNevra, type RpmFile } from '@mbs/rpm'
import type { CheckOutcome, ModuleUnderTest, TestedPackage } from '../module-under-test.ts'

/** A report shows far fewer. */
const faultsMax = 1000

/**
 * Checks that no two packages of the module have different files with one path, unless the packages declare a conflict.
 */
export function checkFileConflicts({ document, withPackages }: ModuleUnderTest): Promise<CheckOutcome> {
  return withPackages(({ packages }) => conflictsOf(document, packages))
}

function conflictsOf(document: ModuleStream, packages: readonly TestedPackage[]): CheckOutcome {
  const listed = new Set(document.artifacts)
  const shipped = packages.filter(({ header }) => !header.isSource && listed.has(formatNevra(header.nevra)))
  const owners = new Map<string, { file: RpmFile; owner: TestedPackage }>()
  const faults: string[] = []
  const declared = new Map(
    shipped.map((one) => [one, new Set(one.header.conflicts.map(({ name }) => name))] as const),
  )
  const names = (one: TestedPackage, other: TestedPackage) =>
    declared.get(one)?.has(other.header.nevra.name) === true
  let files = 0
  for (const owner of shipped)
    for (const file of owner.header.files) {
      files++
      const other = owners.get(file.path)
      if (other === undefined) owners.set(file.path, { file, owner })
      else if (
        faults.length < faultsMax &&
        differ(file, other.file) &&
        !names(owner, other.owner) &&
        !names(other.owner, owner)
      )
        faults.push(
          `${file.path} is in ${other.owner.header.nevra.name} and, differently, in ${owner.header.nevra.name}`,
        )
    }
  return { faults, looked: `${files} files of ${shipped.length} packages` }
}

/**
 * Compares files by rpm's rule: packages may share directories, ghosts have no content, equal files do not conflict.
 */
function differ(a: RpmFile, b: RpmFile): boolean {
  if (a.isGhost || b.isGhost || (a.isDirectory && b.isDirectory)) return false
  return a.mode !== b.mode || a.digest !== b.digest || a.linkTo !== b.linkTo
}
