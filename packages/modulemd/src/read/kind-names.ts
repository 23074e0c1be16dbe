import { quote } from '../quote.ts'
import { type Place, refuse } from './place.ts'
import { nearestTo } from './suggest.ts'

/** The one kind whose version the reader does not check. */
export const TRANSLATIONS = 'modulemd-translations'

/** The kinds of documents, by the names in their `document` key. */
const KIND_NAMES = [
  'modulemd',
  'modulemd-packager',
  'modulemd-defaults',
  'modulemd-obsoletes',
  TRANSLATIONS,
] as const

/** An alias that the reader accepts and the writer never writes. */
const STREAM_ALIAS = 'modulemd-stream'

/** Returns the kind of a document, or an empty text when the value is not text. */
export function kindNameOf({ node }: Place): string {
  if (node.kind !== 'text') return ''
  return node.text === STREAM_ALIAS ? 'modulemd' : node.text
}

/** Returns whether a kind of document exists, and reports an unknown kind. */
export function isKnownKind(kind: Place): boolean {
  const name = kindNameOf(kind)
  if ((KIND_NAMES as readonly string[]).includes(name)) return true
  const near = nearestTo(name, KIND_NAMES)
  refuse(kind, {
    code: 'unknown-kind',
    message: `there is no document of kind ${quote(name)}`,
    remedy: near === undefined ? `known are ${KIND_NAMES.join(', ')}` : `did you mean ${near}?`,
  })
  return false
}

/** Packager documents of version 3 may have no unknown key, even in lax reading. libmodulemd has the same rule. */
export function isAlwaysStrict(kind: Place | undefined, version: bigint | undefined): boolean {
  return kind !== undefined && kindNameOf(kind) === 'modulemd-packager' && version === 3n
}
