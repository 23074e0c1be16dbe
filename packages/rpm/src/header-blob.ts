import { HEADER_INTRO_LENGTH, type HeaderKind, INDEX_ENTRY_LENGTH, measureHeader } from './header-intro.ts'
import { regionOf } from './header-region.ts'
import { type HeaderEntry, measureEntry } from './header-types.ts'
import { RpmReadError } from './rpm-read-error.ts'

/** One header of an RPM file. Its index is checked, so that every value can be read without another check. */
export interface HeaderBlob {
  entries: ReadonlyMap<number, HeaderEntry>
  data: Buffer
}

/**
 * Reads the whole index of a header and checks it as rpm does (4.18 `lib/header.c`, hdrblobVerifyInfo): entries
 * are inside the data, in order, without overlap, and strings are terminated.
 *
 * @throws {RpmReadError} that names the bad tag and the reason
 */
export function parseHeaderBlob(bytes: Buffer, start: number, kind: HeaderKind): HeaderBlob {
  const { entries: entryCount, end } = measureHeader(bytes, start, kind)
  if (end > bytes.length) throw new RpmReadError(`the file ends inside the ${kind} header`)
  const indexStart = start + HEADER_INTRO_LENGTH
  const index = bytes.subarray(indexStart, indexStart + entryCount * INDEX_ENTRY_LENGTH)
  const data = bytes.subarray(indexStart + index.length, end)
  const region = regionOf(index, data, kind)
  const entries = new Map<number, HeaderEntry>()
  let previousEnd = 0
  for (let at = region ? INDEX_ENTRY_LENGTH : 0; at < index.length; at += INDEX_ENTRY_LENGTH) {
    const entry = measureEntry(index, at, data)
    const entryEnd = entry.offset + entry.length
    if (entry.offset < previousEnd)
      throw new RpmReadError(`tag ${entry.tag} overlaps the data of another tag`)
    if (region && entryEnd > region.trailerStart && entry.offset < region.end) {
      throw new RpmReadError(`tag ${entry.tag} overlaps the region trailer`)
    }
    previousEnd = entryEnd
    // When a tag occurs twice, rpm uses the first.
    if (!entries.has(entry.tag)) entries.set(entry.tag, entry)
  }
  return { entries, data }
}
