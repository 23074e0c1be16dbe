import type { YamlNode } from '../yaml/tree.ts'
import { refuseUnknown } from './fields.ts'
import { isAlwaysStrict, isKnownKind } from './kind-names.ts'
import { type Entry, type Place, entriesOf, refuse, refuseMissing, refuseType, repeated } from './place.ts'
import type { Report } from './report.ts'
import { readText, readUint64 } from './scalars.ts'

/** Kind and version of a document, and the place of its content. */
export interface Header {
  kind: Place
  version: bigint
  data: Place
}

/** A header, or no header and whether its faults end the reading of the whole stream. */
export interface HeaderResult {
  header?: Header
  isFatal: boolean
}

const KEYS = ['document', 'version', 'data'] as const
type HeaderKey = (typeof KEYS)[number]

/** Reads the root of a document. `isFatal` is true where libmodulemd stops reading the whole stream. */
export function readHeader(root: YamlNode, report: Report): HeaderResult {
  const place: Place = { node: root, path: '', report }
  if (root.kind !== 'map') {
    refuseType(place, 'map')
    return { isFatal: true }
  }
  const entries = entriesOf(place)
  // A repeated `data` is no fault: libmodulemd takes the first one and ignores the others.
  const isRepeated = (['document', 'version'] as const)
    .map((key) => reportRepeated(entries, key))
    .includes(true)
  const kind = valueOf(place, entries, 'document')
  const versionPlace = valueOf(place, entries, 'version')
  const data = valueOf(place, entries, 'data')
  const isKnown = kind === undefined || isReadableKind(kind)
  const version = versionPlace === undefined ? undefined : readUint64(versionPlace)
  if (report.isStrict || isAlwaysStrict(kind, version)) reportUnknown(entries)
  const isUnreadable = versionPlace !== undefined && version === undefined
  if (isRepeated || isUnreadable || !isKnown) return { isFatal: true }
  if (kind === undefined || version === undefined || data === undefined) return { isFatal: false }
  return { header: { kind, version, data }, isFatal: false }
}

function isReadableKind(kind: Place): boolean {
  readText(kind)
  return kind.node.kind === 'text' && isKnownKind(kind)
}

function valueOf(root: Place, entries: readonly Entry[], key: HeaderKey): Place | undefined {
  const value = entries.find((entry) => entry.key === key)?.value
  if (value === undefined) refuseMissing(root, key)
  return value
}

function reportRepeated(entries: readonly Entry[], key: HeaderKey): boolean {
  const more = entries.filter((entry) => entry.key === key).slice(1)
  for (const { value } of more) refuse(value, repeated(`the key ${key}`))
  return more.length > 0
}

/** Reports unknown keys before `data`. libmodulemd stops at `data` and does not see the keys behind it. */
function reportUnknown(entries: readonly Entry[]): void {
  const dataIndex = entries.findIndex(({ key }) => key === 'data')
  const before = dataIndex === -1 ? entries : entries.slice(0, dataIndex)
  for (const entry of before) {
    if (!(KEYS as readonly string[]).includes(entry.key)) refuseUnknown(entry, KEYS)
  }
}
