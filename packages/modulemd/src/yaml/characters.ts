/** What stands behind the last character of a text: no text that is scanned holds it. */
export const END = 0

const TAB = 0x09
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const NEXT_LINE = 0x85
const LINE_SEPARATOR = 0x2028
const PARAGRAPH_SEPARATOR = 0x2029

/** A space or a tab. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** A line break of YAML 1.1, by which libyaml reads: there are five. */
export function isBreak(code: number): boolean {
  if (code < NEXT_LINE) return code === LINE_FEED || code === CARRIAGE_RETURN
  return code === NEXT_LINE || code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR
}

/** A line break or the end of the text. */
export function isBreakOrEnd(code: number): boolean {
  return code === END || isBreak(code)
}

/** A blank, a line break or the end of the text: what must follow a mark for it to be one. */
export function isBlankOrEnd(code: number): boolean {
  return isBlank(code) || isBreakOrEnd(code)
}

/** What libyaml takes as a letter in names of anchors and tags. */
export function isWordCharacter(code: number): boolean {
  if (code < 0x40) return (code >= 0x30 && code <= 0x39) || code === 0x2d
  return (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a)
}

/** A digit from 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/**
 * What libyaml, and so every other reader of modulemd, allows in a text: no control characters but tab and
 * breaks.
 */
const FORBIDDEN = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** The first character that no YAML text may hold, by its name, and where it stands. */
export function forbiddenCharacterIn(text: string): { name: string; at: number } | undefined {
  const match = FORBIDDEN.exec(text)
  return match === null ? undefined : { name: nameOf(match[0]), at: match.index }
}

/** A character as it is named in messages, such as `U+0007`. */
function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
