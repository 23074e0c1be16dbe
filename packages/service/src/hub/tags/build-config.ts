import type { Database, Tx } from '../../database/index.ts'
import type { HubTag } from './hub-tag.ts'
import { inheritanceOrder } from './inheritance-store.ts'
import { requireTag, tagsById } from './tags.ts'
import type { At } from '../versioned.ts'

/** What a tag is built with: its own settings and those that it inherits. */
export interface BuildConfig extends Omit<HubTag, 'extra'> {
  extra: ReadonlyMap<string, unknown>
  /** The tag that each inherited key comes from, those that are blocked there among them. */
  origins: ReadonlyMap<string, string>
}

/**
 * Settings of a tag with those that it inherits (Koji: getBuildConfig). Each link counts by its own `noconfig`. Arches
 * are never inherited: those of a tag are never unset, and Koji takes an empty text for set.
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
