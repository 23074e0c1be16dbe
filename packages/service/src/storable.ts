import { UserError } from './errors.ts'

/** No real request is deeper; deeper values overflow the stack of any function that walks them. */
const depthMax = 100

/**
 * Checks that input from outside (JSON, a path or a query) can be stored: PostgreSQL refuses NUL and unpaired
 * surrogates.
 *
 * @param where the value's name in messages; empty for the request itself
 * @throws UserError (400) that names the place
 */
export function requireStorable(value: unknown, where: string, depth = 0): void {
  if (typeof value === 'string') requireText(value, where)
  // JSON does not bound numbers, and a number beyond the range of JavaScript would be stored as null.
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
    refuse(where, 'has a character that cannot be stored (NUL, or half of a surrogate pair)')
}

function refuse(where: string, what: string): never {
  const place = where === '' ? 'request' : where
  throw new UserError(400, `${place} ${what}`, place)
}
