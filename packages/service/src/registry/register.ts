import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database, Tx } from '../database/index.ts'
import { createTag, createTarget, isNameTaken, moduleBuildPermission, type HubChange } from '../hub/index.ts'

type Tables = { registered_tags: { name: string; build_tag: string; module_build_id: number } }

/** The tags of a module build. Nothing else computes their names: everybody reads these. */
export interface RegisteredTags {
  /** Of what it has built; also the name of the target. */
  tag: string
  /** That its components are built from. */
  buildTag: string
}

/** Koji's limit on a tag's name, which must also hold for the build tag (`-build` behind it). */
const tagLengthMax = 256

/**
 * Upstream's name of a module build's tag (module_build_service: generate_koji_tag): `module-N-S-V-C`, of a scratch
 * build `scrmod-N-S-V-C+ID`, or a hash where that would be too long.
 *
 * @param scratchId the id of a scratch build
 */
export function tagName(
  nsvc: { name: string; stream: string; version: string; context: string },
  scratchId?: number,
): string {
  const parts = [nsvc.name, nsvc.stream, nsvc.version, nsvc.context]
  const [prefix, ending] = scratchId === undefined ? ['module', ''] : ['scrmod', `+${scratchId}`]
  const tag = [prefix, ...parts].join('-') + ending
  if (tag.length + '-build'.length <= tagLengthMax) return tag
  return `${prefix}-${createHash('sha1').update(parts.join('.')).digest('hex').slice(0, 16)}${ending}`
}

/**
 * Reserves unused tags for a module build and makes them, with a target: upstream's names, or those with a number where
 * the hub has ever had such tags. Asked again for the same build, by another process at the same moment too, it gives
 * the same tags.
 */
export async function registerTags(
  change: HubChange,
  moduleBuildId: number,
  wanted: string,
  arches: readonly string[],
): Promise<RegisteredTags> {
  // The hub's lock is held: nobody else registers.
  const own = await registeredTags(change.tx, moduleBuildId)
  if (own !== undefined) return own
  for (let suffix = 0; ; suffix++) {
    const tag = suffix === 0 ? wanted : `${wanted}+${suffix}`
    const tags = { tag, buildTag: `${tag}-build` }
    if (!(await isFree(change.tx, tags))) continue
    const settings = { arches: arches.join(' '), permission: moduleBuildPermission }
    for (const name of [tags.tag, tags.buildTag]) await createTag(change, name, settings)
    await createTarget(change, tags.tag, tags.buildTag, tags.tag)
    await tables(change.tx)
      .insertInto('registered_tags')
      .values({ name: tags.tag, build_tag: tags.buildTag, module_build_id: moduleBuildId })
      .execute()
    return tags
  }
}

/** The tags of a module build, where it has any. */
export async function registeredTags(
  database: Database | Tx,
  moduleBuildId: number,
): Promise<RegisteredTags | undefined> {
  const own = await tables(database)
    .selectFrom('registered_tags')
    .select(['name', 'build_tag'])
    .where('module_build_id', '=', moduleBuildId)
    .executeTakeFirst()
  return own === undefined ? undefined : { tag: own.name, buildTag: own.build_tag }
}

/** Neither in the hub nor given to a build whose tags are still to be made. */
async function isFree(tx: Tx, { tag, buildTag }: RegisteredTags): Promise<boolean> {
  const given = await tables(tx)
    .selectFrom('registered_tags')
    .select('name')
    .where('name', '=', tag)
    .executeTakeFirst()
  return given === undefined && !(await isNameTaken(tx, tag)) && !(await isNameTaken(tx, buildTag))
}

function tables(database: Database | Tx): Kysely<Tables> {
  return database.$extendTables<Tables>()
}
