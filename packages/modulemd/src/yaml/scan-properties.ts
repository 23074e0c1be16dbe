import { isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isWordCharacter } from './characters.ts'
import type { Cursor } from './cursor.ts'
import type { Token } from './tokens.ts'
import { YamlError } from './yaml-error.ts'

const HASH = 0x23
const PERCENT = 0x25
const COMMA = 0x2c
const DOT = 0x2e
const LESS_THAN = 0x3c
const GREATER_THAN = 0x3e
const EXCLAMATION_MARK = 0x21

const BEHIND_NAME = '?:,]}%@`'
const URI_CHARACTERS = ";/?:@&=+$.!~*'()%"
const VERBATIM_CHARACTERS = `${URI_CHARACTERS},[]`
const VERSION_DIGITS_MAX = 9

/** Scans `&name` or `*name`. */
export function scanName(cursor: Cursor, kind: 'anchor' | 'alias'): Token {
  const at = cursor.at
  cursor.at++
  const text = scanWord(cursor)
  if (text === '' || !(isBlankOrEnd(cursor.code()) || BEHIND_NAME.includes(cursor.text[cursor.at] ?? ''))) {
    throw new YamlError(
      `${kind === 'anchor' ? 'an anchor (&)' : 'an alias (*)'} needs a name of letters and digits`,
      at,
      'quote the text if it is not one',
    )
  }
  return { kind, at, end: cursor.at, text }
}

/** Scans a tag. Only its handle matters, which must be known. The handle is empty when the tag has none. */
export function scanTag(cursor: Cursor, isInFlow: boolean): Token {
  const at = cursor.at
  const handle = cursor.code(1) === LESS_THAN ? scanVerbatimTag(cursor) : scanShortTag(cursor)
  if (!isBlankOrEnd(cursor.code()) && !(isInFlow && cursor.code() === COMMA)) throw badTag(at)
  return { kind: 'tag', at, end: cursor.at, text: handle }
}

function scanVerbatimTag(cursor: Cursor): string {
  const at = cursor.at
  cursor.at += 2
  if (scanUri(cursor, VERBATIM_CHARACTERS) === 0 || cursor.code() !== GREATER_THAN) throw badTag(at)
  cursor.at++
  return ''
}

function scanShortTag(cursor: Cursor): string {
  const at = cursor.at
  const head = scanHandle(cursor)
  const isHandle = head.length > 1 && head.endsWith('!')
  const length = scanUri(cursor, URI_CHARACTERS)
  if (isHandle && length === 0) throw badTag(at)
  if (isHandle) return head
  return head === '!' && length === 0 ? '' : '!'
}

function badTag(at: number): YamlError {
  return new YamlError('this is not a tag', at, 'quote the text if it begins with an exclamation mark')
}

/** Scans a handle: `!`, `!!` or `!name!`. Without the last mark it is the beginning of a tag's name. */
function scanHandle(cursor: Cursor): string {
  const start = cursor.at
  cursor.at++
  scanWord(cursor)
  if (cursor.code() === EXCLAMATION_MARK) cursor.at++
  return cursor.text.slice(start, cursor.at)
}

/** Moves past a URI and returns its length. */
function scanUri(cursor: Cursor, characters: string): number {
  const start = cursor.at
  while (isWordCharacter(cursor.code()) || characters.includes(cursor.text[cursor.at] ?? '\n')) {
    if (cursor.code() === PERCENT) scanUriEscape(cursor)
    else cursor.at++
  }
  return cursor.at - start
}

/** Scans the escape of one character, such as `%C3%A9`. */
function scanUriEscape(cursor: Cursor): void {
  const at = cursor.at
  const first = scanOctet(cursor)
  const width =
    first < 0x80 ? 1 : first >= 0xc0 && first < 0xf8 ? (first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4) : 0
  if (width === 0) throw badTag(at)
  for (let i = 1; i < width; i++) if ((scanOctet(cursor) & 0xc0) !== 0x80) throw badTag(at)
}

function scanOctet(cursor: Cursor): number {
  const digits = /^%([0-9a-fA-F]{2})/.exec(cursor.text.slice(cursor.at, cursor.at + 3))?.[1]
  if (digits === undefined) throw badTag(cursor.at)
  cursor.at += 3
  return parseInt(digits, 16)
}

/** Scans a line that begins with a percent sign. */
export function scanDirective(cursor: Cursor): Token {
  const at = cursor.at
  cursor.at++
  const name = scanWord(cursor)
  if (name === '' || !isBlankOrEnd(cursor.code())) throw badDirective(at)
  skipBlanks(cursor)
  const token: Token =
    name === 'YAML'
      ? { kind: 'version-directive', at, end: at, text: scanVersion(cursor, at) }
      : { kind: 'tag-directive', at, end: at, text: scanTagDirective(cursor, name, at) }
  skipBlanks(cursor)
  if (cursor.code() === HASH) while (!isBreakOrEnd(cursor.code())) cursor.at++
  if (!isBreakOrEnd(cursor.code())) throw badDirective(at)
  return { ...token, end: cursor.at }
}

function badDirective(at: number): YamlError {
  return new YamlError('this is not a YAML directive', at, 'quote the text if it begins with a percent sign')
}

function scanVersion(cursor: Cursor, at: number): string {
  const start = cursor.at
  scanNumber(cursor, at)
  if (cursor.code() !== DOT) throw badDirective(at)
  cursor.at++
  scanNumber(cursor, at)
  return cursor.text.slice(start, cursor.at)
}

function scanNumber(cursor: Cursor, at: number): void {
  const start = cursor.at
  while (isDigit(cursor.code())) cursor.at++
  const length = cursor.at - start
  if (length === 0 || length > VERSION_DIGITS_MAX) throw badDirective(at)
}

function scanTagDirective(cursor: Cursor, name: string, at: number): string {
  if (name !== 'TAG' || cursor.code() !== EXCLAMATION_MARK) throw badDirective(at)
  const handle = scanHandle(cursor)
  if (handle !== '!' && !handle.endsWith('!')) throw badDirective(at)
  if (!isBlank(cursor.code())) throw badDirective(at)
  skipBlanks(cursor)
  if (scanUri(cursor, VERBATIM_CHARACTERS) === 0 || !isBlankOrEnd(cursor.code())) throw badDirective(at)
  return handle
}

function scanWord(cursor: Cursor): string {
  const start = cursor.at
  while (isWordCharacter(cursor.code())) cursor.at++
  return cursor.text.slice(start, cursor.at)
}

function skipBlanks(cursor: Cursor): void {
  while (isBlank(cursor.code())) cursor.at++
}
