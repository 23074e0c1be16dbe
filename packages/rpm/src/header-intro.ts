import { RpmReadError } from './rpm-read-error.ts'

/** The magic, four reserved bytes, the number of index entries, the number of data bytes. */
export const HEADER_INTRO_LENGTH = 16
/** Tag, type, offset, count. */
export const INDEX_ENTRY_LENGTH = 16

const HEADER_MAGIC = Buffer.from('8eade80100000000', 'hex')

/** rpm's own bounds (4.18 `lib/header.c`, hdrblobVerifyLengths). */
const LIMITS = {
  signature: { entriesMax: 32, dataBytesMax: 64 * 1024 * 1024 },
  main: { entriesMax: 0xffff, dataBytesMax: 0x0fffffff },
} as const

/** Which of the two headers of an RPM file: the signature header stands first. */
export type HeaderKind = keyof typeof LIMITS

/**
 * Reads a header's intro and says where the header ends, so that a reader knows how much more to fetch.
 *
 * @throws {RpmReadError} when this is no header, or one beyond rpm's bounds
 */
export function measureHeader(
  bytes: Buffer,
  start: number,
  kind: HeaderKind,
): { entries: number; end: number } {
  if (!bytes.subarray(start, start + HEADER_MAGIC.length).equals(HEADER_MAGIC)) {
    throw new RpmReadError(`the ${kind} header does not begin with the header magic`)
  }
  const entries = bytes.readUInt32BE(start + 8)
  const dataBytes = bytes.readUInt32BE(start + 12)
  const { entriesMax, dataBytesMax } = LIMITS[kind]
  if (entries > entriesMax) {
    throw new RpmReadError(`the ${kind} header claims ${entries} tags, rpm allows ${entriesMax}`)
  }
  if (dataBytes > dataBytesMax) {
    throw new RpmReadError(`the ${kind} header claims ${dataBytes} bytes of data, rpm allows ${dataBytesMax}`)
  }
  return { entries, end: start + HEADER_INTRO_LENGTH + entries * INDEX_ENTRY_LENGTH + dataBytes }
}
