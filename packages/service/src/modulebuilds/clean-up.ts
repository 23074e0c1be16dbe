import { serviceCaller } from '../auth/index.ts'
import type { Outbox } from '../bus/index.ts'
import { after, type Clock } from '../clock.ts'
import { inTransaction, type Database } from '../database/index.ts'
import { deleteTag, deleteTarget, findTag, HubChange } from '../hub/index.ts'
import { registeredTags } from '../registry/index.ts'
import { lockModuleBuild, moduleTables } from './store.ts'
import { transition } from './transition.ts'

/** So many builds are cleaned up at a time. */
const atOnceMax = 20

/**
 * Gives up builds that failed long ago and that nobody took up again (upstream: cleanup_stale_failed_builds): their tags
 * and targets are deleted, what was built for them is in no tag of theirs any more, and they are `garbage`.
 *
 * @param days so long a failed build may be taken up again
 * @returns how many were given up
 */
export async function cleanUpFailed(
  { database, clock, outbox }: { database: Database; clock: Clock; outbox: Outbox },
  days: number,
): Promise<number> {
  const now = clock.now()
  const stale = await moduleTables(database)
    .selectFrom('module_builds')
    .select('id')
    .where('state', '=', 'failed')
    .where('time_modified', '<', after(now, -days * 86_400_000))
    .orderBy('id')
    .limit(atOnceMax)
    .execute()
  for (const { id } of stale)
    await inTransaction(database, 'clean up', async (tx) => {
      const build = await lockModuleBuild(tx, id)
      if (build?.state !== 'failed') return
      const tags = await registeredTags(tx, id)
      if (tags !== undefined) {
        const change = await HubChange.begin(tx, serviceCaller, now)
        if ((await findTag(tx, tags.tag)) !== undefined) {
          await deleteTarget(change, tags.tag)
          for (const tag of [tags.tag, tags.buildTag]) await deleteTag(change, tag)
        }
      }
      const reason = `it failed more than ${days} days ago and was not taken up again`
      await transition(tx, outbox, id, { state: 'garbage', reason }, now)
    })
  return stale.length
}
