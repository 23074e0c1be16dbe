import { UserError } from '../errors.ts'

/** Nobody means more; deeper values end in a full stack wherever they are walked. */
const depthMax = 100

/**
 * Makes sure that JSON from outside can be kept: PostgreSQL takes no NUL and no half of a surrogate pair.
 *
 * @throws UserError (400) that names the place
 */
export function requireStorable(value: unknown, where: string, depth = 0): void {
  if (typeof value === 'string') requireText(value, where)
  if (typeof value !== 'object' || value === null) return
  if (depth >= depthMax)
    throw new UserError(400, `${where} is nested more than ${depthMax} levels deep`, where)
  for (const [key, part] of Object.entries(value)) {
    requireText(key, where)
    requireStorable(part, `${where}.${key.slice(0, 100)}`, depth + 1)
  }
}

function requireText(text: string, where: string): void {
  if (text.includes('\0') || !text.isWellFormed())
    throw new UserError(400, `${where} holds a character that cannot be kept (NUL, or half of a pair)`, where)
}
