import { createHash } from 'node:crypto'
import type { Tx } from '../database/index.ts'

type Tables = { registered_tags: { name: string; module_build_id: number } }

/** Koji's limit on a tag's name, which must also hold for the build tag (`-build` behind it). */
const tagLengthMax = 256

/**
 * Upstream's name of a module build's tag (module_build_service: generate_koji_tag): `module-N-S-V-C`, or a hash
 * where that would be too long.
 */
export function tagName(nsvc: { name: string; stream: string; version: string; context: string }): string {
  const parts = [nsvc.name, nsvc.stream, nsvc.version, nsvc.context]
  const tag = ['module', ...parts].join('-')
  if (tag.length + '-build'.length <= tagLengthMax) return tag
  return `module-${createHash('sha1').update(parts.join('.')).digest('hex').slice(0, 16)}`
}

/**
 * Reserves an unused tag for a module build: upstream's name, or that with a number where an earlier build of the
 * same NSVC has it. Asked again for the same build, by another process at the same moment too, it gives the same tag.
 */
export async function registerTag(tx: Tx, moduleBuildId: number, wanted: string): Promise<string> {
  for (let suffix = 0; ; suffix++) {
    const own = await ownTag(tx, moduleBuildId)
    if (own !== undefined) return own
    const name = suffix === 0 ? wanted : `${wanted}+${suffix}`
    // In conflict with another build's name, or with our own row that somebody else has just written.
    await tx
      .$extendTables<Tables>()
      .insertInto('registered_tags')
      .values({ name, module_build_id: moduleBuildId })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

async function ownTag(tx: Tx, moduleBuildId: number): Promise<string | undefined> {
  const own = await tx
    .$extendTables<Tables>()
    .selectFrom('registered_tags')
    .select('name')
    .where('module_build_id', '=', moduleBuildId)
    .executeTakeFirst()
  return own?.name
}
