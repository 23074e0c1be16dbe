import type { ModuleStream } from '@mbs/modulemd'
import { UserError } from '../errors.ts'

/**
 * Returns whether the author lets the service order components inside a batch: `xmd.mbs_options.dependency_order`, an
 * option that upstream does not have.
 *
 * @throws UserError (400) for a value that is not a boolean
 */
export function asksForDependencyOrder({ xmd }: Pick<ModuleStream, 'xmd'>): boolean {
  const options = xmd instanceof Map ? xmd.get('mbs_options') : undefined
  const value = options instanceof Map ? options.get('dependency_order') : undefined
  // libmodulemd reads `true` as text.
  const text = typeof value === 'string' || typeof value === 'boolean' ? String(value).toLowerCase() : value
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  const place = 'data.xmd.mbs_options.dependency_order'
  throw new UserError(400, `${place} must be true or false`, place)
}
