import { RpmReadError } from './rpm-read-error.ts'

/** The magic, four reserved bytes, the number of index entries, the number of data bytes. */
export const HEADER_INTRO_LENGTH = 16
/** Tag, type, offset, count. */
export const INDEX_ENTRY_LENGTH = 16

const HEADER_MAGIC = Buffer.from('8eade80100000000', 'hex')

/** rpm's own limits (4.18 `lib/header.c`, hdrblobVerifyLengths). */
const LIMITS = {
  signature: { entriesMax: 32, dataBytesMax: 64 * 1024 * 1024 },
  main: { entriesMax: 0xffff, dataBytesMax: 0x0fffffff },
} as const

/** The two headers of an RPM file. The signature header comes first. */
export type HeaderKind = keyof typeof LIMITS

/**
 * Reads a header's intro and returns the end of the header, so that a reader knows how many more bytes to
 * fetch.
 *
 * @throws {RpmReadError} when the bytes are no header, or the header exceeds rpm's limits
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
