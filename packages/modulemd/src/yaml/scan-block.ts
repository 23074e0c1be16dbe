import { END, isBlank, isBreak, isBreakOrEnd, isDigit } from './characters.ts'
import { type Cursor, folded } from './cursor.ts'
import { YamlError } from './yaml-error.ts'

const TAB = 0x09
const SPACE = 0x20
const HASH = 0x23
const PLUS = 0x2b
const DASH = 0x2d
const ZERO = 0x30
const LITERAL = 0x7c

/** Treatment of the line breaks at the end of a block: drop all, keep one, keep all. */
type Chomping = 'strip' | 'clip' | 'keep'

/** The text of a block. */
export interface BlockScalar {
  text: string
  end: number
}

/**
 * Scans a literal or folded block; the cursor is at its mark. `parentIndent` is the indentation of the node
 * that contains the block, -1 for a document.
 */
export function scanBlock(cursor: Cursor, parentIndent: number): BlockScalar {
  const opening = cursor.at
  const isLiteral = cursor.code() === LITERAL
  cursor.at++
  const { chomping, increment } = scanHeader(cursor, opening)
  const first = scanBreaks(cursor, {
    indent: increment === 0 ? 0 : Math.max(parentIndent, 0) + increment,
    parentIndent,
  })
  const { indent } = first
  let { breaks, end } = first
  let text = ''
  let lastBreak = ''
  let wasIndented = false
  while (cursor.column === indent && cursor.code() !== END) {
    const isIndented = isBlank(cursor.code())
    const isFolded = !isLiteral && lastBreak === '\n' && !wasIndented && !isIndented
    text += isFolded ? folded(lastBreak, breaks) : lastBreak + breaks
    const start = cursor.at
    while (!isBreakOrEnd(cursor.code())) cursor.at++
    text += cursor.text.slice(start, cursor.at)
    wasIndented = isIndented
    lastBreak = cursor.code() === END ? '' : cursor.takeBreak()
    const next = scanBreaks(cursor, { indent, parentIndent })
    breaks = next.breaks
    end = next.end
  }
  if (chomping !== 'strip') text += lastBreak
  return { text: chomping === 'keep' ? text + breaks : text, end }
}

/** Scans the modifiers of the mark and the rest of its line. An increment of 0 means that the header has none. */
function scanHeader(cursor: Cursor, opening: number): { chomping: Chomping; increment: number } {
  let chomping = scanChomping(cursor)
  let increment = 0
  if (isDigit(cursor.code())) {
    increment = cursor.code() - ZERO
    if (increment === 0)
      throw new YamlError('a block cannot be indented by 0', opening, 'give 1 to 9 or nothing')
    cursor.at++
    chomping ??= scanChomping(cursor)
  }
  while (isBlank(cursor.code())) cursor.at++
  if (cursor.code() === HASH) while (!isBreakOrEnd(cursor.code())) cursor.at++
  if (!isBreakOrEnd(cursor.code())) {
    throw new YamlError(
      'the text of a block begins on the line below its mark',
      cursor.at,
      'begin a new line, or quote the whole text',
    )
  }
  if (cursor.code() !== END) cursor.takeBreak()
  return { chomping: chomping ?? 'clip', increment }
}

function scanChomping(cursor: Cursor): Chomping | undefined {
  const code = cursor.code()
  if (code !== PLUS && code !== DASH) return undefined
  cursor.at++
  return code === PLUS ? 'keep' : 'strip'
}

interface BlockFrame {
  /** 0 while the indentation is unknown. */
  indent: number
  parentIndent: number
}

/** Skips indentation and empty lines. If the indentation is unknown, it determines it. */
function scanBreaks(cursor: Cursor, { indent, parentIndent }: BlockFrame) {
  let breaks = ''
  let end = cursor.at
  let deepest = 0
  for (;;) {
    const isOutside = () => indent === 0 || cursor.column < indent
    while (isOutside() && cursor.code() === SPACE) cursor.at++
    deepest = Math.max(deepest, cursor.column)
    if (isOutside() && cursor.code() === TAB) {
      throw new YamlError('the indentation of a block contains a tab', cursor.at, 'indent with spaces')
    }
    if (!isBreak(cursor.code())) break
    breaks += cursor.takeBreak()
    end = cursor.at
  }
  return { indent: indent === 0 ? Math.max(deepest, parentIndent + 1, 1) : indent, breaks, end }
}
