import { writeModulemd, type ModuleStream } from '@mbs/modulemd'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import type { ExpansionRules } from '../expansion/index.ts'
import { baseModule, linkBases, moduleTables } from '../modulebuilds/index.ts'
import type { Platform } from '../platforms/index.ts'
import { completePublished, nsvcOfTag, publishedTag, runsOn, type BaseModule } from '../published/index.ts'
import { importModule } from './import-module.ts'
import { configuredBase, oneAtATime } from './record-platforms.ts'

/** A module, and the platforms whose repositories have it. */
interface Published {
  document: ModuleStream
  bases: [BaseModule, ...BaseModule[]]
}

/**
 * Makes the modules that the repositories of platforms publish known as ready builds on these platforms. Those that are
 * published no more become `garbage`. What cannot be imported is left out, and told.
 */
export async function recordPublished(
  database: Database,
  platforms: ReadonlyMap<string, Platform>,
  rules: ExpansionRules,
  now: Date,
  tell: (sentence: string) => void,
): Promise<void> {
  const published = publishedOn(platforms)
  await inTransaction(database, 'record published modules', async (tx) => {
    await oneAtATime(tx)
    const known = await knownModules(tx)
    for (const [tag, { document, bases }] of published) {
      const completed = completePublished(document, bases.slice(0, 1), tag)
      const before = known.get(tag)
      known.delete(tag)
      try {
        const { id } =
          before?.modulemd === writeModulemd([completed])
            ? before
            : await importModule(tx, completed, rules, { scmurl: null, builds: [] }, now)
        await linkBases(tx, id, bases)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        tell(`${nsvcOfTag(tag) ?? tag} cannot be built against: ${error.message}`)
      }
    }
    const gone = [...known.values()].map(({ id }) => id)
    if (gone.length > 0)
      await moduleTables(tx)
        .updateTable('module_builds')
        .set({ state: 'garbage', time_modified: now })
        .where('id', 'in', gone)
        .execute()
  })
}

/** By their tags; of several documents of one build the first one counts. */
function publishedOn(platforms: ReadonlyMap<string, Platform>): Map<string, Published> {
  const published = new Map<string, Published>()
  for (const platform of platforms.values()) {
    const base = configuredBase(platform)
    for (const document of platform.modules?.streams ?? []) {
      if (document.name === baseModule || !runsOn(document, base)) continue
      const tag = publishedTag(document)
      const before = published.get(tag)
      if (before === undefined) published.set(tag, { document, bases: [base] })
      else if (!before.bases.includes(base)) before.bases.push(base)
    }
  }
  return published
}

async function knownModules(tx: Tx): Promise<Map<string, { id: number; modulemd: string | null }>> {
  const rows = await moduleTables(tx)
    .selectFrom('module_builds')
    .select(['id', 'modulemd', 'koji_tag'])
    .where('koji_tag', 'like', 'published/%')
    .where('state', '=', 'ready')
    .execute()
  return new Map(rows.map(({ koji_tag, ...row }) => [koji_tag ?? '', row]))
}
