import { UserError } from './errors.ts'

/** Nobody means more; deeper values end in a full stack wherever they are walked. */
const depthMax = 100

/**
 * Makes sure that what came from outside as JSON, or in a path or a query, can be kept: PostgreSQL takes no NUL and no
 * half of a surrogate pair.
 *
 * @param where what it is called in messages; empty for what is a request's own
 * @throws UserError (400) that names the place
 */
export function requireStorable(value: unknown, where: string, depth = 0): void {
  if (typeof value === 'string') requireText(value, where)
  // JSON has no bound for numbers, and what is beyond ours would be kept as null.
  if (typeof value === 'number' && !Number.isFinite(value)) refuse(where, 'is a number that cannot be kept')
  if (typeof value !== 'object' || value === null) return
  if (depth >= depthMax) refuse(where, `is nested more than ${depthMax} levels deep`)
  for (const [key, part] of Object.entries(value)) {
    requireText(key, where)
    const name = key.slice(0, 100)
    requireStorable(part, where === '' ? name : `${where}.${name}`, depth + 1)
  }
}

function requireText(text: string, where: string): void {
  if (text.includes('\0') || !text.isWellFormed())
    refuse(where, 'holds a character that cannot be kept (NUL, or half of a pair)')
}

function refuse(where: string, what: string): never {
  const place = where === '' ? 'request' : where
  throw new UserError(400, `${place} ${what}`, place)
}
