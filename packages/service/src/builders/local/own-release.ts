import { formatNvra, type Nevra } from '@mbs/rpm'
import { UserError } from '../../errors.ts'
import { isOfModuleBuild } from '../../hub/index.ts'

/** What the releases of a build's packages must have in them. */
export interface OwnRelease {
  /** Of the module build, without the dot before it. */
  distTag: string
  /** An operator may do without; the dist tag of another module build is never taken. */
  isRequired: boolean
}

/**
 * Makes sure that a package that was built has the dist tag of its module build as one element of its release
 * (`5.module+el8+1+0a1b2c3d.1`): so no two module builds make packages of one name, and none can foretell another's.
 *
 * @throws UserError (422) that says what to write
 */
export function requireOwnRelease(nevra: Nevra, { distTag, isRequired }: OwnRelease): void {
  const { release } = nevra
  if (`.${release}.`.includes(`.${distTag}.`)) return
  const what = `${formatNvra(nevra)}: its release ${release} has`
  if (isOfModuleBuild(release))
    throw new UserError(
      422,
      `${what} the dist tag of another module build, and not ${distTag}; write %{?dist} into its Release, not a dist tag`,
    )
  if (isRequired)
    throw new UserError(
      422,
      `${what} no dist tag, so that other modules may build a package of this name; write %{?dist} into it (for example "Release: 1%{?dist}"; of a subpackage too, if it has a Release of its own)`,
    )
}
