import { sql } from 'kysely'
import { UserError } from '../../../errors.ts'
import { isOfModuleBuild } from '../../../module-release.ts'
import { moduleBuildPermission } from '../../names.ts'
import { hasPermission } from '../access.ts'
import type { HubChange } from '../change.ts'

/** The release of a module: its version and its context. The context is a hash unless the module's author chose it. */
const moduleRelease = /^\d+\.[0-9a-f]{8}$/

/**
 * Makes sure that the caller may take a name. The names of module builds are predictable: a build of another user under
 * such a name could stand for the module, or prevent its build.
 *
 * @param build the name, with the types of its content if they are known
 * @param releases of the packages in the build
 * @throws UserError (403) with Koji's message and the reason
 */
export async function requireNameAccess(
  change: HubChange,
  build: { name: string; version: string; release: string; types?: Iterable<string> },
  releases: readonly string[] = [],
): Promise<void> {
  const { name, version, release, types = [] } = build
  const reason = [...types].includes('module')
    ? 'it is of the type module'
    : [release, ...releases].some(isOfModuleBuild)
      ? 'its release has the dist tag of a module build'
      : moduleRelease.test(release) || (await isStream(change, name, version))
        ? 'its name is that of a module build'
        : undefined
  if (reason === undefined || (await hasPermission(change, moduleBuildPermission))) return
  throw new UserError(
    403,
    `${moduleBuildPermission} permission required (logged in as ${change.caller.name}) for ${name}-${version}-${release}: ${reason}`,
  )
}

/** Whether this hub knows modules of this name and stream, built or not. Builds write a stream with `_` for `-`. */
async function isStream({ tx }: HubChange, name: string, stream: string): Promise<boolean> {
  const { rows } = await sql`
    select from hub_module_names where name = ${name} and version = ${stream}
    union all
    select from hub_builds b join hub_packages p on p.id = b.package_id
      join hub_build_typeinfos i on i.build_id = b.id and i.type = 'module'
     where p.name = ${name} and b.version = ${stream} limit 1`.execute(tx)
  return rows.length > 0
}
