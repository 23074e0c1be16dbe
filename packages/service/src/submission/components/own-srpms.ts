import { RpmReadError } from '@mbs/rpm'
import type { Artifacts } from '../../artifacts/index.ts'
import { UserError } from '../../errors.ts'
import { readHeader } from '../../package-header.ts'

/** The submitter's own source package, which replaces a component's repository. */
export interface OwnSrpm {
  /** The package's name. */
  name: string
  /** The path in the submission: `cli-build/SHA256/FILE.src.rpm`. */
  path: string
  sha256: string
}

const pathForm = /^cli-build\/([0-9a-f]{64})\/[A-Za-z0-9][A-Za-z0-9+._~^-]*\.src\.rpm$/

/** Returns the path by which a submission names an uploaded source package. */
export function srpmPath(sha256: string, filename: string): string {
  return `cli-build/${sha256}/${filename}`
}

/**
 * Returns the source packages that a submission names, by the names in their headers. If two of them are for one
 * package, the first one counts (upstream: get_custom_srpms).
 *
 * @throws UserError (400) for a file that was not uploaded or is not a source package
 */
export async function ownSrpms(
  artifacts: Pick<Artifacts, 'path' | 'renew'>,
  paths: readonly string[],
): Promise<Map<string, OwnSrpm>> {
  const found = new Map<string, OwnSrpm>()
  for (const path of paths) {
    const [, sha256] = pathForm.exec(path) ?? []
    if (sha256 === undefined || !(await artifacts.renew(sha256)))
      throw new UserError(400, `the source package ${path} was not uploaded; upload it first`, 'srpms')
    const { name } = await headerOf(await artifacts.path(sha256), path)
    if (!found.has(name)) found.set(name, { name, path, sha256 })
  }
  return found
}

/**
 * Reads the package name in a source package's header.
 *
 * @throws UserError (400) for a file that is not a source package
 */
export async function headerOf(file: string, called: string): Promise<{ name: string }> {
  try {
    const { isSource, nevra } = await readHeader(file)
    if (isSource) return { name: nevra.name }
  } catch (error) {
    if (!(error instanceof RpmReadError)) throw error
  }
  throw new UserError(400, `${called} is not a source package`, 'srpms')
}
