import type { YamlNode } from '../yaml/tree.ts'
import { refuseUnknown } from './fields.ts'
import { type Entry, type Place, describe, entriesOf, refuse, refuseMissing } from './place.ts'
import type { Report } from './report.ts'
import { readText, readUint64 } from './scalars.ts'

/** What kind of document this is, in which version, and where its content stands. */
export interface Header {
  kind: Place
  version: bigint
  data: Place
}

/** A header, or whether its faults end the reading of the whole stream. */
export type HeaderResult = { header: Header } | { header: undefined; isFatal: boolean }

const KEYS = ['document', 'version', 'data'] as const
type HeaderKey = (typeof KEYS)[number]

/**
 * Reads the root of a document. Where libmodulemd gives up on everything that follows, so do we (`isFatal`).
 */
export function readHeader(root: YamlNode, report: Report): HeaderResult {
  const place: Place = { node: root, path: '', report }
  if (root.kind !== 'map') {
    if (root.kind !== 'unreadable') refuse(place, `a document must be a map, not ${describe(root)}`)
    return { header: undefined, isFatal: true }
  }
  const entries = entriesOf(place)
  reportUnknown(entries, report)
  const isRepeated = KEYS.map((key) => reportRepeated(entries, key)).includes(true)
  const kind = valueOf(place, entries, 'document')
  const versionPlace = valueOf(place, entries, 'version')
  const data = valueOf(place, entries, 'data')
  if (kind !== undefined) readText(kind)
  const version = versionPlace === undefined ? undefined : readUint64(versionPlace)
  const isUnreadable =
    (kind !== undefined && kind.node.kind !== 'text') || (versionPlace && version === undefined)
  if (isRepeated || isUnreadable) return { header: undefined, isFatal: true }
  if (kind === undefined || version === undefined || data === undefined)
    return { header: undefined, isFatal: false }
  return { header: { kind, version, data } }
}

function valueOf(root: Place, entries: readonly Entry[], key: HeaderKey): Place | undefined {
  const value = entries.find((entry) => entry.key === key)?.value
  if (value === undefined) refuseMissing(root, key, `the key ${key} is missing`)
  return value
}

function reportRepeated(entries: readonly Entry[], key: HeaderKey): boolean {
  const repeated = entries.filter((entry) => entry.key === key).slice(1)
  for (const { value } of repeated) refuse(value, `the key ${key} is given twice`)
  return repeated.length > 0
}

/** libmodulemd stops looking when it has found the data: what stands behind is never strange to it. */
function reportUnknown(entries: readonly Entry[], report: Report): void {
  if (!report.isStrict) return
  const dataIndex = entries.findIndex(({ key }) => key === 'data')
  const before = dataIndex === -1 ? entries : entries.slice(0, dataIndex)
  for (const entry of before) {
    if (!(KEYS as readonly string[]).includes(entry.key)) refuseUnknown(entry, KEYS)
  }
}
