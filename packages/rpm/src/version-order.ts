import type { Nevra } from './nevra.ts'

/** Order of the first version relative to the second: older, the same, newer. */
export type Order = -1 | 0 | 1

const TILDE = 0x7e
const CARET = 0x5e

/**
 * Compares two versions or two releases as rpm does (`rpmvercmp`): runs of digits as numbers, runs of letters
 * as text. All other characters only separate. `~` sorts before the end (`1.0~rc1` < `1.0`), `^` after the end
 * but before anything longer (`1.0` < `1.0^git1` < `1.0.1`).
 */
export function compareVersions(a: string, b: string): Order {
  if (a === b) return 0
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    i = skipSeparators(a, i)
    j = skipSeparators(b, j)
    // Behind the end charCodeAt returns NaN, which equals no character, so this finds both marks only inside
    // the text.
    const [here, there] = [a.charCodeAt(i), b.charCodeAt(j)]
    if (here === TILDE || there === TILDE) {
      if (here !== TILDE) return 1
      if (there !== TILDE) return -1
      i++
      j++
    } else if (here === CARET || there === CARET) {
      if (i >= a.length) return -1
      if (j >= b.length) return 1
      if (here !== CARET) return 1
      if (there !== CARET) return -1
      i++
      j++
    } else {
      if (i >= a.length || j >= b.length) break
      const isNumber = isDigit(here)
      const [iEnd, jEnd] = isNumber
        ? [endOfRun(a, i, isDigit), endOfRun(b, j, isDigit)]
        : [endOfRun(a, i, isLetter), endOfRun(b, j, isLetter)]
      // A number is newer than letters.
      if (jEnd === j) return isNumber ? 1 : -1
      const order = isNumber
        ? compareNumbers(a.slice(i, iEnd), b.slice(j, jEnd))
        : compareText(a.slice(i, iEnd), b.slice(j, jEnd))
      if (order !== 0) return order
      i = iEnd
      j = jEnd
    }
  }
  // All segments so far are equal: the text with one more segment is newer.
  if (i >= a.length && j >= b.length) return 0
  return i >= a.length ? -1 : 1
}

/** The parts that decide which of two builds of one package is newer. */
export type Evr = Pick<Nevra, 'epoch' | 'version' | 'release'>

/**
 * Compares epoch, then version, then release, as rpm does when it decides between two builds of a package.
 */
export function compareEvr(a: Evr, b: Evr): Order {
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1
  return compareVersions(a.version, b.version) || compareVersions(a.release, b.release)
}

/** Compares runs of digits of any length. A number type would lose the last digits of a date-and-time version. */
function compareNumbers(a: string, b: string): Order {
  const [one, two] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  if (one.length !== two.length) return one.length < two.length ? -1 : 1
  return compareText(one, two)
}

function compareText(a: string, b: string): Order {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function skipSeparators(text: string, from: number): number {
  return endOfRun(text, from, (code) => !isDigit(code) && !isLetter(code) && code !== TILDE && code !== CARET)
}

function endOfRun(text: string, from: number, belongs: (code: number) => boolean): number {
  let at = from
  while (at < text.length && belongs(text.charCodeAt(at))) at++
  return at
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Returns whether the character is an ASCII letter. As in rpm, the order must not depend on a locale. */
function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}
