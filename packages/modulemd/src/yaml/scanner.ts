import { END, isBlankOrEnd, isBreak, isBreakOrEnd } from './characters.ts'
import { Cursor } from './cursor.ts'
import { scanBlock } from './scan-block.ts'
import { scanPlain } from './scan-plain.ts'
import { scanDirective, scanName, scanTag } from './scan-properties.ts'
import { scanQuoted } from './scan-quoted.ts'
import type { Token, TokenKind } from './tokens.ts'
import { YamlError } from './yaml-error.ts'

const TAB = 0x09
const SPACE = 0x20
const HASH = 0x23
const PERCENT = 0x25
const DASH = 0x2d
const BYTE_ORDER_MARK = 0xfeff

/** Longest distance between the beginning of a key without question mark and its colon, in characters. */
const SIMPLE_KEY_LENGTH_MAX = 1024

/** A place where a key may have begun. A following colon confirms the key. */
interface SimpleKey {
  isPossible: boolean
  /** Only a key is allowed at this place. */
  isRequired: boolean
  tokenNumber: number
  at: number
  line: number
  column: number
}

const noKey = (): SimpleKey => ({
  isPossible: false,
  isRequired: false,
  tokenNumber: 0,
  at: 0,
  line: 0,
  column: 0,
})

/**
 * Splits a text into tokens by the rules of libyaml 0.2.5, which differ from every version of YAML. This
 * scanner accepts and refuses the same texts, because every other reader of modulemd is built on libyaml. Only
 * the colon after a key identifies it. The scanner therefore holds tokens back until no key can begin before
 * them.
 *
 * @throws {YamlError} from `peek` when the text is not YAML
 */
export class Scanner {
  private readonly cursor: Cursor
  private readonly tokens: Token[] = []
  private head = 0
  private taken = 0
  /** The column of the current block, -1 outside of all blocks, and the columns of the enclosing blocks. */
  private indent = -1
  private readonly indents: number[] = []
  private mayStartKey = true
  /** One place for each open bracket, and one for the text outside of all brackets. */
  private readonly keys: SimpleKey[] = [noKey()]
  private current: Token | undefined

  /** Begins at the offset of the beginning of a line. */
  constructor(text: string, at: number) {
    this.cursor = new Cursor(text, at)
    // The decoder removes the first byte order mark. The scanner skips further ones, which count as characters
    // of their lines.
    if (this.cursor.code() === BYTE_ORDER_MARK) this.cursor.at = this.cursor.lineStart = at + 1
  }

  /** The offset that the scanner has reached. */
  get at(): number {
    return this.cursor.at
  }

  /** Returns the next token without taking it. At the end of the text this is always `stream-end`. */
  peek(): Token {
    if (this.current !== undefined) return this.current
    while (this.needsMore()) this.fetch()
    const token = this.tokens[this.head]
    if (token === undefined) throw new TypeError('the scanner has no token')
    this.current = token
    return token
  }

  /** Returns the next token and moves past it. */
  take(): Token {
    const token = this.peek()
    if (token.kind === 'stream-end') return token
    this.current = undefined
    this.head++
    this.taken++
    if (this.head === this.tokens.length) {
      this.tokens.length = 0
      this.head = 0
    }
    return token
  }

  private get isInFlow(): boolean {
    return this.keys.length > 1
  }

  private needsMore(): boolean {
    if (this.head === this.tokens.length) return true
    this.dropStaleKeys()
    return this.keys.some((key) => key.isPossible && key.tokenNumber === this.taken)
  }

  private fetch(): void {
    const { cursor } = this
    this.skipToToken()
    this.dropStaleKeys()
    this.closeBlocks(cursor.column)
    const code = cursor.code()
    if (code === END) this.fetchEnd()
    else if (cursor.column === 0 && code === PERCENT) this.fetchDirective()
    else if (cursor.isAtDocumentMarker()) this.fetchDocumentMarker(code === DASH)
    else this.fetchMark(code)
  }

  /** Scans a mark or a text, by its first character. */
  private fetchMark(code: number): void {
    const isFollowed = isBlankOrEnd(this.cursor.code(1))
    switch (String.fromCharCode(code)) {
      case '[':
        this.fetchFlowStart('flow-sequence-start')
        break
      case '{':
        this.fetchFlowStart('flow-mapping-start')
        break
      case ']':
        this.fetchFlowEnd('flow-sequence-end')
        break
      case '}':
        this.fetchFlowEnd('flow-mapping-end')
        break
      case ',':
        this.fetchFlowEntry()
        break
      case '*':
        this.fetchName('alias')
        break
      case '&':
        this.fetchName('anchor')
        break
      case '!':
        this.fetchTag()
        break
      case "'":
      case '"':
        this.fetchQuoted()
        break
      case '|':
      case '>':
        if (this.isInFlow) throw this.strayMark(code)
        this.fetchBlock()
        break
      case '-':
        if (isFollowed) this.fetchBlockEntry()
        else this.fetchPlain()
        break
      case '?':
        if (this.isInFlow || isFollowed) this.fetchKey()
        else this.fetchPlain()
        break
      case ':':
        if (this.isInFlow || isFollowed) this.fetchValue()
        else this.fetchPlain()
        break
      case '#':
      case '%':
      case '@':
      case '`':
      case '\t':
        throw this.strayMark(code)
      default:
        this.fetchPlain()
    }
  }

  private strayMark(code: number): YamlError {
    const what = code === TAB ? 'a tab' : String.fromCharCode(code)
    const remedy = code === TAB ? 'indent with spaces' : 'quote the text'
    return new YamlError(`no value can begin with ${what}`, this.cursor.at, remedy)
  }

  /** Skips blanks, comments and line breaks. */
  private skipToToken(): void {
    const { cursor } = this
    for (;;) {
      if (cursor.column === 0 && cursor.code() === BYTE_ORDER_MARK) cursor.at++
      let code = cursor.code()
      while (code === SPACE || (code === TAB && (this.isInFlow || !this.mayStartKey))) {
        cursor.at++
        code = cursor.code()
      }
      if (code === HASH) while (!isBreakOrEnd(cursor.code())) cursor.at++
      if (!isBreak(cursor.code())) return
      cursor.takeBreak()
      if (!this.isInFlow) this.mayStartKey = true
    }
  }

  private get key(): SimpleKey {
    const key = this.keys.at(-1)
    if (key === undefined) throw new TypeError('the scanner has no place for a key')
    return key
  }

  private dropStaleKeys(): void {
    const { line, at } = this.cursor
    for (const key of this.keys) {
      if (key.isPossible && (key.line < line || key.at + SIMPLE_KEY_LENGTH_MAX < at)) dropKey(key)
    }
  }

  /** Records that a key may begin here. */
  private saveKey(): void {
    if (!this.mayStartKey) return
    const { cursor, key } = this
    const isRequired = !this.isInFlow && this.indent === cursor.column
    dropKey(key)
    key.isPossible = true
    key.isRequired = isRequired
    key.tokenNumber = this.taken + this.tokens.length - this.head
    key.at = cursor.at
    key.line = cursor.line
    key.column = cursor.column
  }

  private push(kind: TokenKind, at: number, end: number, text = ''): void {
    this.tokens.push({ kind, at, end, text })
  }

  /** Takes a mark of one character. */
  private pushMark(kind: TokenKind): void {
    const at = this.cursor.at++
    this.push(kind, at, at + 1)
  }

  /**
   * Opens a block at a column unless it is open. Its token goes before the token with the given number, or to
   * the end.
   */
  private openBlock(
    kind: TokenKind,
    { column, at }: { column: number; at: number },
    tokenNumber?: number,
  ): void {
    if (this.isInFlow || this.indent >= column) return
    this.indents.push(this.indent)
    this.indent = column
    const token: Token = { kind, at, end: at, text: '' }
    if (tokenNumber === undefined) this.tokens.push(token)
    else this.tokens.splice(this.head + tokenNumber - this.taken, 0, token)
  }

  /** Closes the blocks that begin to the right of a column. */
  private closeBlocks(column: number): void {
    if (this.isInFlow) return
    while (this.indent > column) {
      this.push('block-end', this.cursor.at, this.cursor.at)
      this.indent = this.indents.pop() ?? -1
    }
  }

  private fetchEnd(): void {
    this.closeBlocks(-1)
    for (const key of this.keys) dropKey(key)
    this.mayStartKey = false
    this.push('stream-end', this.cursor.at, this.cursor.at)
  }

  private fetchDirective(): void {
    this.closeBlocks(-1)
    dropKey(this.key)
    this.mayStartKey = false
    this.tokens.push(scanDirective(this.cursor))
  }

  private fetchDocumentMarker(isStart: boolean): void {
    this.closeBlocks(-1)
    dropKey(this.key)
    this.mayStartKey = false
    const at = this.cursor.at
    this.cursor.at += 3
    this.push(isStart ? 'document-start' : 'document-end', at, at + 3)
  }

  private fetchFlowStart(kind: TokenKind): void {
    this.saveKey()
    this.keys.push(noKey())
    this.mayStartKey = true
    this.pushMark(kind)
  }

  private fetchFlowEnd(kind: TokenKind): void {
    dropKey(this.key)
    if (this.isInFlow) this.keys.pop()
    this.mayStartKey = false
    this.pushMark(kind)
  }

  private fetchFlowEntry(): void {
    dropKey(this.key)
    this.mayStartKey = true
    this.pushMark('flow-entry')
  }

  private fetchBlockEntry(): void {
    if (!this.isInFlow) {
      this.requireLineStart('an item of a list cannot begin here', 'begin it on a line of its own')
      this.openBlock('block-sequence-start', this.cursor)
    }
    dropKey(this.key)
    this.mayStartKey = true
    this.pushMark('block-entry')
  }

  private fetchKey(): void {
    if (!this.isInFlow) {
      this.requireLineStart('a key cannot begin here', 'begin it on a line of its own')
      this.openBlock('block-mapping-start', this.cursor)
    }
    dropKey(this.key)
    this.mayStartKey = !this.isInFlow
    this.pushMark('key')
  }

  private fetchValue(): void {
    const { key } = this
    if (key.isPossible) {
      const token: Token = { kind: 'key', at: key.at, end: key.at, text: '' }
      this.tokens.splice(this.head + key.tokenNumber - this.taken, 0, token)
      this.openBlock('block-mapping-start', key, key.tokenNumber)
      key.isPossible = false
      this.mayStartKey = false
    } else {
      if (!this.isInFlow) {
        this.requireLineStart('a value of a map cannot begin here', 'quote a text that contains a colon')
        this.openBlock('block-mapping-start', this.cursor)
      }
      this.mayStartKey = !this.isInFlow
    }
    this.pushMark('value')
  }

  private requireLineStart(message: string, remedy: string): void {
    if (!this.mayStartKey) throw new YamlError(message, this.cursor.at, remedy)
  }

  private fetchName(kind: 'anchor' | 'alias'): void {
    this.saveKey()
    this.mayStartKey = false
    this.tokens.push(scanName(this.cursor, kind))
  }

  private fetchTag(): void {
    this.saveKey()
    this.mayStartKey = false
    this.tokens.push(scanTag(this.cursor, this.isInFlow))
  }

  private fetchBlock(): void {
    dropKey(this.key)
    this.mayStartKey = true
    const { at } = this.cursor
    const { text, end } = scanBlock(this.cursor, this.indent)
    this.push('scalar', at, end, text)
  }

  private fetchQuoted(): void {
    this.saveKey()
    this.mayStartKey = false
    const { at } = this.cursor
    const text = scanQuoted(this.cursor)
    this.push('scalar', at, this.cursor.at, text)
  }

  private fetchPlain(): void {
    this.saveKey()
    this.mayStartKey = false
    const { at } = this.cursor
    const { text, end, isAtNewLine } = scanPlain(this.cursor, this.indent + 1, this.isInFlow)
    this.push('scalar', at, end, text)
    if (isAtNewLine) this.mayStartKey = true
  }
}

/** Discards a possible key. A required key without its colon is an error. */
function dropKey(key: SimpleKey): void {
  if (key.isPossible && key.isRequired) {
    throw new YamlError(
      'a key is expected here, and no colon follows',
      key.at,
      'write a colon and a blank after it',
    )
  }
  key.isPossible = false
}
