import type { Database, Tx } from '../../../database/index.ts'
import type { HubTag } from './hub-tag.ts'
import { inheritanceOrder } from './inheritance-store.ts'
import { requireTag, tagsById } from './tags.ts'
import type { At } from '../versioned.ts'

/** The settings of a build tag: its own and the inherited ones. */
export interface BuildConfig extends Omit<HubTag, 'extra'> {
  extra: ReadonlyMap<string, unknown>
  /** The tag that each inherited key comes from, blocked keys included. */
  origins: ReadonlyMap<string, string>
}

/**
 * Returns the settings of a tag, inherited ones included (Koji: getBuildConfig). For each link only its own `noconfig`
 * counts. Arches are never inherited: a tag's arches are never unset, and Koji treats an empty text as set.
 */
export async function buildConfigOf(database: Database | Tx, name: string, at?: At): Promise<BuildConfig> {
  const tag = await requireTag(database, name, at)
  const order = (await inheritanceOrder(database, tag.id, at)).filter(({ noconfig }) => !noconfig)
  const parents = await tagsById(
    database,
    order.map(({ parentId }) => parentId),
    at,
  )
  const extra = new Map(tag.extra)
  const origins = new Map<string, string>()
  for (const { parentId } of order) {
    const parent = parents.get(parentId)
    for (const [key, entry] of parent?.extra ?? []) {
      if (extra.has(key)) continue
      extra.set(key, entry)
      origins.set(key, parent?.name ?? '')
    }
  }
  const shown = [...extra].filter(([, { blocked }]) => !blocked)
  return {
    ...tag,
    extra: new Map(shown.map(([key, { value }]) => [key, value])),
    origins,
  }
}
