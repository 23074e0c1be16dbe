import { isBlank, isBlankOrEnd, isBreak } from './characters.ts'
import { type Cursor, folded } from './cursor.ts'
import { YamlError } from './yaml-error.ts'

const TAB = 0x09
const HASH = 0x23
const COMMA = 0x2c
const COLON = 0x3a
const QUESTION_MARK = 0x3f
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** A text without quotes. */
export interface PlainScalar {
  text: string
  end: number
  /** A line break followed the text, so a key may follow. */
  isAtNewLine: boolean
}

/** Scans a text without quotes on one or more lines. `indent` is the least indentation of the further lines. */
export function scanPlain(cursor: Cursor, indent: number, isInFlow: boolean): PlainScalar {
  let text = ''
  let gap = { text: '', isFolded: false }
  let end = cursor.at
  while (!cursor.isAtDocumentMarker() && cursor.code() !== HASH) {
    const start = cursor.at
    skipWords(cursor, isInFlow)
    if (cursor.at > start) {
      text += gap.text + cursor.text.slice(start, cursor.at)
      end = cursor.at
      gap = { text: '', isFolded: false }
    }
    if (!isBlank(cursor.code()) && !isBreak(cursor.code())) break
    gap = scanGap(cursor, indent)
    if (!isInFlow && cursor.column < indent) break
  }
  return { text, end, isAtNewLine: gap.isFolded }
}

/** Moves to the next blank, line break or mark that ends the text. */
function skipWords(cursor: Cursor, isInFlow: boolean): void {
  for (;;) {
    const code = cursor.code()
    if (isBlankOrEnd(code)) return
    if (code === COLON) {
      if (isBlankOrEnd(cursor.code(1))) return
      if (isInFlow && (isFlowMark(cursor.code(1)) || cursor.code(1) === QUESTION_MARK)) {
        throw new YamlError(
          'a colon ends in a mark here',
          cursor.at,
          'write a blank after it, or quote the text',
        )
      }
    } else if (isInFlow && isFlowMark(code)) return
    cursor.at++
  }
}

function isFlowMark(code: number): boolean {
  return (
    code === COMMA ||
    code === OPEN_BRACKET ||
    code === CLOSE_BRACKET ||
    code === OPEN_BRACE ||
    code === CLOSE_BRACE
  )
}

/** Returns the text between two words: blanks unchanged, line breaks folded. */
function scanGap(cursor: Cursor, indent: number): { text: string; isFolded: boolean } {
  const start = cursor.at
  let first: string | undefined
  let others = ''
  for (;;) {
    if (isBlank(cursor.code())) {
      if (first !== undefined && cursor.code() === TAB && cursor.column < indent) {
        throw new YamlError('the indentation contains a tab', cursor.at, 'indent with spaces')
      }
      cursor.at++
    } else if (!isBreak(cursor.code())) break
    else if (first === undefined) first = cursor.takeBreak()
    else others += cursor.takeBreak()
  }
  if (first === undefined) return { text: cursor.text.slice(start, cursor.at), isFolded: false }
  return { text: folded(first, others), isFolded: true }
}
