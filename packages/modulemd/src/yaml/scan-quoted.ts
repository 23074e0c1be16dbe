import { END, isBlank, isBlankOrEnd, isBreak } from './characters.ts'
import { type Cursor, folded } from './cursor.ts'
import { YamlError } from './yaml-error.ts'

const DOUBLE_QUOTE = 0x22
const SINGLE_QUOTE = 0x27
const BACKSLASH = 0x5c

/** The meaning of a single character behind a backslash. */
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
}

/** Number of hexadecimal digits that follow each of these letters. */
const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** Scans a text in single or double quotes. The cursor begins at the first quote and ends behind the last. */
export function scanQuoted(cursor: Cursor): string {
  const opening = cursor.at
  const quote = cursor.code()
  cursor.at++
  let text = ''
  for (;;) {
    if (cursor.isAtDocumentMarker()) throw unclosed(opening, 'a document marker')
    if (cursor.code() === END) throw unclosed(opening, 'the end of the text')
    const { words, isBreakEscaped } = scanWords(cursor, quote)
    text += words
    if (cursor.code() === quote) break
    text += scanGap(cursor, isBreakEscaped)
  }
  cursor.at++
  return text
}

function unclosed(at: number, what: string): YamlError {
  return new YamlError(`the quote that opens here is not closed before ${what}`, at, 'close it')
}

/** Moves to the closing quote, a blank or a line break. */
function scanWords(cursor: Cursor, quote: number): { words: string; isBreakEscaped: boolean } {
  let words = ''
  let start = cursor.at
  const take = () => cursor.text.slice(start, cursor.at)
  for (;;) {
    const code = cursor.code()
    if (isBlankOrEnd(code)) return { words: words + take(), isBreakEscaped: false }
    if (code === quote) {
      if (quote !== SINGLE_QUOTE || cursor.code(1) !== SINGLE_QUOTE)
        return { words: words + take(), isBreakEscaped: false }
      words += `${take()}'`
      cursor.at += 2
      start = cursor.at
    } else if (code === BACKSLASH && quote === DOUBLE_QUOTE) {
      words += take()
      if (isBreak(cursor.code(1))) {
        cursor.at++
        cursor.takeBreak()
        return { words, isBreakEscaped: true }
      }
      words += scanEscape(cursor)
      start = cursor.at
    } else cursor.at++
  }
}

/** Scans an escape, which begins with a backslash. */
function scanEscape(cursor: Cursor): string {
  const at = cursor.at
  const letter = cursor.text[at + 1] ?? ''
  const simple = ESCAPES[letter]
  cursor.at += 2
  if (simple !== undefined) return simple
  const length = CODE_LENGTHS[letter]
  if (length === undefined) {
    throw new YamlError(
      `there is no escape \\${letter}`,
      at,
      'write \\\\ for a backslash, or use single quotes',
    )
  }
  const digits = cursor.text.slice(cursor.at, cursor.at + length)
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) {
    throw new YamlError(
      `${length} hexadecimal digits must follow \\${letter}`,
      at,
      'write \\\\ for a backslash, or use single quotes',
    )
  }
  const value = parseInt(digits, 16)
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    throw new YamlError(`there is no character \\${letter}${digits}`, at, 'use an existing one')
  }
  cursor.at += length
  return String.fromCodePoint(value)
}

/** Returns the text between two words: blanks unchanged, line breaks folded. */
function scanGap(cursor: Cursor, isBreakEscaped: boolean): string {
  const start = cursor.at
  let first = isBreakEscaped ? '' : undefined
  let others = ''
  for (;;) {
    if (isBlank(cursor.code())) cursor.at++
    else if (isBreak(cursor.code())) {
      if (first === undefined) first = cursor.takeBreak()
      else others += cursor.takeBreak()
    } else break
  }
  return first === undefined ? cursor.text.slice(start, cursor.at) : folded(first, others)
}
