import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { moduleBuildPermission, settled, type Hub } from '../hub/index.ts'

type Tables = {
  registered_tags: {
    name: string
    build_tag: string
    module_build_id: number | null
    imported: string | null
  }
}

/** The tags of a module build. No other code computes their names: all code reads them from here. */
export interface RegisteredTags {
  /** The tag of its packages; also the name of the target. */
  tag: string
  /** The tag that its components are built from. */
  buildTag: string
}

/** Koji's limit on the length of a tag's name. It applies to the build tag too, which ends with `-build`. */
const tagLengthMax = 256

/**
 * Returns upstream's name of a module build's tag (module_build_service: generate_koji_tag): `module-N-S-V-C`, or
 * `scrmod-N-S-V-C+ID` for a scratch build, or a hash if that would be too long.
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

/** The holder of tags: a module build, by its id, or a module during its import, by `name:stream:version:context`. */
export type TagHolder = number | string

/**
 * Reserves unused tags for a module: upstream's names, with a number if the hub has ever had such tags. Repeated or
 * concurrent calls for the same holder return the same tags.
 */
export async function reserveTags(
  { database, hub }: { database: Database; hub: Hub },
  holder: TagHolder,
  wanted: string,
): Promise<RegisteredTags> {
  for (let own = await registeredTags(database, holder); ;) {
    if (own !== undefined) return own
    const tags = await freeTags({ database, hub }, wanted)
    await inTransaction(database, 'reserve tags', (tx) => recordTags(tx, holder, tags))
    // Another process may have been faster, for this module or for this name.
    own = await registeredTags(database, holder)
  }
}

/**
 * Gives the tags that were reserved for an import to its module build. Does nothing if the build already has tags or if
 * none were reserved.
 */
export async function handOverTags(tx: Tx, imported: string, moduleBuildId: number): Promise<void> {
  if ((await registeredTags(tx, moduleBuildId)) !== undefined) return
  await tables(tx)
    .updateTable('registered_tags')
    .set({ module_build_id: moduleBuildId, imported: null })
    .where('imported', '=', imported)
    .execute()
}

/** Returns names that the hub has never had and that no module build has received. */
async function freeTags(
  { database, hub }: { database: Database; hub: Hub },
  wanted: string,
): Promise<RegisteredTags> {
  for (let suffix = 0; ; suffix++) {
    const tag = suffix === 0 ? wanted : `${wanted}+${suffix}`
    const tags = { tag, buildTag: `${tag}-build` }
    if ((await isGiven(database, tag)) || (await hub.takenTags([tag, tags.buildTag])).size > 0) continue
    return tags
  }
}

/** Records tags. Does nothing if the holder has tags already, or if another holder has these. */
async function recordTags(tx: Tx, holder: TagHolder, { tag, buildTag }: RegisteredTags): Promise<void> {
  const key =
    typeof holder === 'number'
      ? { module_build_id: holder, imported: null }
      : { module_build_id: null, imported: holder }
  await tables(tx)
    .insertInto('registered_tags')
    .values({ name: tag, build_tag: buildTag, ...key })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Makes the tags of a module build and their target in the hub. A repeated call changes nothing. */
export async function makeTags(
  hub: Hub,
  { tag, buildTag }: RegisteredTags,
  arches: readonly string[],
): Promise<void> {
  const settings = { arches: arches.join(' '), permission: moduleBuildPermission }
  await settled(hub.ensureTags([tag, buildTag].map((name) => ({ name, ...settings }))))
  await settled(hub.ensureTargets([{ name: tag, buildTag, destTag: tag }]))
}

/** Returns the tags of a module, if it has any. */
export async function registeredTags(
  database: Database | Tx,
  holder: TagHolder,
): Promise<RegisteredTags | undefined> {
  const own = await tables(database)
    .selectFrom('registered_tags')
    .select(['name', 'build_tag'])
    .where(typeof holder === 'number' ? 'module_build_id' : 'imported', '=', holder)
    .executeTakeFirst()
  return own === undefined ? undefined : { tag: own.name, buildTag: own.build_tag }
}

async function isGiven(database: Database, tag: string): Promise<boolean> {
  const given = await tables(database)
    .selectFrom('registered_tags')
    .select('name')
    .where('name', '=', tag)
    .executeTakeFirst()
  return given !== undefined
}

function tables(database: Database | Tx): Kysely<Tables> {
  return database.$extendTables<Tables>()
}
