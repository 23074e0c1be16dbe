import { sql } from 'kysely'
import { after, type Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { settled, type Hub } from '../hub/index.ts'
import { effectsOf, forgetFailedEffects, type Engine } from '../jobs/index.ts'
import { registeredTags } from '../registry/index.ts'
import { cleanUpKind } from './giving-up.ts'
import { asked } from './module-effects.ts'
import { componentsOf, lockModuleBuild, moduleTables } from './store.ts'
import { subjectKind } from './transition.ts'

/** Maximum number of builds that one clean-up begins to give up. */
const atOnceMax = 20

/**
 * Begins to give up builds that failed long ago and that no user has resumed (upstream: cleanup_stale_failed_builds).
 * An effect then deletes the tags and targets of each build, so that its packages are in none of its tags, and the
 * build becomes `garbage`. A build that still has open effects, running components or an effect that is still being
 * performed waits for a later clean-up.
 *
 * @param days number of days for which a user may resume a failed build
 * @returns number of builds that the service begins to give up
 */
export async function cleanUpFailed(
  { database, clock, engine }: { database: Database; clock: Clock; engine: Engine },
  days: number,
): Promise<number> {
  const now = clock.now()
  const stale = await moduleTables(database)
    .selectFrom('module_builds')
    .select('id')
    .where('state', '=', 'failed')
    .where('time_modified', '<', after(now, -days * 86_400_000))
    // Builds with open effects must not use up the limit.
    .where(
      sql<boolean>`not exists (select from effects e
        where e.subject = ${`${subjectKind}:`} || module_builds.id and e.state in ('queued', 'parked'))`,
    )
    .orderBy('id')
    .limit(atOnceMax)
    .execute()
  let begun = 0
  for (const { id } of stale)
    await inTransaction(database, 'give up', async (tx) => {
      const build = await lockModuleBuild(tx, id)
      const subject = { kind: subjectKind, id }
      const effects = await effectsOf(tx, subject)
      const isBusy =
        effects.some(({ state }) => state === 'queued' || state === 'parked') ||
        (await componentsOf(tx, [id])).some(({ state }) => state === 'building') ||
        (await engine.isStopping(tx, subject))
      if (build?.state !== 'failed' || isBusy) return
      // An earlier clean-up of this build may have failed.
      await forgetFailedEffects(tx, subject)
      await engine.enqueue(tx, subject, [asked({ kind: cleanUpKind, days })], now)
      begun++
    })
  return begun
}

/** Deletes the tags of a build that exist in the hub: an effect that ended late may have created them again. */
export async function deleteOwnTags(
  { database, hub }: { database: Database; hub: Hub },
  id: number,
): Promise<void> {
  const tags = await registeredTags(database, id)
  if (tags === undefined) return
  await settled(hub.deleteTargets([tags.tag]))
  await settled(hub.deleteTags([tags.tag, tags.buildTag]))
}
