import type { ModuleStream, ModuleStreamV1 } from '../module-stream.ts'
import { upgradeStream } from '../upgrade/upgrade-stream.ts'
import { matchesStream, type StreamPattern } from './stream-pattern.ts'

type Stream = ModuleStream | ModuleStreamV1

const PARTS = ['stream', 'version', 'context', 'arch'] as const
type Part = (typeof PARTS)[number]

/** The streams of one module, in the order of their addition. It finds them by their names without a search. */
export class StreamSet {
  private streams = new Set<Stream>()
  /** For each choice of parts that a pattern had: the streams by those parts. */
  private readonly tables = new Map<string, { parts: Part[]; streams: Map<string, Set<Stream>> }>()
  private characters = 0

  get all(): Stream[] {
    return [...this.streams]
  }

  add(stream: Stream): void {
    this.streams.add(stream)
    this.characters += lengthOf(stream)
    for (const { parts, streams } of this.tables.values()) addTo(streams, keyOf(stream, parts), stream)
  }

  delete(stream: Stream): void {
    this.streams.delete(stream)
    this.characters -= lengthOf(stream)
    for (const { parts, streams } of this.tables.values())
      streams.get(keyOf(stream, parts) ?? '')?.delete(stream)
  }

  /** Upgrades all streams to version 2. */
  upgrade(): void {
    this.streams = new Set(this.all.map(upgradeStream))
    this.tables.clear()
  }

  /**
   * Returns the most steps that `matching` needs for a pattern: as many as there are pairs of characters if the
   * pattern has wildcards, and none otherwise.
   */
  costOf(pattern: StreamPattern): number {
    return hasWildcard(pattern) ? lengthOf(pattern) * this.characters : 0
  }

  /** Returns the streams that match a pattern, but no more than two. */
  matching(pattern: StreamPattern): Stream[] {
    const found: Stream[] = []
    for (const stream of this.allMatching(pattern)) {
      found.push(stream)
      if (found.length === 2) break
    }
    return found
  }

  private *allMatching(pattern: StreamPattern): Generator<Stream> {
    if (hasWildcard(pattern)) {
      for (const stream of this.streams) if (matchesStream(stream, pattern)) yield stream
      return
    }
    const parts = PARTS.filter((part) => pattern[part] !== undefined)
    yield* this.tableOf(parts).get(keyOf(pattern, parts) ?? '') ?? []
  }

  private tableOf(parts: Part[]): Map<string, Set<Stream>> {
    const known = this.tables.get(parts.join())
    if (known !== undefined) return known.streams
    const streams = new Map<string, Set<Stream>>()
    for (const stream of this.streams) addTo(streams, keyOf(stream, parts), stream)
    this.tables.set(parts.join(), { parts, streams })
    return streams
  }
}

type Named = Pick<Stream, 'stream' | 'version' | 'context' | 'arch'> | StreamPattern

function addTo(table: Map<string, Set<Stream>>, key: string | undefined, stream: Stream): void {
  if (key === undefined) return
  const known = table.get(key)
  if (known === undefined) table.set(key, new Set([stream]))
  else known.add(stream)
}

/** Returns the parts of a name as one text, or undefined when the name leaves one of them open. */
function keyOf(named: Named, parts: readonly Part[]): string | undefined {
  const texts = parts.map((part) => textOf(named, part))
  return texts.includes(undefined) ? undefined : JSON.stringify(texts)
}

function textOf(named: Named, part: Part): string | undefined {
  return part === 'version' ? (named.version ?? 0n).toString() : named[part]
}

function hasWildcard(pattern: StreamPattern): boolean {
  return PARTS.some((part) => /[*?[\\]/.test(pattern[part] ?? ''))
}

function lengthOf(named: Named): number {
  return PARTS.reduce((sum, part) => sum + (textOf(named, part) ?? '').length + 1, 0)
}
