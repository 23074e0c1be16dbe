import { UserError } from '../errors.ts'
import type { Caller } from './caller.ts'

/**
 * The permission that a request needs.
 *
 * - `submit`: to submit module builds and to work on one's own (upstream: ALLOWED_GROUPS and ALLOWED_USERS)
 * - `import`: to import modules from elsewhere (upstream: ALLOWED_GROUPS_TO_IMPORT_MODULE)
 * - `operate`: to work on the builds of all users, and on the operation of the service
 * - `hub`: to ask the hub for a change; the hub has permissions of its own
 */
export type May = 'submit' | 'import' | 'operate' | 'hub'

/** The users and groups of each permission, by name. */
export interface Leaves {
  allowedUsers: readonly string[]
  /** With this and `allowedUsers` empty, every authenticated user may submit. */
  allowedGroups: readonly string[]
  importGroups: readonly string[]
}

/**
 * Checks a caller's permission.
 *
 * @throws UserError (403) that names the missing permission
 */
export function requireLeave(caller: Caller, may: May, leaves: Leaves): void {
  if (caller.isTrusted || caller.isAdmin || may === 'hub') return
  const isIn = (groups: readonly string[]) => groups.some((group) => caller.groups.has(group))
  const { allowedUsers, allowedGroups, importGroups } = leaves
  if (may === 'submit') {
    const isOpen = allowedUsers.length === 0 && allowedGroups.length === 0
    if (isOpen || allowedUsers.includes(caller.name) || isIn(allowedGroups)) return
    throw new UserError(
      403,
      allowedGroups.length === 0
        ? `${caller.name} may not submit, and no group may submit`
        : `${caller.name} is not in any of the groups that may submit (${allowedGroups.join(', ')})`,
    )
  }
  if (may === 'import' && isIn(importGroups)) return
  throw new UserError(
    403,
    may === 'import'
      ? `${caller.name} is not in any of the groups that may import modules (${importGroups.join(', ') || 'none'})`
      : `only admins may do this; ${caller.name} is not an admin`,
  )
}
