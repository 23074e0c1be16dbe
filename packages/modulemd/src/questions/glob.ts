/**
 * Returns whether a text matches an `fnmatch` pattern without flags. The wildcards `*`, `?`, `[...]` and
 * `[!...]` also match a slash and a leading dot. A backslash quotes the next character. The time is bounded by
 * the product of both lengths, even for a hostile pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = parse(pattern)
  const characters = Array.from(text)
  let part = 0
  let at = 0
  let star = -1
  let starAt = 0
  while (at < characters.length) {
    const matcher = parts[part]
    if (matcher === '*') {
      star = part++
      starAt = at
    } else if (matcher?.(characters[at] ?? '') === true) {
      part++
      at++
    } else if (star !== -1) {
      part = star + 1
      at = ++starAt
    } else return false
  }
  while (parts[part] === '*') part++
  return part === parts.length
}

/** The POSIX character classes for ASCII, as in the locale of services. */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
}

type Matcher = '*' | ((character: string) => boolean)

function parse(pattern: string): Matcher[] {
  const characters = Array.from(pattern)
  const parts: Matcher[] = []
  const unclosed = new Set<number>()
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? ''
    const set = character === '[' ? parseSet(characters, i, unclosed) : undefined
    if (character === '*') parts.push('*')
    else if (character === '?') parts.push(() => true)
    else if (set !== undefined) {
      parts.push(set.matches)
      i = set.end
    } else {
      const isEscape = character === '\\' && i + 1 < characters.length
      const literal = isEscape ? (characters[++i] ?? '') : character
      // A backslash at the end of the pattern matches nothing.
      parts.push(character === '\\' && !isEscape ? () => false : (other) => other === literal)
    }
  }
  return parts
}

/**
 * Returns the set that begins at a bracket, or undefined when the bracket is never closed and is a literal.
 * `unclosed` has the places from which earlier brackets found no end, so that many brackets take no more time
 * than one.
 */
function parseSet(characters: readonly string[], start: number, unclosed: Set<number>) {
  const isNegated = characters[start + 1] === '!' || characters[start + 1] === '^'
  const first = start + (isNegated ? 2 : 1)
  const ranges: [from: string, to: string][] = []
  const classes: RegExp[] = []
  const seen: number[] = []
  let i = first
  while (i < characters.length && !unclosed.has(i) && (characters[i] !== ']' || i === first)) {
    // A closing bracket ends nothing where the set begins, and does elsewhere.
    if (characters[i] !== ']') seen.push(i)
    const named = /^\[:([a-z]+):\]/.exec(characters.slice(i, i + 12).join(''))
    if (named?.[1] !== undefined) {
      classes.push(CLASSES[named[1]] ?? /[]/)
      i += named[0].length
      continue
    }
    if (characters[i] === '\\') i++
    const from = characters[i] ?? ''
    const isRange = characters[i + 1] === '-' && i + 2 < characters.length && characters[i + 2] !== ']'
    ranges.push([from, isRange ? (characters[i + 2] ?? '') : from])
    i += isRange ? 3 : 1
  }
  if (i >= characters.length || unclosed.has(i)) {
    for (const place of seen) unclosed.add(place)
    return undefined
  }
  const matches = (character: string) =>
    (ranges.some(([from, to]) => from <= character && character <= to) ||
      classes.some((one) => one.test(character))) !== isNegated
  return { matches, end: i }
}
