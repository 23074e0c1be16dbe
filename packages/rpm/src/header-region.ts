import type { HeaderKind } from './header-intro.ts'
import { TYPE } from './header-types.ts'
import { RpmReadError } from './rpm-read-error.ts'

/** The place of the trailer of a header's region. */
export interface HeaderRegion {
  trailerStart: number
  end: number
}

/** A trailer has the form of an index entry. */
const TRAILER_LENGTH = 16
const HEADER_IMAGE = 61
const REGION_TAG = { signature: 62, main: 63 } as const

/**
 * Returns the region that rpm puts around the signed part of a header. The first entry of the index points at a
 * trailer in the data, and the trailer points back over the index. The checks are those of rpm (4.18
 * `lib/header.c`, hdrblobVerifyRegion). Returns undefined for a header without a region, as in packages from
 * before 2000.
 *
 * @throws {RpmReadError} when entry and trailer do not match
 */
export function regionOf(index: Buffer, data: Buffer, kind: HeaderKind): HeaderRegion | undefined {
  if (index.length === 0) throw new RpmReadError(`the ${kind} header has no tags`)
  const tag = REGION_TAG[kind]
  if (index.readUInt32BE(0) !== tag) return undefined
  const trailerStart = index.readUInt32BE(8)
  const end = trailerStart + TRAILER_LENGTH
  if (!isRegionEntry(index, 0) || end > data.length || !isTrailer(data, trailerStart, kind)) {
    throw new RpmReadError(`the region of the ${kind} header is bad`)
  }
  const indexLength = -data.readInt32BE(trailerStart + 8)
  // rpm signs the main header of a file as a whole. The signature header may contain more than its region.
  const isWhole = indexLength === index.length && end === data.length
  const isInside = indexLength >= 0 && indexLength % TRAILER_LENGTH === 0 && indexLength <= index.length
  if (kind === 'main' ? !isWhole : !isInside) {
    throw new RpmReadError(`the region of the ${kind} header does not fit the header`)
  }
  return { trailerStart, end }
}

function isRegionEntry(bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at + 4) === TYPE.binary && bytes.readUInt32BE(at + 12) === TRAILER_LENGTH
}

function isTrailer(data: Buffer, at: number, kind: HeaderKind): boolean {
  const tag = data.readUInt32BE(at)
  // Some old packages close the signature region with the tag HEADER_IMAGE.
  const fits = tag === REGION_TAG[kind] || (kind === 'signature' && tag === HEADER_IMAGE)
  return fits && isRegionEntry(data, at)
}
