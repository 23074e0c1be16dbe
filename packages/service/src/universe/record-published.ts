import { writeModulemd, type ModuleStream } from '@mbs/modulemd'
import { sql } from 'kysely'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import type { ExpansionRules } from '../expansion/index.ts'
import { baseModule, linkBases, transition, unlinkBases, type StateNews } from '../modulebuilds/index.ts'
import type { Platform } from '../platforms/index.ts'
import { completePublished, nsvcOfTag, publishedTag, runsOn, type BaseModule } from '../published/index.ts'
import { importModule } from './import-module.ts'
import { configuredBase, oneAtATime } from './record-platforms.ts'

/** A module, and the base modules of the platforms whose repositories publish it. */
interface Published {
  document: ModuleStream
  bases: [BaseModule, ...BaseModule[]]
}

/**
 * Records the modules that the repositories of platforms publish as ready builds on these platforms. Modules that are
 * no longer published become `garbage`. Modules that cannot be imported are left out, and `tell` receives the reason.
 */
export async function recordPublished(
  { database, news }: { database: Database; news: StateNews },
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
            : await importModule(tx, news, completed, rules, { scmurl: null }, now)
        // A platform may have dropped the module since the last start.
        await unlinkBases(tx, id)
        await linkBases(tx, id, bases)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        tell(`${nsvcOfTag(tag) ?? tag} cannot be built against: ${error.message}`)
      }
    }
    for (const { id } of known.values()) {
      const reason = 'no repository of a platform still publishes it'
      await transition(tx, news, id, { state: 'garbage', reason }, now)
    }
  })
}

/** Returns the published modules by their tags. If one build has several documents, the first one counts. */
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
  const { rows } = await sql<{ id: number; modulemd: string | null; koji_tag: string }>`
    select id, modulemd, koji_tag from module_builds
     where koji_tag like 'published/%' and state = 'ready' order by id`.execute(tx)
  return new Map(rows.map(({ koji_tag, ...row }) => [koji_tag, row]))
}
