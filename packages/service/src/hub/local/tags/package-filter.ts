import { RE2JS } from 're2js'
import { UserError } from '../../../errors.ts'

const compiled = new Map<string, RE2JS>()
const compiledMax = 1000

/**
 * Whether a package's name begins with a match of each pattern (Koji: `re.match`). Patterns are RE2's: a match takes
 * time in proportion to the length of the name, whatever the pattern.
 */
export function matchesFilters(name: string, patterns: readonly string[]): boolean {
  return patterns.every((pattern) => patternOf(pattern).matcher(name).lookingAt())
}

/**
 * Makes sure that a pattern is valid.
 *
 * @throws UserError (422) with the fault
 */
export function checkPattern(pattern: string): void {
  try {
    patternOf(pattern)
  } catch (error) {
    throw new UserError(
      422,
      `pkg_filter ${JSON.stringify(pattern)} cannot be used: ${error instanceof Error ? error.message : ''} (lookahead and backreferences are not supported)`,
      'pkg_filter',
    )
  }
}

function patternOf(pattern: string): RE2JS {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  if (compiled.size >= compiledMax) compiled.clear()
  // RE2 writes \z for Python's \Z.
  const made = RE2JS.compile(pattern.replaceAll(/(?<!\\)((?:\\\\)*)\\Z/g, '$1\\z'))
  compiled.set(pattern, made)
  return made
}
