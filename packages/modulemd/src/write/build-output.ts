import { sortedMap, sortedSet } from '../byte-order.ts'
import { isNumberLike } from './number-like.ts'
import type { Output, OutputList, OutputMap, OutputText } from './output.ts'

/** Returns a text that is written without quotes if possible: fixed words, numbers, dates. */
export function plain(text: string): OutputText {
  return { kind: 'text', text, style: 'plain' }
}

/** Returns a boolean, or undefined when it is false, because false is the default. */
export function flag(isSet: boolean | undefined): OutputText | undefined {
  return isSet === true ? { ...plain('true'), value: true } : undefined
}

/** Returns a number that JSON can represent. */
export function integer(value: number): OutputText {
  return { ...plain(String(value)), value }
}

/**
 * Returns a text that is always quoted, such as a stream: other programs would read it as a number and shorten
 * it.
 */
export function quoted(text: string): OutputText {
  return { kind: 'text', text, style: 'double' }
}

/** Returns a long text that is written as a folded block. */
export function folded(text: string): OutputText {
  return { kind: 'text', text, style: 'folded' }
}

/** Returns any other text. It is quoted when it is empty or other programs would read it as a number. */
export function guarded(text: string): OutputText {
  return text === '' || isNumberLike(text) ? quoted(text) : plain(text)
}

/** Writes a value that may be absent; returns undefined when it is absent. */
export function optional<T>(value: T | undefined, write: (value: T) => Output): Output | undefined {
  return value === undefined ? undefined : write(value)
}

/** Returns a map with fixed keys in the given order. Undefined values are left out. */
export function record(entries: readonly (readonly [key: string, value: Output | undefined])[]): OutputMap {
  const present = entries.flatMap(([key, value]) =>
    value === undefined ? [] : [[plain(key), value] as const],
  )
  return { kind: 'map', entries: present }
}

/** Returns a map of names in byte order, or undefined when it is empty. */
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

/** Returns a set of texts, one text a line, or undefined when it is empty. */
export function blockSet(texts: readonly string[], write = guarded): OutputList | undefined {
  return texts.length === 0 ? undefined : { kind: 'list', items: sortedSet(texts).map(write), isFlow: false }
}

/** Returns a set of texts on one line, even when it is empty. */
export function flowSet(texts: readonly string[]): OutputList {
  return { kind: 'list', items: sortedSet(texts).map(guarded), isFlow: true }
}
