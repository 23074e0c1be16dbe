import { sortedMap, sortedSet } from '../byte-order.ts'
import { isNumberLike } from './number-like.ts'
import type { Output, OutputList, OutputMap, OutputText } from './output.ts'

/** A text that is written without quotes if it can be: words of ours, numbers, dates. */
export function plain(text: string): OutputText {
  return { kind: 'text', text, style: 'plain' }
}

/** A boolean of ours, or nothing when it is false, as it is when nobody says so. */
export function flag(isSet: boolean | undefined): OutputText | undefined {
  return isSet === true ? { ...plain('true'), value: true } : undefined
}

/** A number that JSON can carry. */
export function integer(value: number): OutputText {
  return { ...plain(String(value)), value }
}

/** A text that is always quoted: streams, which other programs would take for numbers and shorten. */
export function quoted(text: string): OutputText {
  return { kind: 'text', text, style: 'double' }
}

/** A long text, written as a folded block. */
export function folded(text: string): OutputText {
  return { kind: 'text', text, style: 'folded' }
}

/** Any other text: quoted when it is empty or other programs would take it for a number. */
export function guarded(text: string): OutputText {
  return text === '' || isNumberLike(text) ? quoted(text) : plain(text)
}

/** What there is of a value that may be absent. */
export function optional<T>(value: T | undefined, write: (value: T) => Output): Output | undefined {
  return value === undefined ? undefined : write(value)
}

/** A map with keys of ours, in this order; what is undefined is left out. */
export function record(entries: readonly (readonly [key: string, value: Output | undefined])[]): OutputMap {
  const present = entries.flatMap(([key, value]) =>
    value === undefined ? [] : [[plain(key), value] as const],
  )
  return { kind: 'map', entries: present }
}

/** A map of names in the order of their bytes, or undefined when it is empty. */
export function table<V>(
  map: ReadonlyMap<string, V>,
  write: (value: V) => Output,
  writeKey: (key: string) => OutputText = guarded,
): OutputMap | undefined {
  if (map.size === 0) return undefined
  return {
    kind: 'map',
    entries: [...sortedMap(map)].map(([key, value]) => [writeKey(key), write(value)] as const),
  }
}

/** A set of texts, one a line, or undefined when it is empty. */
export function blockSet(texts: readonly string[], write = guarded): OutputList | undefined {
  return texts.length === 0 ? undefined : { kind: 'list', items: sortedSet(texts).map(write), isFlow: false }
}

/** A set of texts on one line, empty ones too. */
export function flowSet(texts: readonly string[]): OutputList {
  return { kind: 'list', items: sortedSet(texts).map(guarded), isFlow: true }
}
