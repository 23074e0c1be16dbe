import { inTransaction, type Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import type { Engine } from '../jobs/index.ts'
import { lockModuleBuild, updateModuleBuild } from './store.ts'
import { subjectKind } from './transition.ts'

/**
 * Asks that a module build be cancelled; its next turn stops what runs.
 *
 * @throws UserError 404 when there is none, 400 when it has ended already
 */
export async function cancel(
  parts: { database: Database; engine: Engine },
  id: number,
  by: string,
  reason: string | null,
): Promise<void> {
  await inTransaction(parts.database, 'cancel', async (tx) => {
    const build = await lockModuleBuild(tx, id)
    if (build === undefined) throw new UserError(404, `There is no module build ${id}.`)
    if (!['init', 'wait', 'build'].includes(build.state))
      throw new UserError(
        400,
        `Module build ${id} is in the state ${build.state} and can be cancelled no more.`,
      )
    await updateModuleBuild(tx, id, { cancelled_by: by, cancel_reason: reason })
    await parts.engine.wake(tx, { kind: subjectKind, id })
  })
}
