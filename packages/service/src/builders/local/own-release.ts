import { formatNvra, type Nevra } from '@mbs/rpm'
import { UserError } from '../../errors.ts'
import { isOfModuleBuild } from '../../module-release.ts'

/** The rule for the releases of a build's packages. */
export interface OwnRelease {
  /** Dist tag of the module build, without the dot before it. */
  distTag: string
  /** An operator may allow packages without a dist tag. The dist tag of another module build is always refused. */
  isRequired: boolean
}

/**
 * Makes sure that a built package has the dist tag of its module build as one element of its release
 * (`5.module+el8+1+0a1b2c3d.1`). So no two module builds make packages of the same name, and no module build can take
 * the name of a later build's package.
 *
 * @throws UserError (422) with the line that the packager should write
 */
export function requireOwnRelease(nevra: Nevra, { distTag, isRequired }: OwnRelease): void {
  const { release } = nevra
  if (`.${release}.`.includes(`.${distTag}.`)) return
  const what = `${formatNvra(nevra)}: its release ${release}`
  if (isOfModuleBuild(release))
    throw new UserError(
      422,
      `${what} has the dist tag of another module build, and not ${distTag}; write %{?dist} into its Release, not a dist tag`,
    )
  if (isRequired)
    throw new UserError(
      422,
      `${what} lacks the dist tag, so another module could build a package of the same name; write %{?dist} into the Release (for example "Release: 1%{?dist}"), also of a subpackage with its own Release`,
    )
}
