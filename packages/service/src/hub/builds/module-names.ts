import { sql } from 'kysely'
import type { Tx } from '../../database/index.ts'
import { UserError } from '../../errors.ts'
import { hasPermission } from '../access.ts'
import type { HubChange } from '../change.ts'

/** Who has it may take names, and touch tags, that belong to module builds: the service, administrators, importers. */
export const moduleBuildPermission = 'module-build'

/** `module+el8+1+0a1b2c3d`, of scratch builds `scrmod+…`; CentOS writes an underscore after `module`. */
const distTag = /^(?:module|scrmod)[+_]/

/** The release of a module: its version and its context, which is a hash unless its author names it. */
const moduleRelease = /^\d+\.[0-9a-f]{8}$/

/** Whether a release has an element that only module builds have. */
export function isOfModuleBuild(release: string): boolean {
  return release.split('.').some((element) => distTag.test(element))
}

/**
 * Makes sure that a caller may take a name: those of module builds can be told before they are built, and whoever took
 * one would stand for it, or keep it from being built.
 *
 * @param build what is taken, with the types of its content as far as they are known
 * @param releases of the packages in it
 * @throws UserError (403) in Koji's words, with the reason
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

/** Whether modules of this name and stream (as builds write it, with `_` for `-`) are known here, built or not yet. */
async function isStream({ tx }: HubChange, name: string, stream: string): Promise<boolean> {
  const { rows } = await sql`
    select from hub_module_names where name = ${name} and version = ${stream}
    union all
    select from hub_builds b join hub_packages p on p.id = b.package_id
      join hub_build_typeinfos i on i.build_id = b.id and i.type = 'module'
     where p.name = ${name} and b.version = ${stream} limit 1`.execute(tx)
  return rows.length > 0
}

/** Whose the builds of a name and version are. */
export interface ModuleName {
  name: string
  version: string
  /** The module, which is called otherwise where it is what is built beside one, and its stream. */
  module: string
  stream: string
}

/**
 * Takes a name and version of builds for a module, until the transaction ends and from then on.
 *
 * @returns whose it is already, where it is another one's
 */
export async function takeModuleName(tx: Tx, wanted: ModuleName): Promise<ModuleName | undefined> {
  const { name, version, module, stream } = wanted
  await sql`
    insert into hub_module_names (name, version, module, stream) values (${name}, ${version}, ${module}, ${stream})
    on conflict do nothing`.execute(tx)
  const { rows } = await sql<ModuleName>`
    select name, version, module, stream from hub_module_names
     where name = ${name} and version = ${version} for update`.execute(tx)
  const [holder] = rows
  return holder?.module === module && holder.stream === stream ? undefined : holder
}

/** Hands over a name that its holder has no use for any more. */
export async function handOverModuleName(
  tx: Tx,
  { name, version, module, stream }: ModuleName,
): Promise<void> {
  await sql`
    update hub_module_names set module = ${module}, stream = ${stream}
     where name = ${name} and version = ${version}`.execute(tx)
}
