/** Stands behind the last character of a text. A scanned text never contains it. */
export const END = 0

const TAB = 0x09
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const NEXT_LINE = 0x85
const LINE_SEPARATOR = 0x2028
const PARAGRAPH_SEPARATOR = 0x2029

/** Returns whether the character is a space or a tab. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** Returns whether the character is one of the five line breaks of YAML 1.1, which libyaml uses. */
export function isBreak(code: number): boolean {
  if (code < NEXT_LINE) return code === LINE_FEED || code === CARRIAGE_RETURN
  return code === NEXT_LINE || code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR
}

/** Returns whether the character is a line break or the end of the text. */
export function isBreakOrEnd(code: number): boolean {
  return code === END || isBreak(code)
}

/**
 * Returns whether the character is a blank, a line break or the end of the text. A mark is only a mark before
 * one of them.
 */
export function isBlankOrEnd(code: number): boolean {
  return isBlank(code) || isBreakOrEnd(code)
}

/** Returns whether libyaml accepts the character in the name of an anchor or tag. */
export function isWordCharacter(code: number): boolean {
  if (code < 0x40) return (code >= 0x30 && code <= 0x39) || code === 0x2d
  return (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a)
}

/** Returns whether the character is a digit from 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/**
 * The characters that libyaml, and thus every other reader of modulemd, refuses in a text. Of the control
 * characters it allows only tab and line breaks.
 */
const FORBIDDEN = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** Returns the name and the offset of the first character that YAML does not allow in a text. */
export function forbiddenCharacterIn(text: string): { name: string; at: number } | undefined {
  const match = FORBIDDEN.exec(text)
  return match === null ? undefined : { name: nameOf(match[0]), at: match.index }
}

/** Returns the name of a character for messages, such as `U+0007`. */
function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
