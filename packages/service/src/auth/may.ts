import { UserError } from '../errors.ts'
import type { Caller } from './caller.ts'

/**
 * What a request needs leave for.
 *
 * - `submit`: to submit module builds and to work on one's own (upstream: ALLOWED_GROUPS and ALLOWED_USERS)
 * - `import`: to bring in modules from elsewhere (upstream: ALLOWED_GROUPS_TO_IMPORT_MODULE)
 * - `operate`: to work on everybody's, and on what keeps the service running
 * - `hub`: to ask the hub for a change, which has permissions of its own
 */
export type May = 'submit' | 'import' | 'operate' | 'hub'

/** Who has which leave; users and groups by name. */
export interface Leaves {
  allowedUsers: readonly string[]
  /** Empty, and `allowedUsers` empty: everybody who says who they are. */
  allowedGroups: readonly string[]
  importGroups: readonly string[]
}

/** @throws UserError (403) that says what is missing */
export function requireLeave(caller: Caller, may: May, leaves: Leaves): void {
  if (caller.isTrusted || caller.isAdmin || may === 'hub') return
  const isIn = (groups: readonly string[]) => groups.some((group) => caller.groups.has(group))
  const { allowedUsers, allowedGroups, importGroups } = leaves
  if (may === 'submit') {
    const isOpen = allowedUsers.length === 0 && allowedGroups.length === 0
    if (isOpen || allowedUsers.includes(caller.name) || isIn(allowedGroups)) return
    throw new UserError(
      403,
      `${caller.name} is not in any of the groups that may submit (${allowedGroups.join(', ') || 'none'})`,
    )
  }
  if (may === 'import' && isIn(importGroups)) return
  throw new UserError(
    403,
    may === 'import'
      ? `${caller.name} is not in any of the groups that may import modules (${importGroups.join(', ') || 'none'})`
      : `this is for admins; ${caller.name} is none`,
  )
}
