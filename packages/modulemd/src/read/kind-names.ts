import { quote } from '../quote.ts'
import { type Place, refuse } from './place.ts'
import { nearestTo } from './suggest.ts'

/** The one kind whose version nobody looks at. */
export const TRANSLATIONS = 'modulemd-translations'

/** The family, by the names that documents give themselves. */
const KIND_NAMES = [
  'modulemd',
  'modulemd-packager',
  'modulemd-defaults',
  'modulemd-obsoletes',
  TRANSLATIONS,
] as const

/** An alias that is read and never written. */
const STREAM_ALIAS = 'modulemd-stream'

/** The kind of a document; empty when what should name it is no text. */
export function kindNameOf({ node }: Place): string {
  if (node.kind !== 'text') return ''
  return node.text === STREAM_ALIAS ? 'modulemd' : node.text
}

/** Whether there are documents of a kind; reports a kind of which there are none. */
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

/** Packagers' documents of version 3 may hold no unknown key, however they are read: so says libmodulemd. */
export function isAlwaysStrict(kind: Place | undefined, version: bigint | undefined): boolean {
  return kind !== undefined && kindNameOf(kind) === 'modulemd-packager' && version === 3n
}
