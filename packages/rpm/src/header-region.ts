import type { HeaderKind } from './header-intro.ts'
import { TYPE } from './header-types.ts'
import { RpmReadError } from './rpm-read-error.ts'

/** Where the region of a header has its trailer. */
export interface HeaderRegion {
  trailerStart: number
  end: number
}

/** A trailer looks like an index entry. */
const TRAILER_LENGTH = 16
const HEADER_IMAGE = 61
const REGION_TAG = { signature: 62, main: 63 } as const

/**
 * The region that rpm puts around what it signs: the first entry of the index points at a trailer in the
 * data, and the trailer points back over the index. Checked as rpm does (4.18 `lib/header.c`,
 * hdrblobVerifyRegion). Undefined for a header without one, as packages of the last century have it.
 *
 * @throws {RpmReadError} when the two do not agree
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
  // The main header of a file is signed as a whole; the signature header may hold more than its region.
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
  // Some old packages close the signature region with the tag of an image.
  const fits = tag === REGION_TAG[kind] || (kind === 'signature' && tag === HEADER_IMAGE)
  return fits && isRegionEntry(data, at)
}
