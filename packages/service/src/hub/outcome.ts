import { PendingError, UserError } from '../errors.ts'

/**
 * The outcome of one change. `pending`: the hub has begun and finishes later, as Koji's tasks do; the caller asks for
 * the result with the handle. `refused`: a retry does not help.
 */
export type Outcome<T = void> =
  { is: 'done'; value: T } | { is: 'pending'; handle: string } | { is: 'refused'; reason: string }

export const done: Outcome = { is: 'done', value: undefined }

/**
 * Returns the values of changes, which must all be done.
 *
 * @throws UserError (409) with the hub's reasons, when it has refused any of them
 * @throws PendingError when some have not ended
 */
export async function settled<T>(changes: Promise<readonly Outcome<T>[]>): Promise<T[]> {
  const outcomes = await changes
  const reasons = outcomes.flatMap((outcome) => (outcome.is === 'refused' ? [outcome.reason] : []))
  if (reasons.length > 0) throw new UserError(409, [...new Set(reasons)].join('; '))
  const handles = outcomes.flatMap((outcome) => (outcome.is === 'pending' ? [outcome.handle] : []))
  if (handles.length > 0)
    throw new PendingError('hub', `it is still working on the request (${handles.join(', ')})`, handles)
  return outcomes.flatMap((outcome) => (outcome.is === 'done' ? [outcome.value] : []))
}
