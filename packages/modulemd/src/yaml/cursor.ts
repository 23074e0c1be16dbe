import { isBlankOrEnd } from './characters.ts'

const CARRIAGE_RETURN = 0x0d
const LINE_FEED = 0x0a
const NEXT_LINE = 0x85
const DASH = 0x2d
const DOT = 0x2e

/** A position in a text during scanning. A zero follows the text (see `END`). */
export class Cursor {
  readonly text: string
  at: number
  line = 0
  /** The offset at which the line begins. */
  lineStart: number

  constructor(text: string, at: number) {
    this.text = text
    this.at = at
    this.lineStart = at
  }

  /** Counted from 0, in UTF-16 units. */
  get column(): number {
    return this.at - this.lineStart
  }

  /** Returns the character at the cursor, or some characters ahead. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead)
  }

  /** Moves past the line break at the cursor, and returns it as YAML normalises it. */
  takeBreak(): string {
    const code = this.code()
    const isPair = code === CARRIAGE_RETURN && this.code(1) === LINE_FEED
    this.at += isPair ? 2 : 1
    this.line++
    this.lineStart = this.at
    const isNormalised = code === LINE_FEED || code === CARRIAGE_RETURN || code === NEXT_LINE
    return isNormalised ? '\n' : String.fromCharCode(code)
  }

  /** Returns whether the cursor is at a marker, `---` or `...`, alone at the beginning of a line. */
  isAtDocumentMarker(): boolean {
    if (this.at !== this.lineStart) return false
    const code = this.code()
    if (code !== DASH && code !== DOT) return false
    return this.code(1) === code && this.code(2) === code && isBlankOrEnd(this.code(3))
  }
}

/**
 * Folds a run of line breaks between two lines of text: a single break becomes a space; of several, the first
 * is dropped. The specific breaks of YAML 1.1 (U+2028, U+2029) are always kept.
 */
export function folded(first: string, others: string): string {
  if (first !== '\n') return first + others
  return others === '' ? ' ' : others
}
