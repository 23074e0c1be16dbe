import { pathOf } from '../path.ts'
import { FAULTS_MAX } from '../problem.ts'
import { Scanner } from './scanner.ts'
import type { Token, TokenKind } from './tokens.ts'
import type { YamlEntry, YamlFault, YamlNode } from './tree.ts'
import { YamlError } from './yaml-error.ts'

/** Limits of one document. No known module comes near them. */
const LIMITS = {
  characters: 10 * 1024 * 1024,
  /** Number of texts, lists and maps. Each costs time and memory, and ten megabytes of brackets have millions. */
  nodes: 1_000_000,
  depth: 100,
} as const

/** Handles that need no directive. */
const DEFAULT_HANDLES = ['', '!', '!!']

/** After these marks, a value is empty when one of these tokens follows. */
const BLOCK_SEQUENCE_STOPS: readonly TokenKind[] = ['block-entry', 'block-end']
const INDENTLESS_SEQUENCE_STOPS: readonly TokenKind[] = ['block-entry', 'key', 'value', 'block-end']
const BLOCK_MAPPING_STOPS: readonly TokenKind[] = ['key', 'value', 'block-end']
const FLOW_SEQUENCE_STOPS: readonly TokenKind[] = ['flow-entry', 'flow-sequence-end']
const FLOW_MAPPING_STOPS: readonly TokenKind[] = ['flow-entry', 'flow-mapping-end']

/** The values that are allowed at a position. */
interface Spot {
  depth: number
  /** The value is outside of brackets. */
  isBlock: boolean
  /** The value is below a key, so a list may begin in the column of the key. */
  isBelowKey: boolean
}

/**
 * Reads documents from a text by the grammar of libyaml 0.2.5. Aliases and keys that are not text are faults:
 * other readers of modulemd do not resolve them, and one line of aliases can stand for a gigabyte.
 *
 * @throws {YamlError} from `next` when the text is not YAML or exceeds a limit
 */
export class Parser {
  /** Faults of the current document, although it is YAML: the first of them, as many as a report takes. */
  faults: YamlFault[] = []
  private readonly scanner: Scanner
  private handles: ReadonlySet<string> = new Set()
  private isFirst = true
  private start = 0
  private nodes = 0
  /** The keys that lead to the current value. */
  private readonly path: string[] = []

  /** Begins at the offset of the beginning of a line. */
  constructor(text: string, at: number) {
    this.scanner = new Scanner(text, at)
  }

  /** The offset that the scanner has reached. */
  get at(): number {
    return this.scanner.at
  }

  /** Returns the root of the next document, or undefined at the end. */
  next(): YamlNode | undefined {
    const { scanner, isFirst } = this
    this.isFirst = false
    // After an end marker, further end markers have no effect. Before the first document, an end marker ends
    // nothing.
    while (!isFirst && scanner.peek().kind === 'document-end') scanner.take()
    const { kind, at } = scanner.peek()
    if (kind === 'stream-end') return undefined
    this.start = at
    this.nodes = 0
    this.faults = []
    const isExplicit = !isFirst || (kind !== 'document-end' && isOutsideOfDocuments(kind))
    const root = isExplicit ? this.explicitDocument() : this.bareDocument()
    if (scanner.peek().kind === 'document-end') scanner.take()
    return root
  }

  private bareDocument(): YamlNode {
    this.handles = new Set(DEFAULT_HANDLES)
    return this.node({ isBlock: true, isBelowKey: false, depth: 0 })
  }

  private explicitDocument(): YamlNode {
    const { scanner } = this
    this.readDirectives()
    const marker = scanner.take()
    if (marker.kind !== 'document-start') {
      throw new YamlError(
        'this belongs to no document',
        marker.at,
        'begin a document with a line ---, or correct the indentation',
      )
    }
    if (isOutsideOfDocuments(scanner.peek().kind)) return emptyText(marker.end)
    return this.node({ isBlock: true, isBelowKey: false, depth: 0 })
  }

  private readDirectives(): void {
    const handles = new Set<string>()
    let hasVersion = false
    for (;;) {
      const { kind, text, at } = this.scanner.peek()
      if (kind === 'version-directive') {
        if (hasVersion) throw new YamlError('the version of YAML is given twice', at, 'give it once')
        if (!/^0*1\.0*[12]$/.test(text)) throw new YamlError(`YAML ${text} is not read`, at, 'write YAML 1.1')
        hasVersion = true
      } else if (kind === 'tag-directive') {
        if (handles.has(text)) throw new YamlError(`the handle ${text} is given twice`, at, 'give it once')
        handles.add(text)
      } else break
      this.scanner.take()
    }
    this.handles = new Set([...DEFAULT_HANDLES, ...handles])
  }

  private node(spot: Spot): YamlNode {
    const { scanner } = this
    this.count(spot.depth)
    const first = scanner.peek()
    if (first.kind === 'alias') {
      scanner.take()
      return this.refuse(first.at, `the alias *${first.text} is not read`, 'write the value out')
    }
    const hasProperties = this.readProperties()
    const token = scanner.peek()
    const content = this.content(token, spot)
    if (content !== undefined) return content
    if (hasProperties) return emptyText(token.at)
    throw unexpected(token)
  }

  private content(token: Token, { isBlock, isBelowKey, depth }: Spot): YamlNode | undefined {
    switch (token.kind) {
      case 'scalar':
        return this.scalar()
      case 'flow-sequence-start':
        return this.flowSequence(depth + 1)
      case 'flow-mapping-start':
        return this.flowMapping(depth + 1)
      case 'block-sequence-start':
        return isBlock ? this.blockSequence(depth + 1) : undefined
      case 'block-mapping-start':
        return isBlock ? this.blockMapping(depth + 1) : undefined
      case 'block-entry':
        return isBelowKey ? this.indentlessSequence(depth + 1) : undefined
      default:
        return undefined
    }
  }

  /** Refuses a text with a zero: the other readers keep values in C strings, which cannot hold it. */
  private scalar(): YamlNode {
    const { text, at, end } = this.scanner.take()
    if (!text.includes('\0')) return { kind: 'text', text, at, end }
    return this.refuse(at, 'the character U+0000 is not allowed in a value', 'remove it')
  }

  /** Reads an anchor, a tag, or both in any order. They are harmless if the tag's handle is known. */
  private readProperties(): boolean {
    const { scanner } = this
    const seen: TokenKind[] = []
    for (;;) {
      const { kind, text, at } = scanner.peek()
      if ((kind !== 'anchor' && kind !== 'tag') || seen.includes(kind)) return seen.length > 0
      if (kind === 'tag' && !this.handles.has(text)) {
        throw new YamlError(`the handle ${text} of a tag is not known`, at, 'leave the tag out')
      }
      seen.push(kind)
      scanner.take()
    }
  }

  private blockSequence(depth: number): YamlNode {
    const { at } = this.scanner.take()
    const items = this.blockItems(depth, BLOCK_SEQUENCE_STOPS)
    this.takeBlockEnd('list')
    return { kind: 'list', items, at }
  }

  private indentlessSequence(depth: number): YamlNode {
    const { at } = this.scanner.peek()
    return { kind: 'list', items: this.blockItems(depth, INDENTLESS_SEQUENCE_STOPS), at }
  }

  private blockItems(depth: number, stops: readonly TokenKind[]): YamlNode[] {
    const { scanner } = this
    const items: YamlNode[] = []
    while (scanner.peek().kind === 'block-entry') {
      const { end } = scanner.take()
      const spot = { isBlock: true, isBelowKey: false, depth }
      items.push(this.below(String(items.length), () => this.nodeUnless(stops, end, spot)))
    }
    return items
  }

  private blockMapping(depth: number): YamlNode {
    const { scanner } = this
    const { at } = scanner.take()
    const spot = { isBlock: true, isBelowKey: true, depth }
    const entries: YamlEntry[] = []
    while (scanner.peek().kind === 'key') {
      const { end } = scanner.take()
      const key = this.nodeUnless(BLOCK_MAPPING_STOPS, end, spot)
      this.addEntry(entries, key, () => this.valueUnless(BLOCK_MAPPING_STOPS, spot))
    }
    this.takeBlockEnd('map')
    return { kind: 'map', entries, at }
  }

  private flowSequence(depth: number): YamlNode {
    const { scanner } = this
    const { at } = scanner.take()
    const spot = { isBlock: false, isBelowKey: false, depth }
    const items: YamlNode[] = []
    for (let isFirst = true; scanner.peek().kind !== 'flow-sequence-end'; isFirst = false) {
      if (!isFirst) this.takeComma('list', ']', at)
      const { kind } = scanner.peek()
      if (kind === 'flow-sequence-end') break
      items.push(
        this.below(String(items.length), () => (kind === 'key' ? this.flowPair(depth) : this.node(spot))),
      )
    }
    scanner.take()
    return { kind: 'list', items, at }
  }

  /** Reads a map of one key within a list, `[key: value]`. */
  private flowPair(depth: number): YamlNode {
    const { scanner } = this
    const { at } = scanner.take()
    const next = scanner.peek()
    // libyaml skips this mark, so it finds no value behind it.
    const isKeyMissing = next.kind === 'value' || next.kind === 'flow-entry'
    if (isKeyMissing) scanner.take()
    const spot = { isBlock: false, isBelowKey: false, depth: depth + 1 }
    const key = isKeyMissing ? emptyText(next.at) : this.nodeUnless(FLOW_SEQUENCE_STOPS, next.at, spot)
    const entries: YamlEntry[] = []
    this.addEntry(entries, key, () => this.valueUnless(FLOW_SEQUENCE_STOPS, spot))
    return { kind: 'map', entries, at }
  }

  private flowMapping(depth: number): YamlNode {
    const { scanner } = this
    const { at } = scanner.take()
    const spot = { isBlock: false, isBelowKey: false, depth }
    const entries: YamlEntry[] = []
    for (let isFirst = true; scanner.peek().kind !== 'flow-mapping-end'; isFirst = false) {
      if (!isFirst) this.takeComma('map', '}', at)
      const { kind } = scanner.peek()
      if (kind === 'flow-mapping-end') break
      if (kind === 'key') {
        const { end } = scanner.take()
        const key = this.nodeUnless(['value', ...FLOW_MAPPING_STOPS], end, spot)
        this.addEntry(entries, key, () => this.valueUnless(FLOW_MAPPING_STOPS, spot))
      } else {
        const key = this.node(spot)
        this.addEntry(entries, key, () => emptyText(scanner.peek().at))
      }
    }
    scanner.take()
    return { kind: 'map', entries, at }
  }

  /**
   * Reads the value of a key with the key on the path. A key that is not text is refused together with its
   * value.
   */
  private addEntry(entries: YamlEntry[], key: YamlNode, readValue: () => YamlNode): void {
    if (key.kind === 'text') {
      entries.push({ key: key.text, keyAt: key.at, value: this.below(key.text, readValue) })
      return
    }
    if (key.kind !== 'unreadable') this.refuse(key.at, `a key must be a text, not a ${key.kind}`, 'name it')
    readValue()
  }

  private below<T>(key: string, read: () => T): T {
    this.path.push(key)
    const value = read()
    this.path.pop()
    return value
  }

  /** Reads the value after a colon, or returns an empty text when there is no colon. */
  private valueUnless(stops: readonly TokenKind[], spot: Spot): YamlNode {
    const { kind, at, end } = this.scanner.peek()
    if (kind !== 'value') return emptyText(at)
    this.scanner.take()
    return this.nodeUnless(stops, end, spot)
  }

  private nodeUnless(stops: readonly TokenKind[], at: number, spot: Spot): YamlNode {
    return stops.includes(this.scanner.peek().kind) ? emptyText(at) : this.node(spot)
  }

  private refuse(at: number, message: string, remedy: string): YamlNode {
    // One more than a report takes, so that the report says that there are more.
    if (this.faults.length <= FAULTS_MAX) {
      this.faults.push({ code: 'unreadable', message, remedy, at, path: pathOf(this.path) })
    }
    return { kind: 'unreadable', at }
  }

  private takeBlockEnd(what: 'list' | 'map'): void {
    const { kind, at } = this.scanner.take()
    if (kind === 'block-end') return
    throw what === 'list'
      ? new YamlError(
          'this belongs to no item of the list above',
          at,
          'begin it with a dash, or correct the indentation',
        )
      : new YamlError(
          'this belongs to no key of the map above',
          at,
          'correct the indentation, or the quotes before it',
        )
  }

  private takeComma(what: 'list' | 'map', closing: string, opening: number): void {
    const { kind, at } = this.scanner.take()
    if (kind === 'flow-entry') return
    throw isOutsideOfDocuments(kind)
      ? new YamlError(`the ${what} that opens here is not closed`, opening, `close it with ${closing}`)
      : new YamlError(`a ${what} in brackets continues here without a comma`, at, `set a comma or ${closing}`)
  }

  private count(depth: number): void {
    this.scanner.peek()
    const { at } = this.scanner
    this.nodes++
    const broken = this.brokenLimit(at - this.start, depth)
    if (broken !== undefined) throw new YamlError(broken, at, 'take less into one document', 'limit')
  }

  private brokenLimit(characters: number, depth: number): string | undefined {
    if (depth > LIMITS.depth) return `the document is nested deeper than ${LIMITS.depth} levels`
    if (characters > LIMITS.characters) return 'the document is larger than 10 MB'
    return this.nodes > LIMITS.nodes ? `the document has more than ${LIMITS.nodes} values` : undefined
  }
}

/** Whether a token ends a document or begins one. */
function isOutsideOfDocuments(kind: TokenKind): boolean {
  return (
    kind === 'stream-end' ||
    kind === 'document-end' ||
    kind === 'document-start' ||
    kind === 'version-directive' ||
    kind === 'tag-directive'
  )
}

function emptyText(at: number): YamlNode {
  return { kind: 'text', text: '', at, end: at }
}

function unexpected({ kind, at }: Token): YamlError {
  return isOutsideOfDocuments(kind)
    ? new YamlError('a value is missing here', at, 'write it, or close the brackets before it')
    : new YamlError('a value is expected here, not a mark', at, 'quote the text, or remove the mark')
}
