import { inTransaction, type Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import type { Engine } from '../jobs/index.ts'
import { requireAction } from './actions.ts'
import { lockModuleBuild, updateModuleBuild } from './store.ts'
import { subjectKind } from './transition.ts'

/**
 * Requests the cancellation of a module build. The build's next turn stops its running components.
 *
 * @throws UserError 404 for an unknown build, 400 for a build that has ended already
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
    requireAction('cancel', build, { components: [], isGivenUp: false, isStopping: false })
    await updateModuleBuild(tx, id, { cancelled_by: by, cancel_reason: reason })
    await parts.engine.wake(tx, { kind: subjectKind, id })
  })
}
