import type { LineWriter } from './line-writer.ts'

/** The writer breaks a line at the first blank behind this column. */
const WIDTH = 80

/**
 * Characters that need an escape: the quote, the backslash, line breaks, and characters that YAML does not
 * count as printable.
 */
const NEEDS_ESCAPE = /["\\]|[^\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\0': '0',
  '\u0007': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\u001b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u2028': 'L',
  '\u2029': 'P',
}

/**
 * Writes a text in double quotes, which can represent any text. A line break at a blank is read back as a
 * blank.
 */
export function writeDoubleQuoted(writer: LineWriter, text: string, mayBreak: boolean): void {
  writer.mark('"', true)
  const characters = Array.from(text.toWellFormed())
  for (const [i, character] of characters.entries()) {
    if (mayBreak && isBreakable(characters, i) && writer.column > WIDTH) {
      writer.startLine()
      // A blank at the beginning of a line needs an escape; otherwise the reader drops it.
      if (characters[i + 1] === ' ') writer.put('\\')
    } else {
      writer.put(NEEDS_ESCAPE.test(character) ? escape(character) : character)
    }
  }
  writer.mark('"', false)
  writer.isAtIndent = false
}

function isBreakable(characters: readonly string[], i: number): boolean {
  return characters[i] === ' ' && i > 0 && i < characters.length - 1 && characters[i - 1] !== ' '
}

function escape(character: string): string {
  const short = SHORT_ESCAPES[character]
  if (short !== undefined) return `\\${short}`
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`
}
